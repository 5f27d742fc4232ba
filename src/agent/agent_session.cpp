#include "agent/agent_session.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace jellyfish::detail {

agent_session::agent_session(const session_parameters& settings, time_point now)
    : session(settings, kind, wire::encode_agent_token(settings.token), now),
      known_server_(settings.known_server) {}

std::size_t agent_session::receive(std::string_view bytes, time_point now, agent_events& out,
                                   std::size_t limit) {
    return receive_messages(
        bytes, now, [&] { return out.size() < limit; },
        [&](std::string_view message) { handle_message(message, now, out); });
}

void agent_session::handle_message(std::string_view bytes, time_point now, agent_events& out) {
    const bool authenticating = phase() == session_phase::authenticating;
    switch (wire::decode_agent_response(bytes, out.spare())) {
        case wire::decoded_response::malformed:
            fail(errc::malformed_message, "a message of " + std::to_string(bytes.size()) + " bytes",
                 ws::close_code::invalid_payload);
            return;
        case wire::decoded_response::authenticated:
            if (authenticating) {
                enter(session_phase::ready, now);
            } else {
                count_ignored();
            }
            return;
        case wire::decoded_response::event:
            if (authenticating) {
                fail(errc::unexpected_message, "media before authentication",
                     ws::close_code::policy_violation);
            } else {
                out.add_spare();
            }
            return;
        case wire::decoded_response::ignored:
            count_ignored();
            return;
    }
}

/// The server has no fixed text for a wrong token. After the token was accepted once, most close
/// frames are not rejections: the server may still consider the lost connection open.
bool agent_session::is_rejection(const ws::frame_result& frame) const {
    constexpr std::string_view final_reasons[] = {"token", "not found"};
    if (std::ranges::any_of(final_reasons, [&](std::string_view each) {
            return frame.payload.find(each) != std::string_view::npos;
        }))
        return true;
    // The codes of servers and proxies that stop or fail.
    constexpr std::uint16_t going_away = 1001;
    constexpr std::uint16_t internal_error = 1011;
    constexpr std::uint16_t tls_handshake = 1015;
    return !known_server_ && frame.code != going_away &&
           (frame.code < internal_error || frame.code > tls_handshake);
}

}  // namespace jellyfish::detail
