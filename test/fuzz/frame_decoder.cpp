#include "websocket/frame_decoder.hpp"

#include "fakes/wire.hpp"
#include "support/fuzz_input.hpp"
#include "support/require.hpp"
#include "support/utf8_reference.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// @file
/// Any bytes are frames or an error, and the result is the same in every split. Decoded frames
/// encode to the same bytes again.

namespace jellyfish::fuzz {
namespace {

namespace ws = detail::ws;

struct seen_frame {
    ws::frame_event event;
    std::string payload;
    std::uint16_t code;
    std::string problem;

    bool operator==(const seen_frame&) const = default;
};

bool is_error(ws::frame_event event) {
    return event == ws::frame_event::violation || event == ws::frame_event::too_big ||
           event == ws::frame_event::bad_text;
}

/// The frame of an event, if the event came in a single frame.
std::string encoded(const detail::ws::frame_result& frame) {
    switch (frame.event) {
        case ws::frame_event::text:
            return test::frame(test::op_text, frame.payload);
        case ws::frame_event::binary:
            return test::frame(test::op_binary, frame.payload);
        case ws::frame_event::ping:
            return test::frame(test::op_ping, frame.payload);
        case ws::frame_event::pong:
            return test::frame(test::op_pong, frame.payload);
        case ws::frame_event::close:
            if (frame.code == 1005) return test::frame(test::op_close, "");
            return test::frame(test::op_close, test::close_payload(frame.code, frame.payload));
        default:
            return {};
    }
}

class watched_decoder {
public:
    explicit watched_decoder(std::size_t limit) : decoder_(limit), limit_(limit) {}

    void feed(std::string_view piece) {
        unused_.append(piece);
        while (!ended_ && unused_.size() >= needed_) {
            const std::string_view input = unused_.view();
            const detail::ws::frame_result frame = decoder_.next(input);
            check(frame, input);
            if (frame.event == ws::frame_event::need_more) {
                needed_ = frame.needed;
                break;
            }
            needed_ = 0;
            seen.push_back({frame.event, std::string(frame.payload), frame.code, frame.problem});
            ended_ = is_error(frame.event);
            unused_.consume(frame.consumed);
        }
    }

    std::vector<seen_frame> seen;

private:
    void check(const detail::ws::frame_result& frame, std::string_view input) {
        if (frame.event == ws::frame_event::need_more) {
            require(frame.consumed == 0, "an incomplete frame is not consumed");
            require(frame.needed > input.size(), "more bytes are needed than there are");
            require(frame.needed <= limit_ + 10 || frame.needed <= 127 + 2, "no frame too long");
            return;
        }
        if (is_error(frame.event)) {
            require(frame.consumed == 0, "an error uses nothing up");
            require(*frame.problem != '\0', "an error has a description");
            return;
        }
        require(frame.consumed >= 2 && frame.consumed <= input.size(), "a frame was used up");
        const std::string_view bytes = input.substr(0, frame.consumed);
        if (frame.event == ws::frame_event::text || frame.event == ws::frame_event::binary) {
            require(frame.payload.size() <= limit_, "no message is longer than the limit");
        }
        if (frame.event == ws::frame_event::text || frame.event == ws::frame_event::close)
            require(is_utf8_by_reference(frame.payload), "text is UTF-8");
        if (frame.event == ws::frame_event::fragment) {
            in_parts_ = true;
        } else if (in_parts_ && (bytes[0] & 0x0f) == test::op_continuation) {
            in_parts_ = false;
        } else {
            require(encoded(frame) == bytes, "what was decoded encodes to the same bytes");
        }
    }

    detail::ws::frame_decoder decoder_;
    std::size_t limit_;
    unused_bytes unused_;
    std::size_t needed_ = 0;
    bool in_parts_ = false;
    bool ended_ = false;
};

void run(fuzz_input input) {
    const std::size_t limit = input.flag() ? 65'536 : input.below(300) + 1;
    const std::vector<std::uint8_t> sizes = input.numbers(8);

    watched_decoder at_once(limit);
    at_once.feed(input.rest());

    watched_decoder split(limit);
    for (pieces each(input.rest(), sizes); !each.empty();)
        split.feed(each.next());
    require(at_once.seen == split.seen, "the same frames, however the bytes are split");
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
