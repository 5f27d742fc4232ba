#include "net/connect_race.hpp"

#include <algorithm>
#include <utility>

namespace jellyfish::detail {
namespace {

using std::chrono::steady_clock;

/// The minimum delay (RFC 8305, section 5).
constexpr std::chrono::milliseconds least_delay{10};

std::string text_of(const connect_race::endpoint& to) {
    const std::string host = to.address().to_string();
    return (to.address().is_v6() ? '[' + host + ']' : host) + ':' + std::to_string(to.port());
}

}  // namespace

std::vector<boost::asio::ip::address> interleaved(
    const std::vector<boost::asio::ip::address>& addresses) {
    std::vector<boost::asio::ip::address> first;  // The family of the first address.
    std::vector<boost::asio::ip::address> other;
    for (const auto& each : addresses) {
        auto& family = each.is_v6() == addresses.front().is_v6() ? first : other;
        if (std::ranges::find(family, each) == family.end()) family.push_back(each);
    }
    std::vector<boost::asio::ip::address> all;
    for (std::size_t i = 0; i < std::max(first.size(), other.size()); ++i) {
        if (i < first.size()) all.push_back(first[i]);
        if (i < other.size()) all.push_back(other[i]);
    }
    return all;
}

connect_race::connect_race(const std::vector<address>& addresses, std::uint16_t port,
                           const std::optional<address>& best, time_point now, time_point deadline)
    : due_(now) {
    std::vector<address> preferred = addresses;
    if (best) {
        const auto found = std::ranges::find(preferred, *best);
        if (found != preferred.end()) std::rotate(preferred.begin(), found, std::next(found));
    }
    for (const address& each : interleaved(preferred))
        attempts_.push_back({{each, port}, {}});
    const auto share =
        (deadline - now) / static_cast<steady_clock::rep>(std::max<std::size_t>(size(), 1));
    delay_ = std::clamp<steady_clock::duration>(share, least_delay, attempt_delay);
}

std::optional<std::size_t> connect_race::begin(time_point now) {
    if (begun_ == attempts_.size() || now < due_) return std::nullopt;
    due_ = now + delay_;
    return begun_++;
}

connect_race::time_point connect_race::due() const noexcept {
    return begun_ == attempts_.size() ? time_point::max() : due_;
}

void connect_race::fail(std::size_t attempt, std::string why) {
    attempts_[attempt].failure = std::move(why);
    ++failed_;
    due_ = time_point::min();
}

std::string connect_race::report() const {
    std::string text;
    for (std::size_t i = 0; i < begun_; ++i) {
        if (i != 0) text += ", ";
        const tried_address& each = attempts_[i];
        text += text_of(each.to) + ": " + (each.failure.empty() ? "no response" : each.failure);
    }
    return text;
}

}  // namespace jellyfish::detail
