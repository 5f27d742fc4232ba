#pragma once

#include <jellyfish/notification.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// @file
/// Handwritten WebSocket frames and protobuf messages, against which the library is tested. Shares
/// nothing with the library but the notification structs.

namespace jellyfish::test {

[[nodiscard]] std::string from_hex(std::string_view hex);
[[nodiscard]] std::string to_hex(std::string_view bytes);

/// The opcodes of RFC 6455.
enum : unsigned {
    op_continuation = 0,
    op_text = 1,
    op_binary = 2,
    op_close = 8,
    op_ping = 9,
    op_pong = 10
};

/// The form of a frame's length.
enum class length_form { shortest, bits_7, bits_16, bits_64 };

/// A frame from a server, which is unmasked.
[[nodiscard]] std::string frame(unsigned opcode, std::string_view payload, bool fin = true,
                                length_form form = length_form::shortest);

/// The payload of a close frame.
[[nodiscard]] std::string close_payload(unsigned code, std::string_view reason = {});

/// A frame from a client.
struct client_frame {
    unsigned opcode = 0;
    bool fin = true;
    std::string payload;  ///< After unmasking.
    std::uint32_t mask = 0;
};

/// Decodes complete client frames.
/// @throws std::runtime_error when a frame is not masked, is incomplete, has a reserved bit, or has
///     a length in a longer form than needed.
[[nodiscard]] std::vector<client_frame> parse_client_frames(std::string_view bytes);

// Protobuf fields.
[[nodiscard]] std::string varint(std::uint64_t value);
[[nodiscard]] std::string varint_field(unsigned number, std::uint64_t value);
[[nodiscard]] std::string bytes_field(unsigned number, std::string_view value);

// Messages of the session.
[[nodiscard]] std::string authenticated_bytes();
[[nodiscard]] std::string auth_request_bytes(std::string_view token);
[[nodiscard]] std::string subscribe_request_bytes(unsigned event_type);
[[nodiscard]] std::string subscribe_response_bytes(unsigned event_type);

/// Encodes a notification as a server does; fields with default values are left out.
[[nodiscard]] std::string notification_bytes(const notification& value);

/// A batch of encoded messages.
[[nodiscard]] std::string batch_bytes(const std::vector<std::string>& parts);

/// One notification of each kind that a server can send, with all fields set.
[[nodiscard]] const std::vector<notification>& sample_notifications();

}  // namespace jellyfish::test
