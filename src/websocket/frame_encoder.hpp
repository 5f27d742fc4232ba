#pragma once

#include "websocket/frame.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace jellyfish::detail::ws {

/// Appends a complete client frame, masked with `mask` (RFC 6455, section 5.3).
void append_frame(std::string& out, opcode kind, std::string_view payload, std::uint32_t mask);

/// Appends a close frame. Truncates the reason, between characters, to fit a control frame.
void append_close_frame(std::string& out, close_code code, std::string_view reason,
                        std::uint32_t mask);

}  // namespace jellyfish::detail::ws
