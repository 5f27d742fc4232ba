#pragma once

#include <jellyfish/fishjam/agent_event.hpp>
#include <jellyfish/fishjam/agent_options.hpp>

#include <string>
#include <string_view>

/// @file
/// The messages between Fishjam and an agent (protocol: "Agents of Fishjam").

namespace jellyfish::detail::wire {

/// The result of `decode_agent_response`.
enum class decoded_response {
    malformed,      ///< Not an `AgentResponse`.
    authenticated,  ///< The token was accepted.
    event,          ///< Media of a peer.
    ignored,        ///< Empty, or of a kind unknown to this version.
};

/// Decodes one `AgentResponse` into `out`, if it is an event. Copies media once, into reused memory
/// of `out`. Uses protobuf only for unusual encodings.
[[nodiscard]] decoded_response decode_agent_response(std::string_view bytes,
                                                     fishjam::agent_event& out);

// Each returns an encoded `AgentRequest`.

[[nodiscard]] std::string encode_agent_token(std::string_view token);
[[nodiscard]] std::string encode_add_track(std::string_view track_id,
                                           const fishjam::agent_track_options& options);
[[nodiscard]] std::string encode_remove_track(std::string_view track_id);
[[nodiscard]] std::string encode_interrupt_track(std::string_view track_id);
[[nodiscard]] std::string encode_capture_image(std::string_view track_id);

/// Appends an encoded `AgentRequest` with media.
void append_track_data(std::string& to, std::string_view track_id, std::string_view data);

}  // namespace jellyfish::detail::wire
