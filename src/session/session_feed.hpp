#pragma once

#include "session/session.hpp"

#include <cstddef>
#include <string_view>

namespace jellyfish::detail {

/// Connects the state machine of a session with the stream that takes what it receives. The driver
/// of the session owns it and calls it on the strand.
class session_feed {
public:
    using time_point = session::time_point;

    virtual ~session_feed() = default;

    [[nodiscard]] virtual session& state() noexcept = 0;
    [[nodiscard]] const session& state() const noexcept {
        return const_cast<session_feed*>(this)->state();
    }

    /// Passes received bytes to the session, which decodes items until `limit` of them have not
    /// been delivered. Returns the number of bytes consumed.
    [[nodiscard]] virtual std::size_t receive(std::string_view bytes, time_point now,
                                              std::size_t limit) = 0;

    /// The number of items that were decoded and not delivered yet.
    [[nodiscard]] virtual std::size_t decoded() const noexcept = 0;

    /// Reports to the stream what has changed, such as that the session is ready. Called before
    /// what was received with it is delivered.
    virtual void announce() {}

    /// Delivers the decoded items. Returns false if they did not fit under `overflow_policy::fail`.
    [[nodiscard]] virtual bool deliver() = 0;

    /// Delivers the decoded items, ignoring the limit.
    virtual void deliver_beyond_limit() = 0;

    /// Called before bytes are sent: adds to `outbound()` what the stream has to send.
    virtual void prepare_to_send() {}

    /// Called before the session is closed on request: adds all of that.
    virtual void prepare_to_close() {}
};

}  // namespace jellyfish::detail
