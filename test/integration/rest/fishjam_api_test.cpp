#include <jellyfish/client.hpp>
#include <jellyfish/fishjam/fishjam.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>

#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/lexical_cast.hpp>
#include <boost/test/unit_test.hpp>

// The calls of Fishjam as a user makes them (protocol: "Fishjam").
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;
using error_code = boost::system::error_code;
using testing::request_failure;

/// A Fishjam server, and the views of a client.
struct fixture {
    testing::server server;
    log_lines log;
    asio::io_context context;
    jellyfish::client client;
    fishjam::room_api rooms{client};
    fishjam::livestream_api livestreams{client};
    fishjam::recording_api recordings{client};
    fishjam::moq_api moq{client};

    explicit fixture(
        const testing::server_options& options = testing::server_options().api(server_api::fishjam))
        : server(options), client(context, usual_options()) {}

    [[nodiscard]] client_options usual_options() {
        return client_options().fishjam_id("http://" + server.address()).logger(log.log());
    }

    template <class Result>
    Result run(asio::awaitable<Result> what) {
        return jellyfish::test::run(context, std::move(what));
    }

    template <class Call>
    outcome failure(Call call) {
        return run(outcome_of(std::move(call)));
    }

    std::string create(const fishjam::room_config& config = fishjam::room_config()) {
        return run(rooms.create_room(config)).id;
    }

    std::string add_peer(const std::string& room,
                         const fishjam::webrtc_peer_options& options = {}) {
        return run(rooms.add_peer(room, options)).peer.id;
    }

    fishjam::room get(const std::string& room) { return run(rooms.get_room(room)); }
};

void check(const outcome& is, errc code, int status) {
    BOOST_TEST(is.code == error_code(code), is.what);
    BOOST_TEST(is.info.status == status);
    BOOST_TEST(!is.info.server_message.empty());
}

/// All calls that only Fishjam has.
template <class Check>
void for_each_call(fixture& f, Check check_call) {
    const auto recording = fishjam::recording_config(fishjam::recording_source("https://c", "o"));
    const auto paths = fishjam::moq_access_config().publish_path("p");
    const auto call = fishjam::vapi_peer_options("s3cret", "c");
    check_call("GET /validate", [&] { return f.rooms.validate(); });
    check_call("POST /room", [&] { return f.rooms.create_room(); });
    check_call("GET /room/a", [&] { return f.rooms.get_room("a"); });
    check_call("GET /room", [&] { return f.rooms.get_all_rooms(); });
    check_call("DELETE /room/a", [&] { return f.rooms.delete_room("a"); });
    check_call("POST /room/a/peer", [&] { return f.rooms.add_peer("a"); });
    check_call("POST /room/a/peer",
               [&] { return f.rooms.add_peer("a", fishjam::agent_peer_options()); });
    check_call("POST /room/a/peer", [&] { return f.rooms.add_peer("a", call); });
    check_call("DELETE /room/a/peer/b", [&] { return f.rooms.delete_peer("a", "b"); });
    check_call("POST /room/a/peer/b/refresh_token",
               [&] { return f.rooms.refresh_peer_token("a", "b"); });
    check_call("POST /room/a/peer/b/subscribe_peer",
               [&] { return f.rooms.subscribe_peer("a", "b", "c"); });
    check_call("POST /room/a/peer/b/subscribe_tracks",
               [&] { return f.rooms.subscribe_tracks("a", "b", {"t"}); });
    check_call("POST /room/a/streamer", [&] { return f.rooms.create_streamer_token("a"); });
    check_call("POST /room/a/viewer", [&] { return f.rooms.create_viewer_token("a"); });
    check_call("POST /room/a/track_forwardings",
               [&] { return f.rooms.forward_tracks("a", "https://c"); });
    check_call("POST /livestream", [&] { return f.livestreams.create_livestream(); });
    check_call("GET /livestream/a", [&] { return f.livestreams.get_livestream("a"); });
    check_call("GET /livestream", [&] { return f.livestreams.get_all_livestreams(); });
    check_call("DELETE /livestream/a", [&] { return f.livestreams.delete_livestream("a"); });
    check_call("POST /livestream/a/streamer", [&] { return f.livestreams.create_streamer("a"); });
    check_call("DELETE /livestream/a/streamer/b",
               [&] { return f.livestreams.delete_streamer("a", "b"); });
    check_call("POST /livestream/a/viewer", [&] { return f.livestreams.create_viewer("a"); });
    check_call("DELETE /livestream/a/viewer/b",
               [&] { return f.livestreams.delete_viewer("a", "b"); });
    check_call("POST /recordings", [&] { return f.recordings.create_recording(recording); });
    check_call("GET /recordings/a", [&] { return f.recordings.get_recording("a"); });
    check_call("GET /recordings", [&] { return f.recordings.get_recordings(); });
    check_call("POST /recordings/a/stop", [&] { return f.recordings.stop_recording("a"); });
    check_call("DELETE /recordings/a", [&] { return f.recordings.delete_recording("a"); });
    check_call("POST /moq/access", [&] { return f.moq.create_access(paths); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fishjam_api)

// ---- credentials

BOOST_AUTO_TEST_CASE(valid_credentials_are_validated) {
    fixture f;
    f.run(f.rooms.validate());
    BOOST_TEST(f.server.seen_requests().back().status == 200);
}

BOOST_AUTO_TEST_CASE(a_wrong_token_is_unauthorized_in_each_call) {
    fixture f;
    f.client = jellyfish::client(f.context, f.usual_options().server_api_token("wrong s3cret"));
    f.rooms = fishjam::room_api(f.client);
    f.livestreams = fishjam::livestream_api(f.client);
    f.recordings = fishjam::recording_api(f.client);
    f.moq = fishjam::moq_api(f.client);
    for_each_call(f, [&](const std::string& name, auto call) {
        const outcome rejected = f.failure(call);
        BOOST_TEST(rejected.code == error_code(errc::unauthorized), name);
        BOOST_TEST(rejected.info.operation.starts_with(name), rejected.info.operation);
    });
}

// ---- rooms

BOOST_AUTO_TEST_CASE(a_room_has_the_defaults_of_the_server) {
    fixture f;
    const fishjam::room room = f.run(f.rooms.create_room());
    BOOST_TEST(!room.config.max_peers());
    BOOST_TEST((room.config.video_codec() == video_codec::h264));
    BOOST_TEST((room.config.room_type() == fishjam::room_type::conference));
    BOOST_TEST(room.config.is_public().value() == false);
    BOOST_TEST(room.peers.empty());
    BOOST_TEST((f.get(room.id) == room));
}

BOOST_AUTO_TEST_CASE(a_room_is_created_with_its_config_listed_and_deleted) {
    fixture f;
    const auto config = fishjam::room_config()
                            .max_peers(3)
                            .video_codec(video_codec::vp8)
                            .room_type(fishjam::room_type::audio_only)
                            .is_public(false)
                            .batch_webhook_notifications(true)
                            .webhook_url("http://127.0.0.1:1/hook");
    const fishjam::room room = f.run(f.rooms.create_room(config));
    BOOST_TEST((room.config == config));
    BOOST_TEST(room.extra == "");
    BOOST_TEST((f.run(f.rooms.get_all_rooms()) == std::vector<fishjam::room>{room}));
    f.run(f.rooms.delete_room(room.id));
    BOOST_TEST(f.run(f.rooms.get_all_rooms()).empty());
    check(f.failure([&] { return f.rooms.get_room(room.id); }), errc::not_found, 404);
    check(f.failure([&] { return f.rooms.delete_room(room.id); }), errc::not_found, 404);
}

BOOST_AUTO_TEST_CASE(an_invalid_option_is_a_bad_request) {
    fixture f;
    const auto config = fishjam::room_config().room_type(open_enum<fishjam::room_type>("party"));
    check(f.failure([&] { return f.rooms.create_room(config); }), errc::bad_request, 400);
}

// ---- peers

BOOST_AUTO_TEST_CASE(peers_of_each_type_are_added_and_deleted) {
    fixture f;
    const std::string room = f.create();
    const auto webrtc = f.run(f.rooms.add_peer(room, fishjam::webrtc_peer_options()
                                                         .metadata(R"({"name": "x"})")
                                                         .subscribe_mode(subscribe_mode::manual)));
    const auto agent =
        f.run(f.rooms.add_peer(room, fishjam::agent_peer_options().audio_sample_rate(24'000)));
    const auto vapi = f.run(f.rooms.add_peer(room, fishjam::vapi_peer_options("s3cret", "c-1")));
    BOOST_TEST(webrtc.peer.type == "webrtc");
    BOOST_TEST(agent.peer.type == "agent");
    BOOST_TEST(vapi.peer.type == "vapi");
    BOOST_TEST((webrtc.peer.subscribe_mode == subscribe_mode::manual));
    BOOST_TEST((agent.peer.subscribe_mode == subscribe_mode::automatic));
    BOOST_TEST(webrtc.peer.metadata.find(R"("server":{"name":"x"})") != std::string::npos,
               webrtc.peer.metadata);
    BOOST_TEST(!webrtc.token.empty());
    BOOST_TEST(!webrtc.peer_websocket_url.empty());
    BOOST_TEST(f.get(room).peers.size() == 3U);
    f.run(f.rooms.delete_peer(room, agent.peer.id));
    BOOST_TEST(f.get(room).peers.size() == 2U);
    check(f.failure([&] { return f.rooms.delete_peer(room, agent.peer.id); }), errc::not_found,
          404);
}

BOOST_AUTO_TEST_CASE(a_peer_beyond_the_limit_is_a_conflict) {
    fixture f;
    const std::string room = f.create(fishjam::room_config().max_peers(1));
    f.add_peer(room);
    const outcome rejected = f.failure([&] { return f.rooms.add_peer(room); });
    check(rejected, errc::conflict, 409);
    BOOST_TEST((rejected.code == condition::conflict));
}

BOOST_AUTO_TEST_CASE(a_limit_of_zero_peers_is_no_limit) {
    fixture f;
    const std::string room = f.create(fishjam::room_config().max_peers(0));
    f.add_peer(room);
    BOOST_TEST(!f.get(room).config.max_peers());
}

BOOST_AUTO_TEST_CASE(the_token_of_a_peer_is_refreshed) {
    fixture f;
    const std::string room = f.create();
    const std::string peer = f.add_peer(room);
    BOOST_TEST(!f.run(f.rooms.refresh_peer_token(room, peer)).empty());
    check(f.failure([&] { return f.rooms.refresh_peer_token(room, "x"); }), errc::not_found, 404);
}

BOOST_AUTO_TEST_CASE(a_manual_peer_subscribes_to_peers_and_tracks) {
    fixture f;
    const std::string room = f.create();
    const std::string receiver =
        f.add_peer(room, fishjam::webrtc_peer_options().subscribe_mode(subscribe_mode::manual));
    const std::string sender = f.add_peer(room);
    f.server.add_track(room, {endpoint_kind::peer, sender}, {"t", track_type::audio, ""});
    f.run(f.rooms.subscribe_peer(room, receiver, sender));
    f.run(f.rooms.subscribe_tracks(room, receiver, {"t"}));
    for (const fishjam::peer& each : f.get(room).peers) {
        if (each.id != receiver) continue;
        BOOST_TEST((each.subscriptions == fishjam::subscriptions{{sender}, {"t"}}));
    }
    check(f.failure([&] { return f.rooms.subscribe_peer(room, receiver, "x"); }), errc::not_found,
          404);
    check(f.failure([&] { return f.rooms.subscribe_tracks(room, receiver, {"x"}); }),
          errc::not_found, 404);
}

// ---- livestreams

BOOST_AUTO_TEST_CASE(a_livestream_room_has_tokens_for_streamers_and_viewers) {
    fixture f;
    const std::string room =
        f.create(fishjam::room_config().room_type(fishjam::room_type::livestream));
    BOOST_TEST(!f.run(f.rooms.create_streamer_token(room)).empty());
    BOOST_TEST(!f.run(f.rooms.create_viewer_token(room)).empty());
    const std::string conference = f.create();
    check(f.failure([&] { return f.rooms.create_streamer_token(conference); }), errc::not_found,
          404);
    check(f.failure([&] { return f.rooms.create_viewer_token(conference); }), errc::not_found, 404);
}

BOOST_AUTO_TEST_CASE(a_livestream_is_created_used_and_deleted) {
    fixture f;
    const auto made = f.run(f.livestreams.create_livestream(
        fishjam::livestream_config().audio_only(true).is_public(true)));
    BOOST_TEST(made.audio_only);
    BOOST_TEST(made.is_public);
    const auto streamer = f.run(f.livestreams.create_streamer(made.id));
    const auto viewer = f.run(f.livestreams.create_viewer(made.id));
    BOOST_TEST(!streamer.token.empty());
    const auto stream = f.run(f.livestreams.get_livestream(made.id));
    BOOST_TEST((stream.streamers == std::vector<fishjam::streamer>{streamer}));
    BOOST_TEST((stream.viewers == std::vector<fishjam::viewer>{viewer}));
    BOOST_TEST(
        (f.run(f.livestreams.get_all_livestreams()) == std::vector<fishjam::livestream>{stream}));
    f.run(f.livestreams.delete_streamer(made.id, streamer.id));
    f.run(f.livestreams.delete_viewer(made.id, viewer.id));
    const auto emptied = f.run(f.livestreams.get_livestream(made.id));
    BOOST_TEST(emptied.streamers.empty());
    BOOST_TEST(emptied.viewers.empty());
    f.run(f.livestreams.delete_livestream(made.id));
    check(f.failure([&] { return f.livestreams.get_livestream(made.id); }), errc::not_found, 404);
}

// ---- compositions, recordings, Media over QUIC

BOOST_AUTO_TEST_CASE(the_tracks_of_a_room_are_forwarded_once) {
    fixture f;
    const std::string room = f.create();
    f.run(f.rooms.forward_tracks(room, "https://composition/a"));
    BOOST_TEST(f.get(room).composition.value().composition_url == "https://composition/a");
    check(f.failure([&] { return f.rooms.forward_tracks(room, "https://composition/a"); }),
          errc::conflict, 409);
}

BOOST_AUTO_TEST_CASE(a_recording_is_started_found_stopped_and_deleted) {
    fixture f;
    const auto source = fishjam::recording_source("https://composition/a", "out").scale_ratio(0.5);
    const auto made = f.run(f.recordings.create_recording(
        fishjam::recording_config(source).metadata(R"({"room":"a"})")));
    f.run(f.recordings.create_recording(fishjam::recording_config(source)));
    BOOST_TEST((made.status == recording_status::active));
    BOOST_TEST((made.source == source));
    BOOST_TEST(made.metadata == R"({"room":"a"})");
    BOOST_TEST(f.run(f.recordings.get_recordings()).size() == 2U);
    const auto found =
        f.run(f.recordings.get_recordings(fishjam::recording_filter().metadata("room", "a")));
    BOOST_TEST((found == std::vector<fishjam::recording>{made}));
    BOOST_TEST((f.run(f.recordings.stop_recording(made.id)).status == recording_status::finished));
    BOOST_TEST((f.run(f.recordings.get_recording(made.id)).status == recording_status::finished));
    f.run(f.recordings.delete_recording(made.id));
    check(f.failure([&] { return f.recordings.get_recording(made.id); }), errc::not_found, 404);
    check(f.failure([&] { return f.recordings.stop_recording("x"); }), errc::not_found, 404);
}

BOOST_AUTO_TEST_CASE(access_to_the_relay_is_granted) {
    fixture f;
    const auto access = f.run(f.moq.create_access(fishjam::moq_access_config().publish_path("a")));
    BOOST_TEST(!access.token.empty());
    BOOST_TEST(access.connection_url.find(access.token) != std::string::npos);
}

// ---- failures

BOOST_AUTO_TEST_CASE(an_exceeded_quota_has_a_code_and_a_condition) {
    fixture f;
    f.server.fail_requests(request_failure(402).text("Usage quota exceeded").times(1));
    const outcome rejected = f.failure([&] { return f.rooms.create_room(); });
    check(rejected, errc::quota_exceeded, 402);
    BOOST_TEST((rejected.code == condition::quota_exceeded));
    BOOST_TEST(rejected.info.server_message == "Usage quota exceeded");
}

BOOST_AUTO_TEST_CASE(only_calls_that_can_be_repeated_are_retried) {
    fixture f;
    auto options = f.usual_options().retry(retry_policy().max_attempts(2).base_delay(1ms));
    fishjam::livestream_api livestreams(f.context, options);
    f.server.fail_requests(request_failure(503).times(1));
    BOOST_TEST(f.run(livestreams.get_all_livestreams()).empty());
    f.server.fail_requests(request_failure(500).times(1));
    check(f.failure([&] { return livestreams.create_livestream(); }), errc::server_error, 500);
}

BOOST_AUTO_TEST_CASE(a_redirection_is_not_followed) {
    fixture f;
    f.server.fail_requests(request_failure(307).times(1));
    BOOST_TEST(f.failure([&] { return f.rooms.get_room("a"); }).code ==
               error_code(errc::unexpected_status));
}

BOOST_AUTO_TEST_CASE(a_jellyfish_server_has_none_of_these_calls) {
    fixture f{testing::server_options()};
    f.client = jellyfish::client(f.context, f.usual_options().server_api(server_api::jellyfish));
    f.rooms = fishjam::room_api(f.client);
    f.livestreams = fishjam::livestream_api(f.client);
    f.recordings = fishjam::recording_api(f.client);
    f.moq = fishjam::moq_api(f.client);
    for_each_call(f, [&](const std::string& name, auto call) {
        const outcome rejected = f.failure(call);
        BOOST_TEST(rejected.code == error_code(errc::not_supported), name);
        BOOST_TEST(rejected.mentions("Jellyfish does not support fishjam::"), rejected.what);
    });
    BOOST_TEST(f.server.seen_requests().empty());
}

// ---- the views

BOOST_AUTO_TEST_CASE(views_share_the_connection_of_a_client) {
    fixture f;
    f.create();
    f.run(f.livestreams.get_all_livestreams());
    f.run(f.recordings.get_recordings());
    f.run(f.client.rooms().get_all_rooms());
    BOOST_TEST(f.server.accepted_connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_view_can_be_limited_in_time_cancelled_and_closed) {
    fixture f;
    f.server.stall(true);
    BOOST_TEST(f.failure([&] { return f.rooms.timeout(1ms).get_all_rooms(); }).code ==
               error_code(errc::timeout));
    f.server.stall(false);
    f.moq.cancel();
    f.run(f.rooms.validate());
    f.livestreams.close();
    BOOST_TEST(f.failure([&] { return f.rooms.validate(); }).code == error_code(errc::closed));
}

BOOST_AUTO_TEST_CASE(any_completion_token_and_diagnostics_can_be_used) {
    fixture f;
    diagnostics info;
    const auto get = [&]() -> asio::awaitable<error_code> {
        auto result = co_await f.rooms.get_room("x", info, asio::as_tuple(asio::use_awaitable));
        co_return std::get<0>(result);
    };
    BOOST_TEST(f.run(get()) == error_code(errc::not_found));
    BOOST_TEST(info.status == 404);
    error_code code;
    f.rooms.create_room([&](const error_code& result, const fishjam::room&) { code = result; });
    f.context.restart();
    f.context.run();
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(a_default_token_can_be_bound_to_the_executor) {
    fixture f;
    using token = asio::as_tuple_t<asio::use_awaitable_t<>>;
    token::as_default_on_t<fishjam::room_api> rooms(std::move(f.rooms));
    const auto get = [&]() -> asio::awaitable<error_code> {
        auto result = co_await rooms.get_room("x");
        co_return std::get<0>(result);
    };
    BOOST_TEST(f.run(get()) == error_code(errc::not_found));
}

BOOST_AUTO_TEST_CASE(what_all_servers_have_works_with_the_classes_of_jellyfish) {
    fixture f;
    auto rooms = f.client.rooms();
    const auto made = f.run(rooms.create_room(room_config().max_peers(2)));
    BOOST_TEST(made.server_address == f.usual_options().server_address());
    const auto added = f.run(rooms.add_peer(made.room.id));
    BOOST_TEST(added.peer.type == "webrtc");
    const jellyfish::room room = f.run(rooms.get_room(made.room.id));
    BOOST_TEST(room.peers.size() == 1U);
    BOOST_TEST(room.components.empty());
    BOOST_TEST(room.extra.find(R"("roomType":"conference")") != std::string::npos, room.extra);
    f.run(rooms.delete_peer(made.room.id, added.peer.id));
    f.run(rooms.delete_room(made.room.id));
    BOOST_TEST(f.run(rooms.get_all_rooms()).empty());
}

// ---- secrets

BOOST_AUTO_TEST_CASE(no_secret_appears_in_the_log_or_in_what_is_printed) {
    fixture f;
    const std::string room = f.create();
    std::vector<std::string> secrets{"s3cret"};
    std::string shown;
    const auto note = [&](const auto& result) {
        shown += boost::lexical_cast<std::string>(result);
        secrets.push_back(result.token);
    };
    note(f.run(f.rooms.add_peer(room)));
    note(f.run(f.rooms.add_peer(room, fishjam::vapi_peer_options("s3cret", "c"))));
    const auto stream = f.run(f.livestreams.create_livestream());
    note(f.run(f.livestreams.create_streamer(stream.id)));
    note(f.run(f.livestreams.create_viewer(stream.id)));
    note(f.run(f.moq.create_access(fishjam::moq_access_config().subscribe_path("a"))));
    f.server.fail_requests(request_failure(400).text("the key s3cret is invalid").times(1));
    shown += f.failure([&] {
                  return f.rooms.add_peer(room, fishjam::vapi_peer_options("s3cret", "c"));
              }).what;
    for (const std::string& line : f.log.lines())
        shown += line;
    for (const std::string& secret : secrets) {
        BOOST_TEST(!secret.empty());
        BOOST_TEST(shown.find(secret) == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
