#include "fakes/wire.hpp"
#include "fixtures/temporary_folder.hpp"
#include "integration/tools/tool_fixture.hpp"

#include <algorithm>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

// The keys of everything that `jellyfish --json` prints.
namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using texts = std::vector<std::string>;

/// Every key. Things that occur in several places have one key: `room_id`, never `id`.
constexpr const char* known_keys =
    "address attempts audio_only audio_track audio_track_id batch_webhook_notifications bytes "
    "call channel_id component_id components composition composition_url config "
    "connection_url content_type deleted distribution enabled error file_path "
    "filename forwarded forwardings framerate gap_ms git_commit input_id "
    "keep_alive_interval_ms low_latency "
    "max_peers metadata metrics node_status nodes_in_cluster origins other_peer_id output "
    "output_id peer_disconnected_timeout_s peer_id peer_type peer_websocket_url "
    "peerless_purge_timeout_s peers persistent phone_number pierce_nat playable properties "
    "public reason reconnect_delay_ms recording_id registrar_credentials room_id room_type "
    "rtp_port scale_ratio server_address size source source_uri status stream_id streamer_id "
    "streamers subscribe_mode subscriptions target_window_duration_s time token track "
    "track_id track_ids tracks type uptime_s username valid version video_codec video_track "
    "video_track_id viewer_id viewers webhook_url";

void collect(const boost::json::value& value, std::set<std::string>& to) {
    if (value.is_array()) {
        for (const auto& each : value.get_array())
            collect(each, to);
    }
    if (!value.is_object()) return;
    for (const auto& [key, member] : value.get_object()) {
        to.insert(key);
        // These are the JSON of users and of the server.
        if (key != "metadata" && key != "metrics") collect(member, to);
    }
}

/// A server with one thing of each kind, and the keys that commands about them print.
struct json_fixture {
    json_fixture()
        : tool([this] {
              folder.write("file_component_sources/film.h264", "film");
              folder.write("recordings/rec/report.json", "{}");
              return testing::server_options().media_dir(folder.path().string());
          }()) {}

    /// Runs a command and returns its first object.
    boost::json::value run(const texts& arguments) { return run(arguments, tool); }
    boost::json::value run(texts arguments, const tool_fixture& with) {
        commands.insert(arguments[0]);
        if (arguments.size() > 1) commands.insert(arguments[0] + ' ' + arguments[1]);
        arguments.emplace_back("--json");
        const auto result = tool_fixture::run(
            arguments, with.setting({"SIP_PASSWORD=p", "AWS_REGION=eu", "AWS_ACCESS_KEY_ID=i",
                                     "AWS_SECRET_ACCESS_KEY=k"}));
        BOOST_TEST_REQUIRE(result.status == 0, arguments[0] << ' ' << result.errors);
        std::istringstream lines(result.output);
        boost::json::value first;
        for (std::string line; std::getline(lines, line);) {
            const auto value = boost::json::parse(line);
            collect(value, keys);
            if (first.is_null()) first = value;
        }
        return first;
    }

    /// The keys of `watch` for these notifications.
    void watch(const std::vector<notification>& reported, bool lose_session) {
        commands.insert("watch");
        program watching(JELLYFISH_TOOL,
                         {"watch", "--json", "--count", std::to_string(reported.size())},
                         tool.setting());
        BOOST_TEST(tool.server.wait_for([&] { return tool.server.subscribed_sockets() == 1; }));
        if (lose_session) {
            tool.server.drop_connections();
            watching.wait_for("\"type\":\"reconnected\"");
            BOOST_TEST(tool.server.wait_for([&] { return tool.server.subscribed_sockets() == 1; }));
        }
        for (const notification& each : reported)
            tool.server.notify(each);
        BOOST_TEST(watching.exit_status() == 0);
        std::istringstream lines(watching.output());
        for (std::string line; std::getline(lines, line);)
            collect(boost::json::parse(line), keys);
    }

    temporary_folder folder;
    tool_fixture tool;
    std::set<std::string> keys;
    std::set<std::string> commands;
};

/// Runs each command that only Fishjam has, and those that print something else there.
void run_commands_of_fishjam(json_fixture& keys) {
    tool_fixture fishjam(testing::server_options().api(server_api::fishjam));
    const auto run = [&](const texts& words) { return keys.run(words, fishjam); };
    run({"validate"});
    const std::string room = at(run({"room", "create", "--type", "livestream"}), "/room_id");
    const std::string peer = at(run({"peer", "add", room}), "/peer_id");
    const std::string other =
        at(run({"peer", "add", room, "--subscribe-mode", "manual"}), "/peer_id");
    fishjam.server.add_track(room, {endpoint_kind::peer, peer}, {"t", track_type::audio, ""});
    run({"peer", "refresh-token", room, peer});
    run({"peer", "subscribe", room, other, peer});
    run({"peer", "subscribe-tracks", room, other, "t"});
    run({"room", "streamer-token", room});
    run({"room", "viewer-token", room});
    run({"room", "forward", room, "https://composition.example/1"});
    run({"room", "get", room});
    const std::string stream = at(run({"livestream", "create"}), "/stream_id");
    const std::string streamer = at(run({"streamer", "add", stream}), "/streamer_id");
    const std::string viewer = at(run({"viewer", "add", stream}), "/viewer_id");
    run({"livestream", "list"});
    run({"livestream", "get", stream});
    run({"streamer", "delete", stream, streamer});
    run({"viewer", "delete", stream, viewer});
    run({"livestream", "delete", stream});
    const std::string recording =
        at(run({"recording", "create", "https://composition.example/1", "main"}), "/recording_id");
    run({"recording", "list"});
    run({"recording", "show", recording});
    run({"recording", "stop", recording});
    run({"recording", "delete", recording});
    run({"moq", "access", "--publish-path", "p"});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tool_json)

BOOST_FIXTURE_TEST_CASE(every_key_is_known_and_in_snake_case, json_fixture) {
    run({"room", "create", "--id", "r", "--video-codec", "h264"});
    const std::string peer = at(run({"peer", "add", "r"}), "/peer_id");
    tool.server.add_track("r", {endpoint_kind::peer, peer}, {"t", track_type::video, "{\"aB\":1}"});
    const std::string hls =
        at(run({"component", "add", "r", "hls", "--subscribe-mode", "manual"}), "/component_id");
    run({"component", "add", "r", "rtsp", "--source-uri", "rtsp://camera/"});
    run({"component", "add", "r", "file", "--file-path", "film.h264"});
    run({"component", "add", "r", "recording", "--s3-bucket", "b"});
    const std::string sip =
        at(run({"component", "add", "r", "sip", "--registrar", "a", "--username", "u"}),
           "/component_id");
    run({"room", "list"});
    run({"room", "get", "r"});
    run({"peer", "list", "r"});
    run({"component", "list", "r"});
    run({"subscribe", "r", hls, peer});
    run({"sip", "dial", "r", sip, "1"});
    run({"sip", "end", "r", sip});
    run({"recording", "list"});
    run({"recording", "get", "rec", "report.json", "--output", (folder.path() / "got").string()});
    run({"recording", "delete", "rec"});
    run({"health"});
    run({"metrics", "--count", "1"});
    std::vector<notification> reported = sample_notifications();
    reported.push_back(unknown_notification{std::string("\xba\x02\x00", 3)});
    std::erase_if(reported, [](const notification& each) {
        return std::holds_alternative<metrics_report>(each);
    });
    watch(reported, true);
    run({"peer", "delete", "r", peer});
    run({"component", "delete", "r", hls});
    run({"room", "delete", "r"});
    run_commands_of_fishjam(*this);

    std::istringstream list(known_keys);
    const std::set<std::string> known(std::istream_iterator<std::string>(list), {});
    for (const std::string& each : known)
        BOOST_TEST(keys.contains(each), each << " is not printed");
    const std::regex snake_case("[a-z]+(_[a-z0-9]+)*");
    for (const std::string& each : keys) {
        BOOST_TEST(std::regex_match(each, snake_case), each);
        BOOST_TEST(known.contains(each), each << " is not listed above");
    }

    // Each command of the help has been run.
    std::istringstream help(tool.printed({"--help"}));
    std::string line;
    while (std::getline(help, line) && !line.starts_with("Commands"))
        continue;
    std::size_t listed = 0;
    for (; std::getline(help, line) && !line.empty(); ++listed) {
        std::string name = line.substr(2, line.find("  ", 2) - 2);
        name.resize(std::min(name.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), name.size()));
        if (name.ends_with(' ')) name.pop_back();
        BOOST_TEST(commands.contains(name), name);
    }
    BOOST_TEST(listed == 38U);
}

BOOST_AUTO_TEST_SUITE_END()
