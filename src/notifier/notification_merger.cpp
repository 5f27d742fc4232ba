#include <jellyfish/notification_merger.hpp>

#include "async/bounded_timeout.hpp"
#include "wire/server_message.hpp"

#include <algorithm>
#include <deque>
#include <list>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>

namespace jellyfish {
namespace {

/// Whether a notification is sent over one channel only.
bool has_one_channel(const notification& value) {
    return std::holds_alternative<metrics_report>(value) ||
           std::holds_alternative<disconnected>(value) ||
           std::holds_alternative<reconnected>(value);
}

}  // namespace

struct notification_merger::impl {
    struct occurrence {
        time_point at;
        const std::string* value;  // A key of the map.
    };

    /// The occurrences of one value not yet seen on the other channel, oldest first.
    struct lead {
        notification_channel of = notification_channel::socket;
        std::deque<std::list<occurrence>::iterator> occurrences;
    };

    impl(std::chrono::milliseconds w, std::size_t l)
        : window(detail::bounded_timeout(w)), limit(std::max<std::size_t>(l, 1)) {}

    /// Removes the oldest occurrence of a value.
    void strike(std::unordered_map<std::string, lead>::iterator entry) {
        waiting.erase(entry->second.occurrences.front());
        entry->second.occurrences.pop_front();
        if (entry->second.occurrences.empty()) leads.erase(entry);
    }

    void forget_oldest() {
        strike(leads.find(*waiting.front().value));
        ++unmatched;
    }

    const std::chrono::milliseconds window;
    const std::size_t limit;
    std::list<occurrence> waiting;  // Of all values, oldest first.
    std::unordered_map<std::string, lead> leads;
    std::uint64_t duplicates = 0;
    std::uint64_t unmatched = 0;
};

notification_merger::notification_merger(std::chrono::milliseconds window, std::size_t limit)
    : impl_(std::make_unique<impl>(window, limit)) {}

notification_merger::~notification_merger() = default;
notification_merger::notification_merger(notification_merger&&) noexcept = default;
notification_merger& notification_merger::operator=(notification_merger&&) noexcept = default;

bool notification_merger::pass(notification_channel from, const notification& value,
                               time_point now) {
    if (has_one_channel(value)) return true;
    while (!impl_->waiting.empty() && now - impl_->waiting.front().at > impl_->window)
        impl_->forget_oldest();
    const auto [entry, is_new] = impl_->leads.try_emplace(detail::wire::encode(value));
    if (!is_new && entry->second.of != from) {
        impl_->strike(entry);
        ++impl_->duplicates;
        return false;
    }
    entry->second.of = from;
    impl_->waiting.push_back({now, &entry->first});
    entry->second.occurrences.push_back(std::prev(impl_->waiting.end()));
    if (impl_->waiting.size() > impl_->limit) impl_->forget_oldest();
    return true;
}

std::size_t notification_merger::awaited() const noexcept { return impl_->waiting.size(); }
std::uint64_t notification_merger::duplicates() const noexcept { return impl_->duplicates; }
std::uint64_t notification_merger::unmatched() const noexcept { return impl_->unmatched; }

}  // namespace jellyfish
