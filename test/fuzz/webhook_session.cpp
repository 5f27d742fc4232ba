#include "webhook/webhook_session.hpp"

#include "http/response_reader.hpp"
#include "support/fuzz_input.hpp"
#include "support/require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// @file
/// Whatever a webhook receives, in every split and also with a full queue, each request gets one
/// response, in order, and exactly those with 200 deliver a notification, or those of a batch.

namespace jellyfish::fuzz {
namespace {

using detail::webhook_phase;

constexpr std::string_view resume = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr char batch_tag = '\x8a';  // The first byte of the field's tag.
constexpr std::size_t short_header = 512;
constexpr std::size_t long_header = 65'536;  // No header is longer.
constexpr std::size_t body_limit = 256;

const webhook_options& options() {
    static const webhook_options all = webhook_options().path("/hook").body_limit(body_limit);
    return all;
}

/// A connection, and a queue that may be full.
class watched_connection {
public:
    explicit watched_connection(std::size_t header_limit)
        : header_limit_(header_limit),
          rules_(options()),
          session_(rules_, header_limit, body_limit) {}

    void feed(std::string_view piece, std::size_t capacity = SIZE_MAX) {
        unused_.append(piece);
        may_hold_batch_ = may_hold_batch_ || piece.find(batch_tag) != std::string_view::npos;
        const std::size_t before = received.size();
        const std::size_t used = session_.read(unused_.view(), capacity, received);
        require(used <= unused_.size(), "no more is consumed than was fed");
        require(received.size() <= std::max(capacity, before),
                "no more is received than the queue holds");
        unused_.consume(used);
        look();
        if (session_.phase() < webhook_phase::held)
            require(unused_.size() < std::max(header_limit_, body_limit) + 2, "little is kept");
    }

    void release() {
        if (session_.phase() == webhook_phase::held) session_.release(received, SIZE_MAX);
        look();
    }
    void drop() {
        if (session_.phase() == webhook_phase::held) session_.drop();
        look();
    }
    void expire() {
        session_.expire();
        look();
        require(session_.phase() == webhook_phase::closed, "what is late is over");
    }
    void end() {
        session_.end();
        look();
    }

    /// The statuses of the responses, in order.
    [[nodiscard]] std::vector<int> statuses() const {
        std::vector<int> all;
        for (std::string_view rest = output; !rest.empty();) {
            detail::http::response_reader reader;
            rest.remove_prefix(reader.read(rest));
            require(reader.done(), "responses are complete and well-formed");
            require(reader.keep_alive() || rest.empty(), "nothing follows the last response");
            all.push_back(reader.take().status);
        }
        return all;
    }

    void check_responses() const {
        const std::vector<int> all = statuses();
        const auto count = [&](int status) {
            return static_cast<std::size_t>(std::ranges::count(all, status));
        };
        // A batch may hold any number.
        require(count(200) == received.size() || may_hold_batch_,
                "exactly the received requests get 200");
        require(all.size() == count(200) + rejections.size() + count(503), "one response for each");
    }

    [[nodiscard]] webhook_phase phase() const { return session_.phase(); }

    detail::notification_slots received;
    std::vector<std::pair<int, std::string>> rejections;
    std::string output;  ///< Without the responses that request a body.

private:
    void look() {
        for (detail::webhook_rejection& each : session_.take_rejections())
            rejections.emplace_back(each.status, std::move(each.detail));
        std::string sent = std::exchange(session_.output(), {});
        require(!was_finished_ || sent.empty(), "a closed session sends nothing");
        for (auto at = sent.find(resume); at != std::string::npos; at = sent.find(resume, at))
            sent.erase(at, resume.size());
        output += sent;
        was_finished_ = session_.phase() == webhook_phase::closed;
    }

    std::size_t header_limit_;
    detail::webhook_rules rules_;
    detail::webhook_session session_;
    unused_bytes unused_;
    bool may_hold_batch_ = false;
    bool was_finished_ = false;
};

bool expects_response(std::string bytes) {
    std::ranges::transform(bytes, bytes.begin(),
                           [](unsigned char c) { return static_cast<char>(c | 0x20); });
    return bytes.find("expect") != std::string::npos;
}

void check_split(std::string_view bytes, const std::vector<std::uint8_t>& sizes) {
    watched_connection at_once(long_header);
    at_once.feed(bytes);
    at_once.check_responses();
    watched_connection split(long_header);
    for (pieces each(bytes, sizes); !each.empty();)
        split.feed(each.next());
    split.check_responses();
    // Whether a rejected body that waits for 100 Continue arrives depends on timing.
    if (expects_response(std::string(bytes))) return;
    require(std::ranges::equal(at_once.received, split.received),
            "the same notifications, however split");
    require(at_once.rejections == split.rejections, "the same refusals, however split");
    require(at_once.output == split.output, "the output is the same in every split");
    require(at_once.phase() == split.phase(), "the same end, however split");
}

void check_full(std::string_view bytes, const std::vector<std::uint8_t>& sizes,
                const std::vector<std::uint8_t>& steps) {
    watched_connection connection(short_header);
    pieces all(bytes, sizes);
    for (const std::uint8_t step : steps) {
        switch (step & 0x0f) {
            case 0:
                connection.expire();
                break;
            case 1:
                connection.end();
                break;
            case 2:
                connection.drop();
                break;
            case 3:
                connection.release();
                break;
            default:
                connection.feed(all.empty() ? std::string_view() : all.next(),
                                connection.received.size() + (step >> 4) % 3);
        }
        if (connection.phase() != webhook_phase::held) connection.check_responses();
    }
}

void run(fuzz_input input) {
    const std::vector<std::uint8_t> sizes = input.numbers(8);
    const std::vector<std::uint8_t> steps = input.numbers(32);
    // A header must be complete: when it arrives in pieces, its errors are detected only then.
    check_split(std::string(input.rest()) + "\r\n\r\n", sizes);
    check_full(input.rest(), sizes, steps);
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
