#pragma once

#include <cstddef>
#include <cstdint>

namespace jellyfish::detail::ws {

/// The opcodes of RFC 6455, section 5.2.
enum class opcode : std::uint8_t {
    continuation = 0x0,
    text = 0x1,
    binary = 0x2,
    close = 0x8,
    ping = 0x9,
    pong = 0xa,
};

/// The status codes of RFC 6455, section 7.4.1, that this library sends.
enum class close_code : std::uint16_t {
    normal = 1000,
    protocol_error = 1002,
    unsupported_data = 1003,
    no_status = 1005,  ///< Never sent: stands for an empty close frame.
    invalid_payload = 1007,
    policy_violation = 1008,
    message_too_big = 1009,
};

/// The maximum payload of a control frame, in bytes.
inline constexpr std::size_t max_control_payload = 125;

}  // namespace jellyfish::detail::ws
