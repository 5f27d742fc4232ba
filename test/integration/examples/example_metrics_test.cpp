#include "fixtures/program.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <chrono>
#include <csignal>
#include <string>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using namespace jellyfish::test;

program::setting setting_for(const testing::server& server) {
    return {{"JELLYFISH_SERVER_ADDRESS=" + server.address()}, false};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(example_metrics)

BOOST_AUTO_TEST_CASE(it_prints_a_row_for_each_endpoint_and_track) {
    sandbox_fixture fixture(
        testing::server_options().metrics_interval(std::chrono::milliseconds(20)));
    fixture.make_room("room-1");
    const auto peer = fixture.add_peer("room-1");
    const auto socket = fixture.connect_peer(peer);
    fixture.server.add_track("room-1", {endpoint_kind::peer, peer.id},
                             {"microphone", track_type::audio, ""});
    program example(JELLYFISH_EXAMPLE_METRICS, {"2"}, setting_for(fixture.server));
    BOOST_TEST(example.exit_status() == 0, example.errors());
    const std::string& text = example.output();
    BOOST_TEST(text.find("room-1  " + peer.id + "  -           udp") != std::string::npos, text);
    BOOST_TEST(text.find("room-1  " + peer.id + "  microphone  OPUS") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(it_exits_when_it_is_interrupted) {
    sandbox_fixture fixture;
    program example(JELLYFISH_EXAMPLE_METRICS, {}, setting_for(fixture.server));
    BOOST_TEST(fixture.server.wait_for([&] { return fixture.server.metrics_sockets() == 1; }));
    example.send(SIGINT);
    BOOST_TEST(example.exit_status() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
