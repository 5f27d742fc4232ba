#pragma once

#include <jellyfish/notification.hpp>

#include "protocol/session.hpp"
#include "support/random.hpp"
#include "support/wire.hpp"

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

std::ostream& operator<<(std::ostream& out, session_phase phase);

}  // namespace jellyfish::detail

namespace jellyfish::test {

/// The head of a good answer to an upgrade request.
[[nodiscard]] std::string upgrade_response(std::string_view request);

/// A binary frame with a message.
[[nodiscard]] inline std::string message(std::string_view bytes) { return frame(op_binary, bytes); }

/// A frame with a notification.
[[nodiscard]] std::string room_frame(std::string_view room_id);

inline const std::vector<event_type> both_events{event_type::server_notification,
                                                 event_type::metrics};

/// A session whose server, clock and dice are the test's.
class session_harness {
public:
    using time_point = detail::session::time_point;
    using duration = detail::session::time_point::duration;

    static constexpr std::string_view address = "ws://localhost:5002/socket/server/websocket";

    // Each limit is another, so that a test tells them apart.
    static constexpr std::chrono::seconds upgrade_timeout{3};
    static constexpr std::chrono::seconds authentication_timeout{7};
    static constexpr std::chrono::seconds idle_timeout{75};
    static constexpr std::chrono::seconds close_timeout{2};

    /// For `localhost:5002`, with the token `development`.
    [[nodiscard]] static detail::session_parameters settings();
    [[nodiscard]] static detail::session_parameters settings(std::vector<event_type> events);

    explicit session_harness(detail::session_parameters settings = session_harness::settings());

    [[nodiscard]] detail::session& operator*() noexcept { return session_; }
    [[nodiscard]] detail::session* operator->() noexcept { return &session_; }

    /// The server sends; what the session does not use up is given again with the next bytes.
    void feed(std::string_view bytes, std::size_t limit = SIZE_MAX);

    /// The server's bytes end.
    void feed_end(const error_code& cause = {}) { session_.receive_end(cause); }

    /// Time passes, and is told.
    void pass(duration time);

    /// Time passes up to the session's deadline: one millisecond less, or all of it.
    void pass_almost_to_deadline();
    void pass_to_deadline();

    /// How long it is until the deadline.
    [[nodiscard]] duration time_left() { return session_.deadline() - now; }

    /// Goes on, with a good server, until the phase; what is sent until then is thrown away.
    void reach(detail::session_phase phase);

    /// What the session has sent since this was called last.
    [[nodiscard]] std::string sent_bytes();
    [[nodiscard]] std::vector<client_frame> sent();

    /// As `sent()`, for one frame at the most: what it is, as `pong 61` or `close 03e8`.
    [[nodiscard]] std::string sent_text();

    time_point now{std::chrono::hours(1'000)};
    std::vector<notification> received;
    std::string unused;  ///< What was given and not used up.

private:
    [[nodiscard]] static detail::session_parameters with_dice(detail::session_parameters settings);

    detail::session_parameters settings_;
    detail::session session_;
};

}  // namespace jellyfish::test
