#pragma once

#include "websocket/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace jellyfish::detail::ws {

/// The result of decoding the beginning of the input.
enum class frame_event : std::uint8_t {
    need_more,  ///< No complete frame: call again with more bytes.
    fragment,   ///< A fragment of a message, which the decoder buffers.
    text,       ///< A complete text message, valid UTF-8.
    binary,     ///< A complete binary message.
    ping,       ///< Reply with a pong that has the same payload.
    pong,       ///< Nothing to do.
    close,      ///< The server closes: see `code`, and the reason in `payload`.
    violation,  ///< A violation of RFC 6455: see `problem`.
    too_big,    ///< A message longer than the limit.
    bad_text,   ///< Text that is not UTF-8.
};

/// The result of one decoding step.
struct frame_result {
    frame_event event = frame_event::need_more;
    /// The number of input bytes consumed; 0 for `need_more` and errors.
    std::size_t consumed = 0;
    /// For `need_more`: the minimum input size for the next call.
    std::size_t needed = 0;
    /// The payload. Refers to the input, or to the decoder's buffer until its next call.
    std::string_view payload;
    /// For `close`: the code; `no_status` if the frame is empty.
    std::uint16_t code = 0;
    /// For errors: the reason, a string literal.
    const char* problem = "";
};

/// Decodes the frames of a WebSocket server (RFC 6455: unmasked, no extensions), without I/O. The
/// caller keeps the input contiguous and removes the bytes consumed.
///
/// A payload is copied only if its message is fragmented. The decoder must not be used after an
/// error.
class frame_decoder {
public:
    /// @param max_message_size The maximum size of a message, including all its fragments.
    explicit frame_decoder(std::size_t max_message_size) noexcept
        : max_message_size_(max_message_size) {}

    /// Fast path: returns the payload of a complete binary message in one frame, as almost all are.
    /// Otherwise returns null data; call `next()` then.
    [[nodiscard]] std::string_view whole_message(std::string_view input) const noexcept {
        constexpr unsigned char whole_binary = 0x82;
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(input[i]); };
        if (input.size() < 4 || byte(0) != whole_binary || handed_out_) return {};
        if (fragmented_ != opcode::continuation) return {};
        const bool is_short = byte(1) < 126;
        const std::size_t length = is_short ? byte(1) : std::size_t{byte(2)} << 8 | byte(3);
        const std::size_t header_size = is_short ? 2 : 4;
        if (!is_short && (byte(1) != 126 || length < 126)) return {};
        if (length > max_message_size_ || length > input.size() - header_size) return {};
        return input.substr(header_size, length);
    }

    /// Decodes at most one frame at the beginning of `input`.
    [[nodiscard]] frame_result next(std::string_view input);

private:
    struct header;

    [[nodiscard]] frame_result control(const header& parsed, std::string_view payload) const;
    [[nodiscard]] frame_result data(const header& parsed, std::string_view payload);
    [[nodiscard]] const char* problem_of(const header& parsed) const noexcept;

    std::size_t max_message_size_;
    std::string fragments_;
    opcode fragmented_ = opcode::continuation;  // The opcode of the fragmented message, if any.
    bool handed_out_ = false;                   // fragments_ was returned as a message.
};

}  // namespace jellyfish::detail::ws
