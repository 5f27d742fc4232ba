#pragma once

#include "session/session.hpp"

#include <cstddef>
#include <string_view>

namespace jellyfish::detail {

/// Connects the state machine of a session with the stream that receives its items. The driver of
/// the session owns the feed and calls it on the strand.
class session_feed {
public:
    using time_point = session::time_point;

    virtual ~session_feed() = default;

    [[nodiscard]] virtual session& state() noexcept = 0;
    [[nodiscard]] const session& state() const noexcept {
        return const_cast<session_feed*>(this)->state();
    }

    /// Passes received bytes to the session, which decodes items until `decoded()` is `limit`.
    /// Returns the number of bytes consumed.
    [[nodiscard]] virtual std::size_t receive(std::string_view bytes, time_point now,
                                              std::size_t limit) = 0;

    /// The number of decoded items that are not delivered yet.
    [[nodiscard]] virtual std::size_t decoded() const noexcept = 0;

    /// Reports changes of the session to the stream, such as that it is ready. Called before the
    /// items of the same read are delivered.
    virtual void announce() {}

    /// Delivers the decoded items. Returns false if they did not fit under `overflow_policy::fail`.
    [[nodiscard]] virtual bool deliver() = 0;

    /// Delivers the decoded items, ignoring the limit.
    virtual void deliver_beyond_limit() = 0;

    /// Called before bytes are sent: adds the stream's requests to `outbound()`.
    virtual void prepare_to_send() {}

    /// Called before `close()` closes the session: adds all of the stream's requests.
    virtual void prepare_to_close() {}
};

}  // namespace jellyfish::detail
