#include "agent/agent_session.hpp"
#include "data/random.hpp"
#include "fakes/wire.hpp"
#include "fixtures/session_harness.hpp"
#include "support/fuzz_input.hpp"
#include "support/require.hpp"
#include "wire/agent_message.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fishjam/agent_notifications.pb.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// @file
/// Bytes are decoded as protobuf does it. Whatever a server sends to an agent, in every split, the
/// agent's session receives the same and respects its limit.

namespace jellyfish::fuzz {
namespace {

using detail::session_phase;
using detail::wire::decoded_response;
using fishjam::agent_event;
using proto = fishjam::AgentResponse;

struct outcome {
    decoded_response what = decoded_response::malformed;
    agent_event event;

    bool operator==(const outcome& other) const {
        return what == other.what && (what != decoded_response::event || event == other.event);
    }
};

outcome decode(std::string_view bytes, agent_event slot = {}) {
    outcome result{{}, std::move(slot)};
    result.what = detail::wire::decode_agent_response(bytes, result.event);
    return result;
}

decoded_response expected_of(const proto& message) {
    switch (message.content_case()) {
        case proto::kAuthenticated:
            return decoded_response::authenticated;
        case proto::kTrackData:
        case proto::kTrackImage:
            return decoded_response::event;
        case proto::CONTENT_NOT_SET:
            break;
    }
    return decoded_response::ignored;
}

void check_track(const fishjam::AgentTrack& expected, const track& found) {
    require(found.id == expected.id(), "the same id of the track");
    require(found.metadata == expected.metadata(), "the same metadata");
    const int type = expected.type();
    require(found.type == track_type::unknown ? found.type.text() == std::to_string(type)
                                              : static_cast<int>(found.type.value()) == type,
            "the same type");
}

void check_against_protobuf(std::string_view bytes, const outcome& found) {
    proto message;
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        require(found.what == decoded_response::malformed, "protobuf agrees on what is malformed");
        return;
    }
    require(found.what == expected_of(message), "protobuf agrees on what it is");
    if (message.has_track_data()) {
        const auto& audio = std::get<fishjam::track_data>(found.event);
        require(audio.peer_id == message.track_data().peer_id(), "the same peer");
        require(audio.data == message.track_data().data(), "the same audio");
        check_track(message.track_data().track(), audio.track);
    }
    if (message.has_track_image()) {
        const auto& image = std::get<fishjam::track_image>(found.event);
        require(image.track_id == message.track_image().track_id(), "the same track");
        require(image.content_type == message.track_image().content_type(), "the same type");
        require(image.data == message.track_image().data(), "the same image");
    }
}

/// A session that is fed with bytes, and what it has received.
class fed_session {
public:
    explicit fed_session(bool ready) : session_(parameters(), time_point()) {
        feed(test::upgrade_response(std::exchange(session_.outbound(), {})));
        if (ready) feed(test::message(test::bytes_field(1, "")));
        session_.outbound().clear();
    }

    void feed(std::string_view piece, std::size_t limit = SIZE_MAX) {
        unused_.append(piece);
        for (bool more = true; more && session_.phase() != session_phase::closed;) {
            unused_.consume(session_.receive(unused_.view(), time_point(), batch_, limit));
            require(batch_.size() <= limit, "no more events than there are slots");
            more = batch_.size() == limit;
            for (const agent_event& each : batch_)
                events_.push_back(each);
            batch_.clear();
        }
    }

    void require_equal(fed_session& other) {
        require(events_ == other.events_, "the same events, however split");
        require(session_.phase() == other.session_.phase(), "the same phase");
        require(session_.end_code() == other.session_.end_code(), "the same end");
        require(session_.ignored() == other.session_.ignored(), "the same is ignored");
        require(session_.outbound() == other.session_.outbound(), "the same output");
    }

private:
    using time_point = detail::session::time_point;

    static detail::session_parameters parameters() {
        detail::session_parameters out;
        out.max_message_size = 1'024;
        out.random = [random = std::make_shared<test::random_source>(1)] { return (*random)(); };
        return out;
    }

    detail::agent_session session_;
    detail::agent_events batch_;
    std::vector<agent_event> events_;
    unused_bytes unused_;
};

void run(fuzz_input input) {
    const bool ready = input.flag();
    const std::size_t limit = input.below(4) + 1;
    const std::vector<std::uint8_t> sizes = input.numbers(8);
    const std::string_view bytes = input.rest();

    const outcome found = decode(bytes);
    check_against_protobuf(bytes, found);
    require(decode(bytes, fishjam::track_data{"p", {"t", track_type::video, "m"}, "d"}) == found,
            "the same where audio was before");

    for (const std::string& stream : {std::string(bytes), test::message(bytes)}) {
        fed_session at_once(ready);
        at_once.feed(stream);
        fed_session split(ready);
        for (pieces rest(stream, sizes); !rest.empty();)
            split.feed(rest.next(), limit);
        at_once.require_equal(split);
    }
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
