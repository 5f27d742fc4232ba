#pragma once

#include "websocket/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace jellyfish::detail::ws {

/// What a frame decoder found at the beginning of its input.
enum class frame_event : std::uint8_t {
    need_more,  ///< Nothing whole: call again when more bytes have come.
    fragment,   ///< A part of a message, kept inside; nothing to hand out yet.
    text,       ///< A whole text message, valid UTF-8.
    binary,     ///< A whole binary message.
    ping,       ///< Answer with a pong that has the same payload.
    pong,       ///< Nothing to do.
    close,      ///< The peer closes: see `close_code` and the reason in `payload`.
    violation,  ///< Not allowed by RFC 6455: see `problem`.
    too_big,    ///< A message longer than the limit.
    bad_text,   ///< Text that is not UTF-8.
};

/// One step of decoding.
struct frame_result {
    frame_event event = frame_event::need_more;
    /// How many bytes of the input were used up; 0 with `need_more` and with the errors.
    std::size_t consumed = 0;
    /// With `need_more`: how long the input must be, at least, before it is worth a call.
    std::size_t needed = 0;
    /// The payload: of the input, or of the decoder's own memory until its next call.
    std::string_view payload;
    /// With `close`: the code, `no_status` when the frame was empty.
    std::uint16_t code = 0;
    /// With the errors: what is wrong, a literal.
    const char* problem = "";
};

/// Decodes the frames that a WebSocket server sends (RFC 6455, unmasked, no extension). Pure: the
/// caller keeps the input, contiguous, and drops what was consumed.
///
/// A payload is copied only when its message came in several frames. After an error the decoder
/// must not be used any more.
class frame_decoder {
public:
    /// @param max_message_size The longest message that is accepted, all fragments together.
    explicit frame_decoder(std::size_t max_message_size) noexcept
        : max_message_size_(max_message_size) {}

    /// The payload of a binary message that is there as a whole, in one frame, as almost all are.
    /// Otherwise there is no data, and `next()` tells more.
    [[nodiscard]] std::string_view fast_decode(std::string_view input) const noexcept {
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

    /// Looks at the beginning of `input`, and at one frame at the most.
    [[nodiscard]] frame_result next(std::string_view input);

private:
    struct header;

    [[nodiscard]] frame_result control(const header& parsed, std::string_view payload) const;
    [[nodiscard]] frame_result data(const header& parsed, std::string_view payload);
    [[nodiscard]] const char* problem_of(const header& parsed) const noexcept;

    std::size_t max_message_size_;
    std::string fragments_;
    opcode fragmented_ = opcode::continuation;  // What is being put together, if anything is.
    bool handed_out_ = false;                   // fragments_ is a message that was handed out.
};

}  // namespace jellyfish::detail::ws
