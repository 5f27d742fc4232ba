#pragma once

#include <jellyfish/fishjam/agent_event.hpp>

#include "delivery/notification_slots.hpp"
#include "session/session.hpp"
#include "wire/agent_message.hpp"

#include <cstddef>
#include <string_view>

namespace jellyfish::detail {

using agent_events = item_slots<fishjam::agent_event>;

/// A session of an agent: ready once the token is accepted.
class agent_session final : public session {
public:
    static constexpr session_kind kind{"/socket/agent/websocket", "exchange media", "Fishjam"};

    agent_session(const session_parameters& settings, time_point now);

    /// Parses bytes received from the server and appends events to `out` until it holds `limit`.
    /// Returns the number of bytes consumed. The rest is incomplete (see `needed()`) or exceeds
    /// `limit`; pass it again.
    [[nodiscard]] std::size_t receive(std::string_view bytes, time_point now, agent_events& out,
                                      std::size_t limit);

    /// Sends an encoded request.
    void send(std::string_view request) { send_message(request); }

private:
    [[nodiscard]] bool is_rejection(const ws::frame_result& frame) const override;
    void handle_message(std::string_view bytes, time_point now, agent_events& out);

    bool known_server_;
};

}  // namespace jellyfish::detail
