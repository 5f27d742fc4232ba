#include "data/random.hpp"
#include "fakes/wire.hpp"
#include "fixtures/session_harness.hpp"
#include "notifier/notification_session.hpp"
#include "support/fuzz_input.hpp"
#include "support/require.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// @file
/// Whatever a server sends, in every split, and whatever is requested from a session meanwhile, it
/// reports the same, respects its limits, closes in time, and sends nothing malformed.

namespace jellyfish::fuzz {
namespace {

using detail::session_phase;
using test::session_harness;

/// The phase of the session at the first fuzzed byte.
constexpr session_phase beginnings[] = {session_phase::upgrading, session_phase::authenticating,
                                        session_phase::subscribing, session_phase::ready};

session_harness begun(session_phase phase, bool metrics) {
    auto settings = session_harness::settings();
    if (metrics) settings.events = test::both_events;
    settings.max_message_size = 1'024;
    session_harness driver(settings);
    if (phase != session_phase::upgrading) driver.reach(phase);
    return driver;
}

/// Feeds all bytes without advancing the clock.
session_harness reported(session_phase phase, bool metrics, pieces bytes) {
    session_harness driver = begun(phase, metrics);
    while (!bytes.empty())
        driver.feed(bytes.next());
    return driver;
}

void check_split(session_phase phase, bool metrics, std::string_view bytes,
                 const std::vector<std::uint8_t>& sizes, std::vector<notification>& received) {
    session_harness at_once = begun(phase, metrics);
    at_once.feed(bytes);
    session_harness split = reported(phase, metrics, pieces(bytes, sizes));
    require(at_once.received == split.received, "the same notifications, however split");
    require(at_once->phase() == split->phase(), "the same phase, however split");
    require(at_once->end_code() == split->end_code(), "the same end, however split");
    require(at_once->end_info().detail == split->end_info().detail, "the same reason for it");
    require(at_once->ignored() == split->ignored(), "the same number of empty messages");
    require(at_once.sent_bytes() == split.sent_bytes(), "the output is the same in every split");
    received = at_once.received;
}

/// Applies random operations to a session, and checks it after each step.
class watched_session {
public:
    watched_session(session_phase phase, bool metrics, std::string_view bytes,
                    const std::vector<std::uint8_t>& sizes)
        : driver_(begun(phase, metrics)), bytes_(bytes, sizes), phase_(phase) {}

    void step(std::uint8_t number) {
        const std::size_t argument = number >> 4;
        switch (number & 0x0f) {
            case 0:
                driver_->close(driver_.now);
                break;
            case 1:
                driver_->abort(errc::connection_lost, "a reason");
                break;
            case 2:
                driver_.feed_end();
                break;
            case 3:
                driver_->set_paused(argument % 2 == 0, driver_.now);
                break;
            case 4:
                driver_->subscribe(
                    argument % 2 == 0 ? event_type::metrics : event_type::server_notification,
                    driver_.now);
                break;
            case 5:
            case 6:
                let_pass(std::chrono::milliseconds(argument * argument * argument * 50));
                break;
            case 7:
                if (driver_->deadline() != session_harness::time_point::max())
                    let_pass(std::max(driver_.time_left(), session_harness::duration()));
                break;
            case 8:
                take_sent();
                break;
            default:
                feed(argument);
        }
        check();
    }

    void check_received(const std::vector<notification>& all) const {
        const std::size_t common = std::min(all.size(), driver_.received.size());
        require(std::equal(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(common),
                           driver_.received.begin()),
                "what is received is the beginning of what was sent");
    }

    void finish() {
        take_sent();
        for (int i = 0; i < 8 && driver_->phase() == session_phase::closing; ++i)
            let_pass(session_harness::close_timeout);
        require(driver_->phase() != session_phase::closing, "closing ends");
        check();
    }

private:
    void feed(std::size_t argument) {
        const std::string_view piece = bytes_.empty() ? std::string_view() : bytes_.next();
        const std::size_t limit = argument < 8 ? SIZE_MAX : driver_.received.size() + argument - 8;
        driver_.feed(piece, limit);
        require(driver_.received.size() <= limit, "no more notifications than there is room for");
        if (driver_->phase() != session_phase::closed && driver_.received.size() < limit)
            require(driver_->needed() > driver_.unused.size(), "complete input is read");
    }

    void let_pass(session_harness::duration time) {
        driver_.pass(time);
        ++ticks_;
        require(driver_->deadline() > driver_.now, "a tick leads on");
    }

    void take_sent() {
        const bool upgrading = driver_->phase() == session_phase::upgrading;
        std::string bytes = driver_.sent_bytes();
        ticks_ = 0;
        if (bytes.starts_with("GET ")) bytes.erase(0, bytes.find("\r\n\r\n") + 4);
        require(!upgrading || bytes.empty(), "no frame before there is a WebSocket");
        for (const test::client_frame& each : test::parse_client_frames(bytes)) {
            require(!close_sent_, "nothing follows a close frame");
            close_sent_ = each.opcode == test::op_close;
            require(each.fin, "what is sent is not fragmented");
            require(each.opcode < 8 || each.payload.size() <= 125, "control frames are short");
        }
    }

    void check() {
        const session_phase phase = driver_->phase();
        require(phase >= phase_, "a session does not go back");
        if (phase_ == session_phase::closed) {
            require(driver_->end_code() == end_code_, "a closed session keeps its reason");
            require(driver_.received.size() == received_, "a closed session reports nothing");
        }
        phase_ = phase;
        end_code_ = driver_->end_code();
        received_ = driver_.received.size();
        constexpr std::size_t frames = 512;  // The latest pong, subscriptions, a close frame.
        constexpr std::size_t empty_frame = 6;
        require(driver_->outbound().size() <=
                    detail::session::outbound_limit + frames + ticks_ * empty_frame,
                "what waits to be sent is limited");
        if (phase == session_phase::closed) {
            require(driver_->deadline() == session_harness::time_point::max(), "an end is the end");
        } else {
            require(driver_->deadline() <= driver_.now + session_harness::idle_timeout +
                                               detail::session::probe_timeout,
                    "no limit is far away");
        }
    }

    session_harness driver_;
    pieces bytes_;
    session_phase phase_;
    error_code end_code_;
    std::size_t received_ = 0;
    std::size_t ticks_ = 0;
    bool close_sent_ = false;
};

void run(fuzz_input input) {
    const session_phase phase = beginnings[input.below(std::size(beginnings))];
    const bool metrics = input.flag();
    const std::vector<std::uint8_t> sizes = input.numbers(8);
    const std::vector<std::uint8_t> steps = input.numbers(32);
    std::string bytes;
    if (phase == session_phase::upgrading && input.flag()) {
        session_harness driver = begun(phase, metrics);
        bytes = test::upgrade_response(driver.sent_bytes());
    }
    bytes += input.rest();
    // A header must be complete: when it arrives in pieces, its errors are detected only then.
    if (phase == session_phase::upgrading) bytes += "\r\n\r\n";

    std::vector<notification> received;
    check_split(phase, metrics, bytes, sizes, received);

    watched_session watched(phase, metrics, bytes, sizes);
    for (const std::uint8_t each : steps)
        watched.step(each);
    watched.check_received(received);
    watched.finish();
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
