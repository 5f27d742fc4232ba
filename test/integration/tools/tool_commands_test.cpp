#include <jellyfish/version.hpp>

#include "fakes/blocking_receiver.hpp"
#include "fixtures/certificate_files.hpp"
#include "fixtures/temporary_folder.hpp"
#include "integration/tools/tool_fixture.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using texts = std::vector<std::string>;

/// A server with a media folder.
struct media_fixture {
    media_fixture()
        : tool([this] {
              folder.write("file_component_sources/film.h264", "film");
              folder.write("recordings/rec-1/report.json", "{\"tracks\":{}}");
              return testing::server_options().media_dir(folder.path().string());
          }()) {}

    temporary_folder folder;
    tool_fixture tool;
};

struct room_fixture : media_fixture {
    room_fixture() { tool.make_room("r", R"(,"videoCodec":"h264")"); }
};

bool has_no_secret(const std::string& text) { return text.find("s3cret") == std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(tool_commands)

BOOST_FIXTURE_TEST_CASE(health_reports_whether_the_server_works, tool_fixture) {
    BOOST_TEST(printed({"health"}).find("status   UP\n") != std::string::npos);
    const auto report = object({"health"});
    BOOST_TEST(at(report, "/status") == "UP");
    BOOST_TEST(at(report, "/distribution/enabled") == "false");
}

BOOST_FIXTURE_TEST_CASE(rooms_are_listed, tool_fixture) {
    BOOST_TEST(printed({"rooms", "--json"}).empty());
    make_room("a", R"(,"maxPeers":7)");
    make_room("b", R"(,"videoCodec":"vp8")");
    add_peer("b");
    const std::string table = printed({"rooms"});
    BOOST_TEST(table ==
               "room  peers  connected  components  max peers  video codec\n"
               "a     0      0          0           7          -\n"
               "b     1      0          0           -          vp8\n");
    const std::string lines = printed({"rooms", "--json"});
    BOOST_TEST(std::ranges::count(lines, '\n') == 2);
    BOOST_TEST(at(boost::json::parse(lines.substr(0, lines.find('\n'))), "/config/max_peers") ==
               "7");
}

BOOST_FIXTURE_TEST_CASE(a_room_is_created_with_its_options, tool_fixture) {
    const auto made =
        object({"room", "create", "--id", "r", "--max-peers", "10", "--video-codec", "h264",
                "--webhook-url", "http://user:it's-s3cret@127.0.0.1:1/hook/s3cret",
                "--peerless-purge-timeout", "60", "--peer-disconnected-timeout=70"});
    BOOST_TEST(at(made, "/room_id") == "r");
    BOOST_TEST(at(made, "/server_address") == server.address());
    const std::string seen = server.seen_requests().at(0).body;
    for (const char* const part :
         {R"("roomId":"r")", R"("maxPeers":10)", R"("videoCodec":"h264")",
          R"("peerlessPurgeTimeout":60)", R"("peerDisconnectedTimeout":70)"})
        BOOST_TEST(seen.find(part) != std::string::npos, part);
    BOOST_TEST(at(made, "/config/webhook_url") == "http://(hidden)@127.0.0.1:1/(hidden)");
    BOOST_TEST(has_no_secret(printed({"room", "get", "r"})));
    BOOST_TEST(printed({"room", "create", "--id", "q"}) ==
               "room    q\nserver  " + server.address() + "\n");
}

BOOST_FIXTURE_TEST_CASE(a_room_is_printed_with_its_contents, room_fixture) {
    const auto peer = tool.add_peer("r");
    const std::string hls = tool.add_component("r", R"({"type":"hls"})");
    tool.server.update_peer_metadata("r", peer.id, "{\"name\": \"Ann\"}");
    tool.server.add_track("r", {endpoint_kind::peer, peer.id},
                          {"t", track_type::video, "{\"a\":1.5}"});
    const std::string table = tool.printed({"room", "get", "r"});
    BOOST_TEST(table.find("video codec                h264\n") != std::string::npos);
    BOOST_TEST(table.find(peer.id + "  disconnected  1       {\"name\"") != std::string::npos,
               table);
    BOOST_TEST(table.find(hls + "  hls   0\n") != std::string::npos, table);
    const std::string line = tool.printed({"room", "get", "r", "--json"});
    BOOST_TEST(line.find(R"("metadata":{"a":1.5})") != std::string::npos, line);
    const auto room = boost::json::parse(line);
    BOOST_TEST(at(room, "/peers/0/metadata/name") == "Ann");
    BOOST_TEST(at(room, "/components/0/properties/subscribe_mode") == "auto");
}

BOOST_FIXTURE_TEST_CASE(the_members_of_a_room_are_listed, room_fixture) {
    BOOST_TEST(tool.printed({"peer", "list", "r"}) == "peer  status  tracks  metadata\n");
    BOOST_TEST(tool.printed({"component", "list", "r", "--json"}).empty());
    const std::string peer = tool.add_peer("r").id;
    const std::string hls = tool.add_component("r", R"({"type":"hls"})");
    BOOST_TEST(tool.printed({"peers", "r"}).find(peer + "  disconnected") != std::string::npos);
    BOOST_TEST(at(tool.object({"peer", "list", "r"}), "/peer_id") == peer);
    BOOST_TEST(tool.printed({"components", "r"}).find(hls + "  hls ") != std::string::npos);
    BOOST_TEST(at(tool.object({"component", "list", "r"}), "/component_id") == hls);
}

BOOST_FIXTURE_TEST_CASE(a_noun_may_be_plural, tool_fixture) {
    make_room("r");
    for (const texts& words :
         {texts{"room", "list"}, texts{"rooms", "list"}, texts{"rooms"}, texts{"rooms", "get", "r"},
          texts{"--json", "rooms"}, texts{"peers", "list", "r"}, texts{"rooms", "delete", "r"}})
        BOOST_TEST(run(words).status == 0, words.back());
}

BOOST_FIXTURE_TEST_CASE(metadata_is_printed_as_json_however_deep_it_is_nested, tool_fixture) {
    make_room("r");
    const auto peer = add_peer("r");
    const std::string metadata = std::string(10'000, '[') + std::string(10'000, ']');
    server.update_peer_metadata("r", peer.id, metadata);
    for (const texts& each : {texts{"room", "get", "r", "--json"}, texts{"rooms", "--json"}}) {
        const std::string line = printed(each);
        BOOST_TEST((line.find(R"("metadata":)" + metadata + "}") != line.npos), each[0]);
    }
    BOOST_TEST(!printed({"rooms"}).empty());
    BOOST_TEST(!printed({"room", "get", "r"}).empty());
}

BOOST_FIXTURE_TEST_CASE(a_room_is_deleted, tool_fixture) {
    make_room("a");
    make_room("b");
    BOOST_TEST(printed({"room", "delete", "a"}) == "Deleted room a\n");
    BOOST_TEST(at(object({"room", "delete", "b"}), "/room_id") == "b");
    BOOST_TEST(server.rooms().empty());
}

BOOST_FIXTURE_TEST_CASE(a_peer_is_added_and_its_token_printed, tool_fixture) {
    make_room("r");
    const auto added = object({"peer", "add", "r", "--no-simulcast"});
    BOOST_TEST(server.seen_requests().back().body.find(R"("enableSimulcast":false)") !=
               std::string::npos);
    connect_peer({at(added, "/peer_id"), at(added, "/token")});
    BOOST_TEST(at(added, "/peer_websocket_url") == server.address() + "/socket/peer/websocket");
    const std::string table = printed({"peer", "add", "r"});
    const std::size_t token = table.find("token      ") + 11;
    connect_peer({"", table.substr(token, table.find('\n', token) - token)});
}

BOOST_FIXTURE_TEST_CASE(a_peer_is_deleted, tool_fixture) {
    make_room("r");
    const std::string first = add_peer("r").id;
    const std::string second = add_peer("r").id;
    BOOST_TEST(printed({"peer", "delete", "r", first}) ==
               "Deleted peer " + first + " from room r\n");
    BOOST_TEST(at(object({"peer", "delete", "r", second}), "/peer_id") == second);
    BOOST_TEST(call(port(), "GET", "/room/r").body.find(first) == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(components_of_each_type_are_added, room_fixture) {
    BOOST_TEST(at(tool.object({"component", "add", "r", "hls", "--low-latency", "--persistent",
                               "--target-window-duration", "30", "--subscribe-mode", "manual"}),
                  "/properties/target_window_duration_s") == "30");
    const auto rtsp =
        tool.object({"component", "add", "r", "rtsp", "--source-uri", "rtsp://user:s3cret@camera/",
                     "--rtp-port", "20001", "--reconnect-delay", "1", "--keep-alive-interval", "2",
                     "--no-pierce-nat"});
    BOOST_TEST(at(rtsp, "/properties/source_uri") == "rtsp://(hidden)@camera/");
    BOOST_TEST(at(rtsp, "/properties/rtp_port") == "20001");
    BOOST_TEST(at(rtsp, "/properties/pierce_nat") == "false");
    BOOST_TEST(at(tool.object({"component", "add", "r", "file", "--file-path", "film.h264",
                               "--framerate", "25"}),
                  "/properties/framerate") == "25");
    const std::string added =
        tool.printed({"component", "add", "r", "file", "--file-path=film.h264"});
    BOOST_TEST(added.find("type       file\n") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(secrets_of_components_come_from_the_environment_and_are_not_printed,
                        room_fixture) {
    const auto sip = tool_fixture::run(
        {"component", "add", "r", "sip", "--registrar", "a.b", "--username", "u", "--json"},
        tool.setting({"SIP_PASSWORD=s3cret-sip"}));
    BOOST_TEST(sip.status == 0);
    BOOST_TEST(at(boost::json::parse(sip.output), "/properties/registrar_credentials/username") ==
               "u");
    BOOST_TEST(has_no_secret(sip.output));
    BOOST_TEST(tool.server.seen_requests().back().body.find("s3cret-sip") != std::string::npos);
    const auto recording = tool_fixture::run(
        {"component", "add", "r", "recording", "--path-prefix", "p", "--s3-bucket", "b",
         "--s3-region", "eu", "--subscribe-mode=manual", "--json"},
        tool.setting({"AWS_ACCESS_KEY_ID=s3cret-id", "AWS_SECRET_ACCESS_KEY=s3cret-key"}));
    BOOST_TEST(recording.status == 0);
    BOOST_TEST(has_no_secret(recording.output));
    const std::string sent = tool.server.seen_requests().back().body;
    for (const char* const part : {"s3cret-id", "s3cret-key", R"("bucket":"b")", R"("p")"})
        BOOST_TEST((sent.find(part) != std::string::npos));
    BOOST_TEST(has_no_secret(tool.printed({"room", "get", "r", "--json"})));
}

BOOST_FIXTURE_TEST_CASE(a_component_is_subscribed_to_origins_and_deleted, room_fixture) {
    const std::string hls =
        tool.add_component("r", R"({"type":"hls","options":{"subscribeMode":"manual"}})");
    const std::string peer = tool.add_peer("r").id;
    BOOST_TEST(tool.printed({"subscribe", "r", hls, peer}) ==
               "Component " + hls + " subscribed to 1 origin\n");
    BOOST_TEST(at(tool.object({"subscribe", "r", hls, peer, peer}), "/origins/1") == peer);
    BOOST_TEST(tool.server.seen_requests().back().body ==
               R"({"origins":[")" + peer + "\",\"" + peer + "\"]}");
    BOOST_TEST(tool.printed({"component", "delete", "r", hls}) ==
               "Deleted component " + hls + " from room r\n");
    const std::string other = tool.add_component("r", R"({"type":"hls"})");
    BOOST_TEST(at(tool.object({"component", "delete", "r", other}), "/component_id") == other);
}

BOOST_FIXTURE_TEST_CASE(a_sip_component_dials_and_ends_the_call, room_fixture) {
    const std::string sip = tool.add_component(
        "r",
        R"({"type":"sip","options":{"registrarCredentials":{"address":"a","username":"u","password":"s3cret"}}})");
    BOOST_TEST(tool.printed({"sip", "dial", "r", sip, "+48123"}) ==
               "Component " + sip + " calls +48123\n");
    BOOST_TEST(tool.server.seen_requests().back().body == R"({"phoneNumber":"+48123"})");
    BOOST_TEST(tool.printed({"sip", "end", "r", sip}) ==
               "Ended the call of component " + sip + "\n");
    BOOST_TEST(at(tool.object({"sip", "dial", "r", sip, "1"}), "/call") == "dialled");
    BOOST_TEST(at(tool.object({"sip", "end", "r", sip}), "/call") == "ended");
}

BOOST_FIXTURE_TEST_CASE(recordings_are_listed_fetched_and_deleted, media_fixture) {
    BOOST_TEST(tool.printed({"recordings"}) == "recording\nrec-1\n");
    BOOST_TEST(at(tool.object({"recordings", "list"}), "/recording_id") == "rec-1");
    BOOST_TEST(tool.printed({"recordings", "get", "rec-1", "report.json"}) == "{\"tracks\":{}}");
    const std::string file = (folder.path() / "got").string();
    BOOST_TEST(tool.printed({"recordings", "get", "rec-1", "report.json", "--output", file}) ==
               "Wrote 13 bytes to " + file + "\n");
    BOOST_TEST(std::filesystem::file_size(file) == 13u);
    BOOST_TEST(at(tool.object({"recordings", "get", "rec-1", "report.json", "--output", file}),
                  "/size") == "13");
    BOOST_TEST(tool.printed({"recordings", "delete", "rec-1"}) == "Deleted recording rec-1\n");
    folder.write("recordings/rec-2/report.json", "{}");
    BOOST_TEST(at(tool.object({"recordings", "delete", "rec-2"}), "/recording_id") == "rec-2");
    // A table without rows has its heading, like that of rooms.
    BOOST_TEST(tool.printed({"recordings"}) == "recording\n");
    BOOST_TEST(tool.printed({"rooms"}).starts_with("room "));
    BOOST_TEST(tool.printed({"recordings", "--json"}).empty());
}

BOOST_AUTO_TEST_CASE(options_override_the_environment) {
    const certificate_files files;
    const tool_fixture secure(testing::server_options()
                                  .tls(files.certificate_file(), files.key_file())
                                  .server_api_token("s3cret"));
    const texts options{"--address",
                        secure.server.address(),
                        "--secure",
                        "--ca-file",
                        files.authority_file(),
                        "--token",
                        "s3cret",
                        "rooms"};
    const program::setting wrong{
        {"JELLYFISH_SERVER_ADDRESS=127.0.0.1:1", "JELLYFISH_SERVER_API_TOKEN=wrong"}, false};
    BOOST_TEST(tool_fixture::run(options, wrong).status == 0);
    // A CA file implies TLS.
    texts without_secure = options;
    std::erase(without_secure, "--secure");
    BOOST_TEST(tool_fixture::run(without_secure, wrong).status == 0);
    const program::setting right{
        {"JELLYFISH_SERVER_ADDRESS=" + secure.server.address(), "JELLYFISH_SERVER_API_TOKEN=s3cret",
         "JELLYFISH_SECURE=1", "JELLYFISH_CA_FILE=" + files.authority_file()},
        false};
    BOOST_TEST(tool_fixture::run({"rooms"}, right).status == 0);
}

BOOST_AUTO_TEST_CASE(the_user_agent_names_the_library_and_the_tool) {
    const blocking_receiver server;
    const program::setting setting{
        {"JELLYFISH_SERVER_ADDRESS=127.0.0.1:" + std::to_string(server.port())}, false};
    static_cast<void>(tool_fixture::run({"health"}, setting));
    BOOST_TEST_REQUIRE(server.requests().size() == 1U);
    const std::string line = "\r\nUser-Agent: jellyfish-server-sdk-cpp/" JELLYFISH_VERSION
                             " jellyfish-tool/" JELLYFISH_VERSION "\r\n";
    BOOST_TEST(server.requests().front().header.find(line) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
