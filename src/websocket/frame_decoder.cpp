#include "websocket/frame_decoder.hpp"

#include "text/utf8.hpp"

namespace jellyfish::detail::ws {
namespace {

std::uint8_t byte_at(std::string_view bytes, std::size_t i) noexcept {
    return static_cast<std::uint8_t>(bytes[i]);
}

std::uint64_t big_endian(std::string_view bytes) noexcept {
    std::uint64_t value = 0;
    for (const char c : bytes)
        value = value << 8 | static_cast<std::uint8_t>(c);
    return value;
}

frame_result need(std::size_t bytes) noexcept {
    frame_result result;
    result.needed = bytes;
    return result;
}

frame_result failure(frame_event event, const char* problem) noexcept {
    frame_result result;
    result.event = event;
    result.problem = problem;
    return result;
}

// Whether a code may be sent in a close frame (RFC 6455, section 7.4).
bool is_sendable(std::uint16_t code) noexcept {
    if (code >= 3000) return code < 5000;
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

}  // namespace

struct frame_decoder::header {
    bool fin = false;
    bool reserved_bits = false;
    bool masked = false;
    std::uint8_t op = 0;
    std::uint8_t short_length = 0;

    [[nodiscard]] bool is_control() const noexcept { return (op & 0x8) != 0; }
    [[nodiscard]] opcode code() const noexcept { return static_cast<opcode>(op); }

    /// Returns the size of the header, including the extended length.
    [[nodiscard]] std::size_t size() const noexcept {
        return short_length < 126 ? 2 : short_length == 126 ? 4 : 10;
    }
};

frame_result frame_decoder::next(std::string_view input) {
    if (handed_out_) {
        handed_out_ = false;
        // Do not keep the memory of one large message.
        if (fragments_.capacity() > 65'536) std::string().swap(fragments_);
        fragments_.clear();
    }
    if (input.size() < 2) return need(2);

    header parsed;
    const std::uint8_t first = byte_at(input, 0);
    const std::uint8_t second = byte_at(input, 1);
    parsed.fin = (first & 0x80) != 0;
    parsed.reserved_bits = (first & 0x70) != 0;
    parsed.op = first & 0x0f;
    parsed.masked = (second & 0x80) != 0;
    parsed.short_length = second & 0x7f;
    if (const char* problem = problem_of(parsed)) return failure(frame_event::violation, problem);

    if (input.size() < parsed.size()) return need(parsed.size());
    std::uint64_t length = parsed.short_length;
    if (length >= 126) {
        length = big_endian(input.substr(2, parsed.size() - 2));
        if (length >> 63 != 0) {
            return failure(frame_event::violation, "a length with its top bit set");
        }
        if (length < 126 || (parsed.short_length == 127 && length <= 0xffff)) {
            return failure(frame_event::violation, "a length that is not minimally encoded");
        }
    }
    if (!parsed.is_control() && length > max_message_size_ - fragments_.size()) {
        return failure(frame_event::too_big, "a message longer than max_message_size");
    }
    const std::size_t whole = parsed.size() + static_cast<std::size_t>(length);
    if (input.size() < whole) return need(whole);

    const std::string_view payload = input.substr(parsed.size(), whole - parsed.size());
    frame_result result = parsed.is_control() ? control(parsed, payload) : data(parsed, payload);
    switch (result.event) {
        case frame_event::violation:
        case frame_event::bad_text:
            break;
        default:
            result.consumed = whole;
    }
    return result;
}

const char* frame_decoder::problem_of(const header& parsed) const noexcept {
    if (parsed.reserved_bits) return "a frame with a reserved bit set";
    if (parsed.masked) return "a masked frame from a server";
    switch (parsed.code()) {
        case opcode::close:
        case opcode::ping:
        case opcode::pong:
            if (!parsed.fin) return "a fragmented control frame";
            if (parsed.short_length > max_control_payload)
                return "a control frame longer than 125 bytes";
            return nullptr;
        case opcode::continuation:
            if (fragmented_ == opcode::continuation)
                return "a continuation frame without a message";
            return nullptr;
        case opcode::text:
        case opcode::binary:
            if (fragmented_ != opcode::continuation) return "a message inside a fragmented message";
            return nullptr;
    }
    return "a frame with a reserved opcode";
}

frame_result frame_decoder::control(const header& parsed, std::string_view payload) const {
    frame_result result;
    result.payload = payload;
    if (parsed.code() != opcode::close) {
        result.event = parsed.code() == opcode::ping ? frame_event::ping : frame_event::pong;
        return result;
    }
    result.event = frame_event::close;
    result.code = static_cast<std::uint16_t>(close_code::no_status);
    if (payload.empty()) return result;
    if (payload.size() == 1) {
        return failure(frame_event::violation, "a close frame with an incomplete code");
    }
    result.code = static_cast<std::uint16_t>(big_endian(payload.substr(0, 2)));
    result.payload = payload.substr(2);
    if (!is_sendable(result.code)) {
        return failure(frame_event::violation, "a close frame with an invalid code");
    }
    if (!is_utf8(result.payload)) {
        return failure(frame_event::bad_text, "a close reason that is not UTF-8");
    }
    return result;
}

frame_result frame_decoder::data(const header& parsed, std::string_view payload) {
    frame_result result;
    opcode kind = parsed.code();
    if (kind == opcode::continuation || !parsed.fin) {
        if (kind != opcode::continuation) fragmented_ = kind;
        fragments_.append(payload);
        if (!parsed.fin) {
            result.event = frame_event::fragment;
            return result;
        }
        kind = fragmented_;
        payload = fragments_;
        fragmented_ = opcode::continuation;
        handed_out_ = true;
    }
    if (kind == opcode::text && !is_utf8(payload)) {
        return failure(frame_event::bad_text, "a text message that is not UTF-8");
    }
    result.event = kind == opcode::text ? frame_event::text : frame_event::binary;
    result.payload = payload;
    return result;
}

}  // namespace jellyfish::detail::ws
