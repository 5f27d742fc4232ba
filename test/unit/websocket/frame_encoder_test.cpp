#include "websocket/frame_encoder.hpp"

#include "data/random.hpp"
#include "fakes/wire.hpp"
#include "text/utf8.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace jellyfish::detail;
using namespace jellyfish::test;

namespace {

client_frame only_frame(std::string_view bytes) {
    const std::vector<client_frame> frames = parse_client_frames(bytes);
    BOOST_TEST_REQUIRE(frames.size() == 1u);
    return frames.front();
}

client_frame close_with(std::string_view reason) {
    std::string bytes;
    ws::append_close_frame(bytes, ws::close_code::normal, reason, 0x01020304);
    return only_frame(bytes);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(frame_encoder)

BOOST_AUTO_TEST_CASE(the_masked_hello_of_the_rfc_is_reproduced) {
    std::string bytes;
    ws::append_frame(bytes, ws::opcode::text, "Hello", 0x37fa213d);
    BOOST_TEST(to_hex(bytes) == "818537fa213d7f9f4d5158");
}

BOOST_DATA_TEST_CASE(payloads_of_all_lengths_survive_the_round_trip,
                     data::make({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 124, 125, 126, 127, 65'534, 65'535,
                                 65'536, 65'537, 100'000}),
                     length) {
    random_source random(7);
    std::string payload(static_cast<std::size_t>(length), '\0');
    for (char& byte : payload)
        byte = static_cast<char>(random());
    std::string bytes;
    ws::append_frame(bytes, ws::opcode::binary, payload, 0x89abcdef);
    const client_frame f = only_frame(bytes);
    BOOST_TEST(f.opcode == op_binary);
    BOOST_TEST(f.fin);
    BOOST_TEST(f.mask == 0x89abcdefu);
    BOOST_TEST((f.payload == payload));
}

BOOST_AUTO_TEST_CASE(every_opcode_is_encoded) {
    for (const ws::opcode kind : {ws::opcode::continuation, ws::opcode::text, ws::opcode::binary,
                                  ws::opcode::close, ws::opcode::ping, ws::opcode::pong}) {
        std::string bytes;
        ws::append_frame(bytes, kind, "", 1);
        BOOST_TEST(only_frame(bytes).opcode == static_cast<unsigned>(kind));
    }
}

BOOST_AUTO_TEST_CASE(frames_are_appended_to_existing_data) {
    std::string bytes;
    ws::append_frame(bytes, ws::opcode::binary, "one", 1);
    ws::append_frame(bytes, ws::opcode::pong, "two", 2);
    const std::vector<client_frame> frames = parse_client_frames(bytes);
    BOOST_TEST_REQUIRE(frames.size() == 2u);
    BOOST_TEST(frames[0].payload == "one");
    BOOST_TEST(frames[1].payload == "two");
}

BOOST_AUTO_TEST_CASE(a_close_frame_holds_code_and_reason) {
    const client_frame f = close_with("bye");
    BOOST_TEST(f.opcode == op_close);
    BOOST_TEST(f.payload == close_payload(1000, "bye"));
}

BOOST_AUTO_TEST_CASE(a_reason_that_just_fits_is_kept_unchanged) {
    const std::string reason(123, 'r');
    BOOST_TEST(close_with(reason).payload == close_payload(1000, reason));
}

BOOST_AUTO_TEST_CASE(a_reason_that_does_not_fit_is_truncated_at_a_character_boundary) {
    for (std::size_t ahead = 100; ahead < 130; ++ahead) {
        const std::string reason =
            std::string(ahead, 'r') + "\xf0\x9f\xaa\xbc\xc5\xbc" + std::string(40, 'e');
        const std::string payload = close_with(reason).payload;
        BOOST_TEST(payload.size() <= 125u);
        BOOST_TEST(payload.size() >= 122u);
        BOOST_TEST(is_utf8(std::string_view(payload).substr(2)));
        BOOST_TEST(reason.starts_with(std::string_view(payload).substr(2)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
