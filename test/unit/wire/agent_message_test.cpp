#include "wire/agent_message.hpp"

#include "fakes/wire.hpp"
#include "fixtures/quiet_protobuf.hpp"

#include <string>
#include <string_view>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// Expected bytes are made by hand from the protocol's field numbers.
namespace {

namespace data = boost::unit_test::data;
namespace wire = jellyfish::detail::wire;
using namespace jellyfish;
using namespace jellyfish::test;
using fishjam::agent_event;
using wire::decoded_response;

std::string track_bytes(std::string_view id, unsigned type, std::string_view metadata) {
    return bytes_field(1, id) + varint_field(2, type) + bytes_field(3, metadata);
}

std::string audio_bytes(std::string_view peer, std::string_view track, std::string_view audio) {
    return bytes_field(2, bytes_field(1, peer) + bytes_field(2, track) + bytes_field(3, audio));
}

std::string image_bytes(std::string_view track, std::string_view type, std::string_view image) {
    return bytes_field(3, bytes_field(1, track) + bytes_field(2, type) + bytes_field(3, image));
}

const fishjam::track_data sample{"p", {"t", track_type::audio, "{}"}, std::string("\0\xff\x80", 3)};

decoded_response result_of(std::string_view bytes) {
    agent_event out;
    return wire::decode_agent_response(bytes, out);
}

agent_event decoded(std::string_view bytes) {
    agent_event out = dropped{7};
    BOOST_REQUIRE((wire::decode_agent_response(bytes, out) == decoded_response::event));
    return out;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(agent_message, quiet_protobuf)

BOOST_AUTO_TEST_CASE(audio_is_decoded_with_its_peer_and_track) {
    const std::string audio("\0\xff\x80", 3);  // Not UTF-8.
    BOOST_TEST(
        (decoded(audio_bytes("p", track_bytes("t", 2, "{}"), audio)) == agent_event(sample)));
}

BOOST_AUTO_TEST_CASE(an_image_is_decoded_with_its_type) {
    const fishjam::track_image expected{"t", "image/png", "\x89PNG"};
    BOOST_TEST((decoded(image_bytes("t", "image/png", "\x89PNG")) == agent_event(expected)));
}

BOOST_AUTO_TEST_CASE(absent_fields_are_empty_also_in_a_reused_event) {
    agent_event out = sample;
    BOOST_REQUIRE(
        (wire::decode_agent_response(bytes_field(2, ""), out) == decoded_response::event));
    BOOST_TEST((out == agent_event(fishjam::track_data())));
}

BOOST_AUTO_TEST_CASE(a_reused_event_keeps_its_memory) {
    agent_event out = fishjam::track_data{"", {}, std::string(1'000, 'x')};
    const char* const memory = std::get<fishjam::track_data>(out).data.data();
    const std::string audio(640, 'a');
    (void)wire::decode_agent_response(audio_bytes("p", track_bytes("t", 2, "{}"), audio), out);
    BOOST_TEST(std::get<fishjam::track_data>(out).data == audio);
    BOOST_TEST(static_cast<const void*>(std::get<fishjam::track_data>(out).data.data()) ==
               static_cast<const void*>(memory));
}

BOOST_AUTO_TEST_CASE(fields_in_another_order_are_decoded) {
    const std::string shuffled =
        bytes_field(2, bytes_field(3, "\xff") + bytes_field(2, track_bytes("t", 2, "{}")) +
                           bytes_field(1, "p"));
    const auto audio = std::get<fishjam::track_data>(decoded(shuffled));
    BOOST_TEST(audio.peer_id == "p");
    BOOST_TEST(audio.track.id == "t");
    BOOST_TEST(audio.data == "\xff");
}

BOOST_AUTO_TEST_CASE(unknown_fields_of_a_newer_server_are_ignored) {
    const std::string newer =
        bytes_field(2, bytes_field(1, "p") + bytes_field(3, "a") + varint_field(9, 5));
    BOOST_TEST(std::get<fishjam::track_data>(decoded(newer)).data == "a");
    BOOST_TEST(std::get<fishjam::track_data>(decoded(newer)).peer_id == "p");
}

BOOST_AUTO_TEST_CASE(an_unknown_track_type_keeps_its_number) {
    const auto audio =
        std::get<fishjam::track_data>(decoded(audio_bytes("p", track_bytes("t", 9, ""), "")));
    BOOST_TEST((audio.track.type == track_type::unknown));
    BOOST_TEST(audio.track.type.text() == "9");
}

BOOST_AUTO_TEST_CASE(the_acceptance_of_the_token_is_recognized) {
    BOOST_TEST((result_of(bytes_field(1, "")) == decoded_response::authenticated));
    BOOST_TEST((result_of(bytes_field(1, varint_field(1, 1))) == decoded_response::authenticated));
}

BOOST_AUTO_TEST_CASE(empty_and_unknown_messages_are_ignored) {
    BOOST_TEST((result_of("") == decoded_response::ignored));
    BOOST_TEST((result_of(bytes_field(4, "new")) == decoded_response::ignored));
}

BOOST_DATA_TEST_CASE(malformed_messages_are_rejected,
                     data::make({"12", "1205", "12030a0561", "08", "ffffffffffffffffffff01",
                                 // A peer id that is not UTF-8, and a track that is truncated.
                                 "12030a01ff", "120412020a05"}),
                     hex) {
    BOOST_TEST((result_of(from_hex(hex)) == decoded_response::malformed));
}

BOOST_AUTO_TEST_CASE(every_truncation_of_audio_is_rejected_or_shorter_audio) {
    const std::string whole = audio_bytes("peer", track_bytes("track", 2, "{}"), "audio");
    for (std::size_t size = 1; size < whole.size(); ++size)
        BOOST_TEST((result_of(whole.substr(0, size)) == decoded_response::malformed));
}

BOOST_AUTO_TEST_CASE(requests_have_the_numbers_of_the_protocol) {
    BOOST_TEST(wire::encode_agent_token("secret") == bytes_field(1, bytes_field(1, "secret")));
    BOOST_TEST(wire::encode_remove_track("t") == bytes_field(3, bytes_field(1, "t")));
    BOOST_TEST(wire::encode_interrupt_track("t") == bytes_field(5, bytes_field(1, "t")));
    BOOST_TEST(wire::encode_capture_image("t") == bytes_field(6, bytes_field(1, "t")));
}

BOOST_AUTO_TEST_CASE(a_track_is_added_with_its_codec) {
    const auto options = fishjam::agent_track_options()
                             .encoding(fishjam::audio_encoding::opus)
                             .sample_rate(48'000)
                             .channels(2)
                             .metadata(R"({"a":1})");
    const std::string codec = varint_field(1, 2) + varint_field(2, 48'000) + varint_field(3, 2);
    BOOST_TEST(
        wire::encode_add_track("t", options) ==
        bytes_field(2, bytes_field(1, track_bytes("t", 2, R"({"a":1})")) + bytes_field(2, codec)));
}

BOOST_DATA_TEST_CASE(media_of_all_sizes_are_encoded,
                     data::make({0, 1, 120, 121, 126, 127, 128, 640, 16'383, 16'384, 100'000}),
                     size) {
    const std::string media(static_cast<std::size_t>(size), '\xff');
    std::string message = "before";
    wire::append_track_data(message, "track", media);
    const std::string payload = size == 0 ? std::string() : bytes_field(2, media);
    BOOST_TEST((message == "before" + bytes_field(4, bytes_field(1, "track") + payload)));
}

BOOST_AUTO_TEST_SUITE_END()
