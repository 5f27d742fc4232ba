#include <jellyfish/notification.hpp>

#include "integration/tools/tool_fixture.hpp"

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using texts = std::vector<std::string>;

/// The running program, which receives notifications.
struct live_fixture : tool_fixture {
    explicit live_fixture(testing::server_options options = testing::server_options())
        : tool_fixture(std::move(options)) {}

    bool is_watched() const {
        return server.wait_for([&] { return server.subscribed_sockets() == 1; });
    }

    program::setting terminal(texts more = {"TERM=xterm"}) const {
        program::setting out = setting(std::move(more));
        out.terminal = true;
        return out;
    }

    /// The output of a command that exits by itself.
    std::string received(texts arguments) const {
        const ended result = run(std::move(arguments));
        BOOST_TEST(result.status == 0, result.errors);
        return result.output;
    }

    /// The output for these notifications, with these arguments.
    std::string watched(texts more, const program::setting& with,
                        const std::vector<notification>& reported) const {
        texts arguments{"watch", "--count", std::to_string(reported.size())};
        arguments.insert(arguments.end(), more.begin(), more.end());
        program tool(JELLYFISH_TOOL, arguments, with);
        BOOST_REQUIRE(is_watched());
        for (const notification& each : reported)
            const_cast<testing::server&>(server).notify(each);
        BOOST_TEST(tool.exit_status() == 0, tool.errors());
        return tool.output();
    }
};

/// A server that sends metrics continuously, about a room with a peer's track.
struct metrics_fixture : live_fixture {
    metrics_fixture()
        : live_fixture(testing::server_options().metrics_interval(std::chrono::milliseconds(20))) {
        make_room("r");
        peer = add_peer("r");
        socket = connect_peer(peer);
        server.add_track("r", {endpoint_kind::peer, peer.id}, {"camera", track_type::video, ""});
    }

    added_peer peer;
    std::optional<websocket_client> socket;
};

const std::string red = "\033[31m";
const std::string green = "\033[32m";
const std::string yellow = "\033[33m";
const std::string cyan = "\033[36m";

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tool_live)

BOOST_FIXTURE_TEST_CASE(watch_prints_each_notification, live_fixture) {
    const std::string text =
        watched({}, setting(), {room_created{"r"}, peer_crashed{"r", "p", "why"}});
    BOOST_TEST(holds(text, "Z room_created{room_id: \"r\"}\n"), text);
    BOOST_TEST(holds(text, "Z peer_crashed{room_id: \"r\", peer_id: \"p\", reason: \"why\"}\n"));
}

BOOST_FIXTURE_TEST_CASE(watch_prints_json_with_every_field_of_a_notification, live_fixture) {
    const track camera{"t", track_type::video, "{\"a\":\n1.50}"};
    const std::string text = watched({"--json"}, setting(),
                                     {track_added{"r", {endpoint_kind::component, "c"}, camera},
                                      peer_metadata_updated{"r", "p", "no JSON \""},
                                      peer_metadata_updated{"r", "p", "1,\"b\":2"},
                                      unknown_notification{std::string("\xba\x02\x00", 3)}});
    BOOST_TEST(holds(text, R"("metadata":{"a": 1.50})"), text);
    texts lines;
    for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1)
        lines.push_back(text.substr(begin, text.find('\n', begin) - begin));
    BOOST_TEST_REQUIRE(lines.size() == 4u);
    const auto added = boost::json::parse(lines[0]);
    BOOST_TEST(at(added, "/type") == "track_added");
    BOOST_TEST(at(added, "/room_id") == "r");
    BOOST_TEST(at(added, "/component_id") == "c");
    BOOST_TEST(at(added, "/track/type") == "video");
    BOOST_TEST(at(boost::json::parse(lines[1]), "/metadata") == "no JSON \"");
    BOOST_TEST(at(boost::json::parse(lines[2]), "/metadata") == "1,\"b\":2");
    BOOST_TEST(at(boost::json::parse(lines[3]), "/bytes") == "ba0200");
}

BOOST_FIXTURE_TEST_CASE(watch_prints_an_unknown_value_with_the_servers_name, live_fixture) {
    const track later{"t", open_enum<track_type>("7"), "null"};
    const std::vector<notification> reported{track_added{"r", {endpoint_kind::peer, "p"}, later}};
    const std::string json = watched({"--json"}, setting(), reported);
    BOOST_TEST(holds(json, R"("type":"7")"), json);
    const std::string text = watched({}, setting(), reported);
    BOOST_TEST(holds(text, R"(type: "7")"), text);
}

BOOST_FIXTURE_TEST_CASE(watch_prints_members_that_only_some_servers_send_if_they_are_set,
                        live_fixture) {
    const std::string text =
        watched({"--json"}, setting(),
                {peer_added{"r", "p"}, peer_added{"r", "q", peer_type::agent},
                 track_forwarding{"r", "p", "url", "i", track{"t", track_type::audio, "1"}, {}},
                 recording_status_changed{"rec", recording_status::failed, "{}"}});
    BOOST_TEST(holds(text, R"("peer_id":"p"})"), text);
    BOOST_TEST(holds(text, R"("peer_id":"q","peer_type":"agent"})"));
    BOOST_TEST(holds(
        text, R"("input_id":"i","audio_track":{"track_id":"t","type":"audio","metadata":1}})"));
    BOOST_TEST(holds(text, R"("recording_id":"rec","status":"failed","metadata":{}})"));
}

BOOST_FIXTURE_TEST_CASE(on_a_terminal_kinds_have_colours, live_fixture) {
    const std::vector<notification> reported{room_created{"r"}, peer_deleted{"r", "p"},
                                             component_crashed{"r", "c"},
                                             peer_metadata_updated{"r", "p", "1"}};
    const std::string text = watched({}, terminal(), reported);
    BOOST_TEST(holds(text, green + "room_created{"), text);
    BOOST_TEST(holds(text, yellow + "peer_deleted{"));
    BOOST_TEST(holds(text, red + "component_crashed{"));
    BOOST_TEST(holds(text, cyan + "peer_metadata_updated{"));
    BOOST_TEST(holds(text, "}\033[0m"));
}

BOOST_FIXTURE_TEST_CASE(colours_can_be_enabled_and_disabled, live_fixture) {
    const std::vector<notification> reported{room_created{"r"}};
    BOOST_TEST(!holds(watched({}, setting({"TERM=xterm"}), reported), "\033"));
    BOOST_TEST(!holds(watched({}, terminal({"TERM=xterm", "NO_COLOR=1"}), reported), "\033"));
    BOOST_TEST(!holds(watched({}, terminal({"TERM=dumb"}), reported), "\033"));
    BOOST_TEST(!holds(watched({"--color", "never"}, terminal(), reported), "\033"));
    BOOST_TEST(holds(watched({"--color", "always"}, setting(), reported), green));
    BOOST_TEST(!holds(watched({"--json"}, terminal(), reported), "\033"));
}

BOOST_FIXTURE_TEST_CASE(watch_continues_when_the_server_comes_back, live_fixture) {
    program tool(JELLYFISH_TOOL, {"watch", "--count", "2"}, setting());
    BOOST_REQUIRE(is_watched());
    server.notify(room_created{"before"});
    tool.wait_for("\"before\"");
    server.stop();
    tool.wait_for("disconnected{");
    server.restart();
    tool.wait_for("reconnected{");
    server.notify(room_created{"after"});
    BOOST_TEST(tool.exit_status() == 0);
    BOOST_TEST(holds(tool.output(), "\"after\""));
}

BOOST_FIXTURE_TEST_CASE(the_state_of_the_session_is_printed_to_standard_error, live_fixture) {
    for (const texts& words : {texts{"watch", "--wait"}, texts{"watch", "--json"}}) {
        program tool(JELLYFISH_TOOL, words, setting());
        tool.wait_for("jellyfish: connected to " + server.address());
        BOOST_REQUIRE(is_watched());
        server.drop_connections();
        const std::string lost = tool.wait_for("jellyfish: session lost (");
        BOOST_TEST(holds(lost, "end of stream); reconnecting"), lost);
        tool.wait_for("jellyfish: reconnected");
        tool.send(SIGTERM);
        BOOST_TEST(tool.exit_status() == 0);
        BOOST_TEST(holds(tool.errors(), "waiting for the server") == (words.back() == "--wait"));
        BOOST_TEST(!holds(tool.errors(), "::"));
        BOOST_TEST(!holds(tool.printed(), "that this is a Jellyfish or Fishjam server"));
        BOOST_TEST(!holds(tool.output(), "jellyfish: "));
        BOOST_TEST(server.wait_for([&] { return server.authenticated_sockets() == 0; }));
    }
}

BOOST_FIXTURE_TEST_CASE(session_events_are_printed_as_json, live_fixture) {
    program tool(JELLYFISH_TOOL, {"watch", "--json"}, setting());
    BOOST_REQUIRE(is_watched());
    server.drop_connections();
    BOOST_TEST(holds(tool.wait_for("\"type\":\"disconnected\""), "\"error\":"));
    BOOST_TEST(holds(tool.wait_for("\"type\":\"reconnected\""), "\"attempts\":1"));
}

BOOST_FIXTURE_TEST_CASE(watch_waits_for_a_server_if_requested, live_fixture) {
    server.stop();
    program tool(JELLYFISH_TOOL, {"watch", "--wait", "--count", "1"}, setting());
    server.restart();
    BOOST_REQUIRE(is_watched());
    server.notify(room_created{"r"});
    BOOST_TEST(tool.exit_status() == 0);
}

BOOST_AUTO_TEST_CASE(signals_terminate_it_cleanly) {
    for (const int signal : {SIGINT, SIGTERM}) {
        const live_fixture fixture;
        const testing::server& server = fixture.server;
        program tool(JELLYFISH_TOOL, {"watch"}, fixture.setting());
        BOOST_REQUIRE(fixture.is_watched());
        tool.send(signal);
        BOOST_TEST(tool.exit_status() == 0);
        BOOST_TEST(server.wait_for([&] { return !server.seen_closes().empty(); }));
        BOOST_TEST((server.seen_closes().at(0).side == testing::seen_close::by::client));
    }
}

BOOST_FIXTURE_TEST_CASE(a_signal_terminates_it_while_it_connects, live_fixture) {
    server.stall(true);
    program tool(JELLYFISH_TOOL, {"watch"}, setting());
    BOOST_TEST(server.wait_for([&] { return server.open_connections() == 1; }));
    tool.send(SIGINT);
    BOOST_TEST(tool.exit_status() == 0);
}

BOOST_FIXTURE_TEST_CASE(it_exits_after_the_requested_time, live_fixture) {
    BOOST_TEST(run({"watch", "--for", "0.2"}).status == 0);
    BOOST_TEST(run({"metrics", "--for", "0.2"}).status == 0);
    BOOST_TEST(run({"watch", "--for", "0"}).status == 0);
}

BOOST_FIXTURE_TEST_CASE(it_exits_when_its_output_is_closed, live_fixture) {
    program tool(JELLYFISH_TOOL, {"watch"}, setting());
    BOOST_REQUIRE(is_watched());
    tool.close_output();
    server.notify(room_created{"r"});
    BOOST_TEST(tool.exit_status() != 0);
}

BOOST_AUTO_TEST_CASE(a_token_rejected_later_ends_it_with_status_4) {
    const std::string token = "s3cret-1";
    program first(JELLYFISH_SANDBOX, {"--port", "0", "--token", token});
    const std::string address = first.wait_for("Listening on ");
    program tool(
        JELLYFISH_TOOL, {"watch", "--metrics"},
        {{"JELLYFISH_SERVER_ADDRESS=" + address, "JELLYFISH_SERVER_API_TOKEN=" + token}, false});
    tool.wait_for("metrics_report{");
    first.send(SIGTERM);
    BOOST_TEST(first.exit_status() == 0);
    const std::string port = address.substr(address.rfind(':') + 1);
    program second(JELLYFISH_SANDBOX, {"--port", port, "--token", "s3cret-2"});
    BOOST_TEST(tool.exit_status() == 4);
    BOOST_TEST(holds(tool.output(), "disconnected{"));
    BOOST_TEST(!holds(tool.printed(), "s3cret"));
}

BOOST_FIXTURE_TEST_CASE(metrics_are_printed_as_a_table, metrics_fixture) {
    const std::string text = received({"metrics", "--count", "3"});
    BOOST_TEST(holds(text, "room  endpoint"), text);
    BOOST_TEST(holds(text, "r     " + peer.id + "  -       udp"), text);
    BOOST_TEST(holds(text, "r     " + peer.id + "  camera  VP8"), text);
    BOOST_TEST(holds(text, "60.0 kB"), text);
    BOOST_TEST(!holds(text, "\033"));
}

BOOST_FIXTURE_TEST_CASE(on_a_terminal_the_table_is_redrawn, metrics_fixture) {
    const ended result = run({"metrics", "--count", "2"}, terminal());
    BOOST_TEST(result.status == 0);
    BOOST_TEST(holds(result.output, "\033[H\033[2J"));
    BOOST_TEST(holds(result.output, "camera"), result.output);
}

BOOST_FIXTURE_TEST_CASE(metrics_are_printed_as_json_lines, metrics_fixture) {
    const auto report = boost::json::parse(received({"metrics", "--count", "1", "--json"}));
    BOOST_TEST(at(report, "/type") == "metrics_report");
    const std::string endpoint = "/metrics/room_id=r/endpoint_id=" + peer.id;
    BOOST_TEST(at(report, endpoint + "/ice.protocol") == "udp");
}

BOOST_FIXTURE_TEST_CASE(watch_prints_metrics_if_requested, metrics_fixture) {
    BOOST_TEST(holds(received({"watch", "--metrics", "--count", "1"}), "metrics_report{"));
}

BOOST_FIXTURE_TEST_CASE(an_invalid_report_does_not_end_it, live_fixture) {
    program tool(JELLYFISH_TOOL, {"metrics"}, setting());
    BOOST_TEST(server.wait_for([&] { return server.metrics_sockets() == 1; }));
    server.notify(metrics_report{"nonsense"});
    tool.wait_for("invalid metrics report");
    server.notify(metrics_report{R"({"room_id=r":{"endpoint_id=e":{}}})"});
    tool.wait_for("r     e");
    tool.send(SIGTERM);
    BOOST_TEST(tool.exit_status() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
