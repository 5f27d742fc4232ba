#include <jellyfish/testing/control_server.hpp>

#include "fixtures/sandbox_fixture.hpp"

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>

// Agents' sockets of the test server, with a client that shares no code with the library.
namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

constexpr const char* path = "/socket/agent/websocket";

/// A room with an agent and another peer.
struct fixture : sandbox_fixture {
    std::string room = server.create_room();
    std::string peer = server.add_peer(room);
    std::string speaker = server.add_peer(room);
    const track voice{"voice", track_type::audio, "{}"};
    const std::string track_bytes =
        bytes_field(1, "voice") + varint_field(2, 2) + bytes_field(3, "{}");

    websocket_client connect() {
        websocket_client socket(port(), path);
        socket.send_binary(token_bytes(server.make_peer_token(room, peer)));
        BOOST_REQUIRE(to_hex(socket.receive().payload) == "0a00");
        return socket;
    }

    static std::string token_bytes(const std::string& token) {
        return bytes_field(1, bytes_field(1, token));
    }

    void check_first(const std::string& message, int code, const std::string& reason) {
        websocket_client socket(port(), path);
        socket.send_binary(message);
        expect_close(socket, code, reason);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_agents, fixture)

BOOST_AUTO_TEST_CASE(an_agent_connects_with_the_token_of_its_peer) {
    check_first(token_bytes("nope"), 1000, "invalid token");
    check_first(token_bytes(server.make_peer_token(room, peer, 25h)), 1000, "expired token");
    check_first(token_bytes(server.make_peer_token(room, "x")), 1000, "peer not found");
    check_first(bytes_field(3, bytes_field(1, "x")), 1000, "unauthenticated");
    check_first(from_hex("ffffff"), 1011, "");
    websocket_client own = connect();
    check_first(token_bytes(server.make_peer_token(room, peer)), 1000, "peer already connected");
    BOOST_TEST(server.agent_sockets() == 1U);
}

BOOST_AUTO_TEST_CASE(audio_of_other_peers_is_sent_and_not_its_own) {
    websocket_client own = connect();
    server.send_track_data(room, peer, voice, "mine");
    server.send_track_data(room, speaker, voice, "audio");
    BOOST_TEST(own.receive().payload ==
               bytes_field(2, bytes_field(1, speaker) + bytes_field(2, track_bytes) +
                                  bytes_field(3, "audio")));
    BOOST_CHECK_THROW(server.send_track_data(room, "x", voice, ""), std::invalid_argument);
    BOOST_CHECK_THROW(server.play_tone("x", speaker, voice, 20ms), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_tone_of_a_negative_time_is_silent) {
    websocket_client own = connect();
    server.play_tone(room, speaker, voice, -20ms);
    server.send_track_data(room, speaker, voice, "audio");
    BOOST_TEST(own.receive().payload ==
               bytes_field(2, bytes_field(1, speaker) + bytes_field(2, track_bytes) +
                                  bytes_field(3, "audio")));
}

BOOST_AUTO_TEST_CASE(the_tracks_of_an_agent_are_those_of_its_peer) {
    websocket_client observer(port(), "/socket/server/websocket");
    observer.send_binary(auth_request_bytes("development"));
    (void)observer.receive();
    observer.send_binary(subscribe_request_bytes(1));
    (void)observer.receive();
    websocket_client own = connect();
    own.send_binary(bytes_field(2, bytes_field(1, track_bytes)));
    const track_endpoint endpoint{endpoint_kind::peer, peer};
    expect(observer, {peer_connected{room, peer}, track_added{room, endpoint, voice}});
    own.send_binary(bytes_field(3, bytes_field(1, "voice")));
    expect(observer, {track_removed{room, endpoint, voice}});
}

BOOST_AUTO_TEST_CASE(what_an_agent_sends_is_recorded) {
    testing::control_server control(server);
    const auto port_of_control = static_cast<std::uint16_t>(
        std::stoi(control.address().substr(control.address().rfind(':') + 1)));
    websocket_client own = connect();
    own.send_binary(bytes_field(
        2, bytes_field(1, track_bytes) +
               bytes_field(2, varint_field(1, 1) + varint_field(2, 16'000) + varint_field(3, 1))));
    own.send_binary(bytes_field(4, bytes_field(1, "voice") + bytes_field(2, "audio")));
    own.send_binary(bytes_field(4, bytes_field(1, "unknown") + bytes_field(2, "audio")));
    own.send_binary(bytes_field(5, bytes_field(1, "voice")));
    own.send_binary(bytes_field(6, bytes_field(1, "video")));
    BOOST_TEST(server.wait_for([&] { return server.agent(peer).captures == 1; }));
    const client_response response =
        call(port_of_control, "POST", "/control/agent", R"({"peer_id":")" + peer + "\"}");
    BOOST_TEST(response.body ==
               R"({"captures":1,"interrupted":["voice"],"packets":[{"size":5,"track_id":"voice"}],)"
               R"("received":1,"removed_tracks":0,"tracks":[{"channels":1,"encoding":"pcm16",)"
               R"("metadata":"{}","sample_rate":16000,"track_id":"voice"}]})"
               "\n");
}

BOOST_AUTO_TEST_CASE(an_echo_is_audio_of_its_own_peer) {
    server.echo_agents(true);
    websocket_client own = connect();
    own.send_binary(bytes_field(2, bytes_field(1, track_bytes)));
    own.send_binary(bytes_field(4, bytes_field(1, "voice") + bytes_field(2, "audio")));
    BOOST_TEST(own.receive().payload ==
               bytes_field(2, bytes_field(1, peer) + bytes_field(2, track_bytes) +
                                  bytes_field(3, "audio")));
}

BOOST_AUTO_TEST_SUITE_END()
