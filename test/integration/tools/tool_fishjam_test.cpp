#include "integration/tools/tool_fixture.hpp"

#include <regex>
#include <string>
#include <vector>

// The commands of `jellyfish` against a Fishjam.
namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using texts = std::vector<std::string>;

struct fishjam_fixture : tool_fixture {
    fishjam_fixture() : tool_fixture(testing::server_options().api(server_api::fishjam)) {}

    [[nodiscard]] std::string create_room(texts options = {}) const {
        options.insert(options.begin(), {"room", "create"});
        return at(object(options), "/room_id");
    }

    /// The room of the only line of `jellyfish rooms`.
    [[nodiscard]] boost::json::value only_room() const { return object({"room", "list"}); }
};

/// Commands with options that only one of the servers has, and the name of what it lacks.
const std::vector<std::pair<texts, std::string>> of_jellyfish{
    {{"component", "list", "r"}, "'component list'"},
    {{"component", "add", "r", "hls"}, "'component add'"},
    {{"component", "delete", "r", "c"}, "'component delete'"},
    {{"subscribe", "r", "c", "o"}, "'subscribe'"},
    {{"sip", "dial", "r", "c", "1"}, "'sip dial'"},
    {{"sip", "end", "r", "c"}, "'sip end'"},
    {{"recording", "get", "r", "f"}, "'recording get'"},
    {{"health"}, "'health'"},
    {{"metrics"}, "'metrics'"},
    {{"watch", "--metrics"}, "--metrics"},
    {{"room", "create", "--id", "r"}, "--id"},
    {{"room", "create", "--peerless-purge-timeout", "1"}, "--peerless-purge-timeout"},
    {{"room", "create", "--peer-disconnected-timeout", "1"}, "--peer-disconnected-timeout"},
    {{"peer", "add", "r", "--no-simulcast"}, "--no-simulcast"},
};
const std::vector<std::pair<texts, std::string>> of_fishjam{
    {{"validate"}, "'validate'"},
    {{"room", "streamer-token", "r"}, "'room streamer-token'"},
    {{"room", "viewer-token", "r"}, "'room viewer-token'"},
    {{"room", "forward", "r", "u"}, "'room forward'"},
    {{"peer", "refresh-token", "r", "p"}, "'peer refresh-token'"},
    {{"peer", "subscribe", "r", "p", "o"}, "'peer subscribe'"},
    {{"peer", "subscribe-tracks", "r", "p", "t"}, "'peer subscribe-tracks'"},
    {{"livestreams"}, "'livestream list'"},
    {{"livestream", "get", "s"}, "'livestream get'"},
    {{"livestream", "create"}, "'livestream create'"},
    {{"livestream", "delete", "s"}, "'livestream delete'"},
    {{"streamer", "add", "s"}, "'streamer add'"},
    {{"streamer", "delete", "s", "t"}, "'streamer delete'"},
    {{"viewer", "add", "s"}, "'viewer add'"},
    {{"viewer", "delete", "s", "v"}, "'viewer delete'"},
    {{"recording", "show", "r"}, "'recording show'"},
    {{"recording", "create", "u", "o"}, "'recording create'"},
    {{"recording", "stop", "r"}, "'recording stop'"},
    {{"recordings", "--metadata", "a=b"}, "--metadata"},
    {{"moq", "access", "--publish-path", "p"}, "'moq access'"},
    {{"room", "create", "--type", "audio_only"}, "--type"},
    {{"room", "create", "--public"}, "--public"},
    {{"room", "create", "--batch-webhooks"}, "--batch-webhooks"},
    {{"peer", "add", "r", "--type", "agent"}, "--type"},
    {{"peer", "add", "r", "--subscribe-mode", "manual"}, "--subscribe-mode"},
};

void check_lacking(const tool_fixture& tool, const texts& words, const std::string& expected) {
    const auto result = tool.run(words);
    BOOST_TEST(result.status == 2, expected);
    BOOST_TEST(result.complains(expected), result.errors);
    BOOST_TEST(!std::regex_search(result.errors, std::regex("::|\\(\\)|[a-z]_[a-z]")),
               result.errors);
    BOOST_TEST(tool.server.requests() == 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tool_fishjam)

BOOST_FIXTURE_TEST_CASE(what_fishjam_lacks_is_status_2_and_sends_nothing, fishjam_fixture) {
    for (const auto& [words, name] : of_jellyfish)
        check_lacking(
            *this, words,
            "Fishjam does not support " + name + "; --address selects a Jellyfish server");
}

BOOST_FIXTURE_TEST_CASE(what_jellyfish_lacks_is_status_2_and_sends_nothing, tool_fixture) {
    for (const auto& [words, name] : of_fishjam) {
        check_lacking(
            *this, words,
            "Jellyfish does not support " + name + "; --fishjam-id or FISHJAM_ID selects Fishjam");
    }
}

BOOST_FIXTURE_TEST_CASE(the_id_and_the_token_are_validated, fishjam_fixture) {
    BOOST_TEST(printed({"validate"}) == "The Fishjam id and the token are valid\n");
    BOOST_TEST(at(object({"validate"}), "/valid") == "true");
    const ended wrong = run({"validate"}, setting({"FISHJAM_MANAGEMENT_TOKEN=s3cret"}));
    BOOST_TEST(wrong.status == 4);
    BOOST_TEST(wrong.complains("FISHJAM_MANAGEMENT_TOKEN"), wrong.errors);
    BOOST_TEST(!wrong.complains("s3cret"));
}

BOOST_FIXTURE_TEST_CASE(the_server_is_selected_by_options_rather_than_variables, fishjam_fixture) {
    const tool_fixture jellyfish;
    BOOST_TEST(jellyfish.run({"health"}).status == 0);
    const std::string url = server.fishjam_url();
    const program::setting none{{}, false};
    BOOST_TEST(run({"validate", "--fishjam-id", url}, none).status == 0);
    BOOST_TEST(run({"validate", "--fishjam-id", url}, jellyfish.setting()).status == 0);
    BOOST_TEST(run({"health", "--address", jellyfish.server.address()}, setting()).status == 0);
    const ended both = run({"rooms", "--address", "a", "--fishjam-id", "b"}, none);
    BOOST_TEST(both.status == 2);
    BOOST_TEST(both.complains("--address and --fishjam-id contradict each other"), both.errors);
    const ended no_id = run({"rooms", "--fishjam-id", "a/b"}, none);
    BOOST_TEST(no_id.status == 2);
    BOOST_TEST(no_id.complains("--fishjam-id"), no_id.errors);
}

BOOST_FIXTURE_TEST_CASE(a_room_is_created_with_its_options, fishjam_fixture) {
    const auto made = object({"room", "create", "--type", "audio_only_livestream", "--max-peers",
                              "3", "--video-codec", "vp8", "--public", "--batch-webhooks",
                              "--webhook-url", "http://127.0.0.1:1/hook/s3cret"});
    const std::string id = at(made, "/room_id");
    BOOST_TEST(at(made, "/config/room_type") == "audio_only_livestream");
    BOOST_TEST(at(made, "/config/max_peers") == "3");
    BOOST_TEST(at(made, "/config/video_codec") == "vp8");
    BOOST_TEST(at(made, "/config/public") == "true");
    BOOST_TEST(at(made, "/config/batch_webhook_notifications") == "true");
    BOOST_TEST(at(made, "/config/webhook_url") == "http://127.0.0.1:1/(hidden)");
    const std::string table = printed({"rooms"});
    BOOST_TEST(table.find("type                   max peers  video codec\n" + id +
                          "  0      0          audio_only_livestream  3          vp8\n") !=
                   std::string::npos,
               table);
    const std::string fields = printed({"room", "get", id});
    BOOST_TEST(fields.find("public            yes\n") != std::string::npos, fields);
    BOOST_TEST(fields.find("s3cret") == std::string::npos);
    BOOST_TEST(printed({"room", "delete", id}) == "Deleted room " + id + "\n");
    BOOST_TEST(printed({"room", "create"}).starts_with("room  "));
}

BOOST_FIXTURE_TEST_CASE(peers_of_each_type_are_added, fishjam_fixture) {
    const std::string id = create_room();
    const auto webrtc = object({"peer", "add", id, "--metadata", R"({"name":"Ann"})"});
    BOOST_TEST(at(webrtc, "/type") == "webrtc");
    BOOST_TEST(at(webrtc, "/metadata/server/name") == "Ann");
    const auto agent = object({"peer", "add", id, "--type", "agent", "--sample-rate", "24000"});
    BOOST_TEST(at(agent, "/type") == "agent");
    BOOST_TEST(server.seen_requests().back().body.find("24000") != std::string::npos);
    const ended vapi =
        run({"peer", "add", id, "--type", "vapi", "--call-id", "c-1", "--subscribe-mode", "manual"},
            setting({"VAPI_API_KEY=s3cret"}));
    BOOST_TEST(vapi.status == 0, vapi.errors);
    BOOST_TEST(!vapi.mentions("s3cret"));
    BOOST_TEST(server.seen_requests().back().body.find("s3cret") != std::string::npos);
    const std::string table = printed({"peer", "list", id});
    BOOST_TEST(table.find("  agent   disconnected  0       auto ") != std::string::npos, table);
    BOOST_TEST(table.find("  vapi    disconnected  0       manual ") != std::string::npos, table);
    const std::string agent_id = at(agent, "/peer_id");
    BOOST_TEST(printed({"peer", "delete", id, agent_id}) ==
               "Deleted peer " + agent_id + " from room " + id + "\n");
}

BOOST_FIXTURE_TEST_CASE(options_of_other_types_of_peers_are_rejected, fishjam_fixture) {
    const std::vector<std::pair<texts, std::string>> all{
        {{"--sample-rate", "16000"}, "--sample-rate does not apply to type webrtc"},
        {{"--type", "agent", "--metadata", "{}"}, "--metadata does not apply to type agent"},
        {{"--type", "agent", "--sample-rate", "8000"}, "expected 16000 or 24000"},
        {{"--type", "vapi"}, "type vapi requires --call-id"},
        {{"--type", "vapi", "--call-id", "c"}, "set VAPI_API_KEY"},
        {{"--type", "bot"}, "invalid --type 'bot': expected webrtc, agent or vapi"},
        {{"--metadata", "[]"}, "metadata"},
    };
    for (auto [words, expected] : all) {
        words.insert(words.begin(), {"peer", "add", "r"});
        const ended result = run(words);
        BOOST_TEST(result.status == 2, expected);
        BOOST_TEST(result.complains(expected), result.errors);
    }
    BOOST_TEST(server.requests() == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_peer_gets_a_new_token, fishjam_fixture) {
    const std::string id = create_room();
    const std::string peer = at(object({"peer", "add", id}), "/peer_id");
    const auto refreshed = object({"peer", "refresh-token", id, peer});
    BOOST_TEST(at(refreshed, "/peer_id") == peer);
    BOOST_TEST(!at(refreshed, "/token").empty());
    BOOST_TEST(printed({"peer", "refresh-token", id, peer}).starts_with("token  "));
}

BOOST_FIXTURE_TEST_CASE(a_peer_is_subscribed_to_peers_and_tracks, fishjam_fixture) {
    const std::string id = create_room();
    const std::string speaker = at(object({"peer", "add", id}), "/peer_id");
    const std::string listener =
        at(object({"peer", "add", id, "--subscribe-mode", "manual"}), "/peer_id");
    server.add_track(id, {endpoint_kind::peer, speaker}, {"t", track_type::audio, ""});
    BOOST_TEST(printed({"peer", "subscribe", id, listener, speaker}) ==
               "Peer " + listener + " subscribed to peer " + speaker + "\n");
    BOOST_TEST(printed({"peer", "subscribe-tracks", id, listener, "t"}) ==
               "Peer " + listener + " subscribed to 1 track\n");
    BOOST_TEST(at(object({"peer", "subscribe-tracks", id, listener, "t"}), "/track_ids/0") == "t");
    const auto room = only_room();
    for (const auto& each : room.at("peers").as_array()) {
        const bool listens = at(each, "/peer_id") == listener;
        BOOST_TEST(at(each, "/subscribe_mode") == (listens ? "manual" : "auto"));
        BOOST_TEST(each.at_pointer("/subscriptions/peers").as_array().size() ==
                   (listens ? 1U : 0U));
        if (listens) BOOST_TEST(at(each, "/subscriptions/tracks/0") == "t");
    }
}

BOOST_FIXTURE_TEST_CASE(a_livestream_is_managed, fishjam_fixture) {
    const auto made = object({"livestream", "create", "--public", "--audio-only"});
    const std::string id = at(made, "/stream_id");
    BOOST_TEST(at(made, "/public") == "true");
    BOOST_TEST(at(made, "/audio_only") == "true");
    const auto streamer = object({"streamer", "add", id});
    const auto viewer = object({"viewer", "add", id});
    server.connect_streamer(at(streamer, "/token"));
    server.connect_viewer(at(viewer, "/token"));
    const std::string table = printed({"livestreams"});
    BOOST_TEST(table.find(id + "  1          1        yes     yes\n") != std::string::npos, table);
    const std::string streamer_id = at(streamer, "/streamer_id");
    const std::string viewer_id = at(viewer, "/viewer_id");
    const std::string shown = printed({"livestream", "get", id});
    BOOST_TEST(shown.find("streamer  " + streamer_id + "  connected\n") != std::string::npos,
               shown);
    BOOST_TEST(shown.find(at(streamer, "/token")) == std::string::npos);
    BOOST_TEST(at(object({"livestreams"}), "/viewers/0/viewer_id") == viewer_id);
    BOOST_TEST(printed({"streamer", "delete", id, streamer_id}) ==
               "Deleted streamer " + streamer_id + " from livestream " + id + "\n");
    BOOST_TEST(at(object({"viewer", "delete", id, viewer_id}), "/viewer_id") == viewer_id);
    BOOST_TEST(printed({"livestream", "delete", id}) == "Deleted livestream " + id + "\n");
    const ended gone = run({"livestream", "get", id});
    BOOST_TEST(gone.status == 1);
}

BOOST_FIXTURE_TEST_CASE(a_room_of_type_livestream_has_tokens, fishjam_fixture) {
    const std::string id = create_room({"--type", "livestream"});
    server.connect_streamer(at(object({"room", "streamer-token", id}), "/token"));
    server.connect_viewer(at(object({"room", "viewer-token", id}), "/token"));
    BOOST_TEST(printed({"room", "viewer-token", id}).starts_with("token  "));
    BOOST_TEST(run({"room", "streamer-token", create_room()}).status == 1);
}

BOOST_FIXTURE_TEST_CASE(recordings_are_managed, fishjam_fixture) {
    const std::string url = "https://user:s3cret@composition.example/1";
    const auto made = object({"recording", "create", url, "main", "--scale-ratio", "0.5",
                              "--metadata", R"({"show":"a"})"});
    const std::string id = at(made, "/recording_id");
    BOOST_TEST(at(made, "/status") == "active");
    BOOST_TEST(at(made, "/source/output_id") == "main");
    BOOST_TEST(at(made, "/source/scale_ratio") == "5E-1");
    BOOST_TEST(at(made, "/source/composition_url").find("s3cret") == std::string::npos);
    BOOST_TEST(printed({"recording", "create", "https://c.example/2", "main"})
                   .find("status       active\n") != std::string::npos);
    BOOST_TEST(at(object({"recordings", "--metadata", "show=a"}), "/recording_id") == id);
    BOOST_TEST(printed({"recordings", "--metadata", "show=b", "--json"}).empty());
    BOOST_TEST(printed({"recordings"}).find(id + "  active  {\"show\":\"a\"}") !=
               std::string::npos);
    BOOST_TEST(run({"recordings", "--metadata", "show"}).complains("expected KEY=VALUE"));
    BOOST_TEST(at(object({"recording", "stop", id}), "/status") == "finished");
    BOOST_TEST(at(object({"recording", "show", id}), "/metadata/show") == "a");
    BOOST_TEST(printed({"recording", "delete", id}) == "Deleted recording " + id + "\n");
    BOOST_TEST(run({"recording", "show", id}).status == 1);
    const ended scaled = run({"recording", "create", url, "main", "--scale-ratio", "0"});
    BOOST_TEST(scaled.status == 2);
    BOOST_TEST(scaled.complains("invalid --scale-ratio '0': expected a number greater than 0"));
}

BOOST_FIXTURE_TEST_CASE(the_tracks_of_a_room_are_forwarded_once, fishjam_fixture) {
    const std::string id = create_room();
    const std::string url = "https://composition.example/1";
    BOOST_TEST(printed({"room", "forward", id, url}) ==
               "The tracks of room " + id + " are forwarded\n");
    BOOST_TEST(at(only_room(), "/composition/composition_url") == url);
    const ended again = run({"room", "forward", id, url});
    BOOST_TEST(again.status == 1);
    BOOST_TEST(again.complains("already receiving"), again.errors);
}

BOOST_FIXTURE_TEST_CASE(access_to_the_relay_is_granted, fishjam_fixture) {
    const auto access = object({"moq", "access", "--publish-path", "a", "--subscribe-path", "b"});
    BOOST_TEST(at(access, "/connection_url").find(at(access, "/token")) != std::string::npos);
    BOOST_TEST(server.seen_requests().back().body == R"({"publishPath":"a","subscribePath":"b"})");
    const ended none = run({"moq", "access"});
    BOOST_TEST(none.status == 2);
    BOOST_TEST(none.complains("requires --publish-path or --subscribe-path"), none.errors);
}

BOOST_FIXTURE_TEST_CASE(an_exceeded_quota_and_a_full_room_are_status_1, fishjam_fixture) {
    const std::string id = create_room({"--max-peers", "1"});
    static_cast<void>(object({"peer", "add", id}));
    const ended full = run({"peer", "add", id});
    BOOST_TEST(full.status == 1);
    BOOST_TEST(full.complains("status 409; server message: "), full.errors);
    server.exceed_quota(true);
    const ended quota = run({"room", "create"});
    BOOST_TEST(quota.status == 1);
    BOOST_TEST(quota.complains("raise the quota"), quota.errors);
}

BOOST_FIXTURE_TEST_CASE(notifications_of_fishjam_are_watched, fishjam_fixture) {
    program watching(JELLYFISH_TOOL, {"watch", "--json", "--count", "2"}, setting());
    BOOST_TEST(server.wait_for([&] { return server.subscribed_sockets() == 1; }));
    server.add_peer(create_room(), "agent");
    BOOST_TEST(watching.exit_status() == 0);
    BOOST_TEST(watching.output().find(R"("peer_type":"agent")") != std::string::npos,
               watching.output());
}

BOOST_FIXTURE_TEST_CASE(help_names_the_server_that_has_a_command_or_an_option, tool_fixture) {
    const std::string all = printed({"--help"});
    BOOST_TEST(all.find("list all livestreams (Fishjam)\n") != std::string::npos);
    BOOST_TEST(all.find("its version (Jellyfish)\n") != std::string::npos);
    const std::string one = printed({"room", "create", "--help"});
    BOOST_TEST(one.find("Fishjam: let viewers") != std::string::npos, one);
    BOOST_TEST(one.find("Jellyfish: letters") != std::string::npos, one);
}

BOOST_FIXTURE_TEST_CASE(similar_commands_of_fishjam_are_suggested, tool_fixture) {
    BOOST_TEST(run({"livestream", "ls"}).complains("'livestream list'"));
    BOOST_TEST(run({"streamer", "create", "s"}).complains("'streamer add'"));
    BOOST_TEST(run({"validat"}).complains("'validate'"));
    BOOST_TEST(run({"rooms", "--fishjam", "x"}).complains("did you mean --fishjam-id?"));
}

BOOST_AUTO_TEST_SUITE_END()
