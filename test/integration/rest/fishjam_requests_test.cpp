#include "data/fishjam_requests.hpp"

#include <jellyfish/client.hpp>
#include <jellyfish/fishjam/livestream_api.hpp>
#include <jellyfish/fishjam/room_api.hpp>
#include <jellyfish/testing/server.hpp>

#include "fakes/blocking_client.hpp"
#include "fixtures/log.hpp"
#include "fixtures/run.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

// The recorded requests of Fishjam's JavaScript SDK, beside those of the client.
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace jellyfish;
using namespace jellyfish::test;
using fishjam::livestream_api;
using fishjam::room_api;

/// Returns a body as JSON, in which the order of keys does not matter; null if it is empty.
json::value json_of(std::string_view body) {
    return body.empty() ? json::value() : json::parse(body);
}

/// The ids of a server's contents, by their placeholders in recorded targets.
struct id_map : std::map<std::string, std::string> {
    [[nodiscard]] const std::string& operator()(const std::string& name) const {
        return at('{' + name + '}');
    }

    [[nodiscard]] std::string replace_in(std::string target) const {
        for (const auto& [placeholder, id] : *this) {
            const std::size_t at = target.find(placeholder);
            if (at != target.npos) target.replace(at, placeholder.size(), id);
        }
        return target;
    }
};

/// Makes a call with the client.
using make_call = std::function<asio::awaitable<void>(room_api&, livestream_api&, const id_map&)>;

/// A call of the JavaScript SDK, the body that it sends, and the same call with the client.
struct same_call {
    std::string_view name;
    std::string_view body;
    make_call make;
};

// Coroutines with parameters of their own: g++ 12 miscompiles lambdas that capture and suspend.

asio::awaitable<void> create(room_api& rooms, fishjam::room_config config) {
    co_await rooms.create_room(config);
}

template <class Options>
asio::awaitable<void> add(room_api& rooms, std::string room_id, Options options) {
    co_await rooms.add_peer(room_id, options);
}

make_call create_with(const fishjam::room_config& config) {
    return
        [config](room_api& rooms, livestream_api&, const id_map&) { return create(rooms, config); };
}

make_call create_with(const open_enum<fishjam::room_type>& type) {
    return create_with(fishjam::room_config().room_type(type));
}

template <class Options>
make_call add_with(const Options& options) {
    return [options](room_api& rooms, livestream_api&, const id_map& id) {
        return add(rooms, id("room_id"), options);
    };
}

const std::vector<same_call>& same_calls() {
    using fishjam::agent_peer_options;
    using fishjam::room_config;
    using fishjam::room_type;
    using fishjam::webrtc_peer_options;
    using none = asio::awaitable<void>;
    static const std::string hook = "http://127.0.0.1:5003/webhook";
    static const std::vector<same_call> all{
        {"createRoom", "{}", create_with(room_config())},
        {"createRoom", R"({"roomType":"full_feature"})",
         create_with(open_enum<room_type>("full_feature"))},
        {"createRoom", R"({"roomType":"audio_only"})", create_with(room_type::audio_only)},
        {"createRoom", R"({"roomType":"broadcaster"})",
         create_with(open_enum<room_type>("broadcaster"))},
        {"createRoom", R"({"roomType":"livestream"})", create_with(room_type::livestream)},
        {"createRoom", R"({"roomType":"conference"})", create_with(room_type::conference)},
        {"createRoom", R"({"roomType":"audio_only_livestream"})",
         create_with(room_type::audio_only_livestream)},
        {"createRoom",
         R"({"maxPeers":2,"videoCodec":"vp8","roomType":"livestream","public":true,)"
         R"("batchWebhookNotifications":true,"webhookUrl":"http://127.0.0.1:5003/hook"})",
         create_with(room_config()
                         .max_peers(2)
                         .video_codec(video_codec::vp8)
                         .room_type(room_type::livestream)
                         .is_public(true)
                         .batch_webhook_notifications(true)
                         .webhook_url("http://127.0.0.1:5003/hook"))},
        {"createRoom", R"({"maxPeers":1})", create_with(room_config().max_peers(1))},
        {"createRoom", R"({"roomType":"livestream","public":true})",
         create_with(room_config().room_type(room_type::livestream).is_public(true))},
        {"createRoom", R"({"roomType":"audio_only_livestream","public":true})",
         create_with(room_config().room_type(room_type::audio_only_livestream).is_public(true))},
        {"createRoom", R"({"webhookUrl":"http://127.0.0.1:5003/webhook"})",
         create_with(room_config().webhook_url(hook))},
        {"createRoom",
         R"({"webhookUrl":"http://127.0.0.1:5003/webhook","batchWebhookNotifications":true})",
         create_with(room_config().webhook_url(hook).batch_webhook_notifications(true))},
        {"getRoom", "",
         [](room_api& rooms, livestream_api&, const id_map& id) -> none {
             co_await rooms.get_room(id("room_id"));
         }},
        {"getAllRooms", "",
         [](room_api& rooms, livestream_api&, const id_map&) -> none {
             co_await rooms.get_all_rooms();
         }},
        {"deleteRoom", "",
         [](room_api& rooms, livestream_api&, const id_map& id) -> none {
             co_await rooms.delete_room(id("room_id"));
         }},
        {"createPeer", R"({"type":"webrtc","options":{}})", add_with(webrtc_peer_options())},
        {"createPeer",
         R"({"type":"webrtc","options":{"metadata":{"name":"Zoë","nested":{"list":[1,null,true]}},)"
         R"("subscribeMode":"manual"}})",
         add_with(webrtc_peer_options()
                      .metadata(R"({"name":"Zoë","nested":{"list":[1,null,true]}})")
                      .subscribe_mode(subscribe_mode::manual))},
        {"createPeer", R"({"type":"webrtc","options":{"subscribeMode":"manual"}})",
         add_with(webrtc_peer_options().subscribe_mode(subscribe_mode::manual))},
        {"addPeer", R"({"type":"vapi","options":{"apiKey":"s3cret-key","callId":"call-1"}})",
         add_with(fishjam::vapi_peer_options("s3cret-key", "call-1"))},
        {"createAgent", R"({"type":"agent","options":{}})", add_with(agent_peer_options())},
        {"createAgent", R"({"type":"agent","options":{"subscribeMode":"manual"}})",
         add_with(agent_peer_options().subscribe_mode(subscribe_mode::manual))},
        {"createAgent",
         R"({"type":"agent","options":{"output":)"
         R"({"audioFormat":"pcm16","audioSampleRate":16000}}})",
         add_with(agent_peer_options()
                      .audio_format(fishjam::audio_format::pcm16)
                      .audio_sample_rate(16000))},
        {"deletePeer", "",
         [](room_api& rooms, livestream_api&, const id_map& id) -> none {
             co_await rooms.delete_peer(id("room_id"), id("peer_id"));
         }},
        {"refreshPeerToken", "",
         [](room_api& rooms, livestream_api&, const id_map& id) -> none {
             co_await rooms.refresh_peer_token(id("room_id"), id("peer_id"));
         }},
        {"subscribePeer", "",
         [](room_api& rooms, livestream_api&, const id_map& id) -> none {
             co_await rooms.subscribe_peer(id("room_id"), id("peer_id"), id("other_id"));
         }},
        {"subscribeTracks", R"({"track_ids":["track-1"]})",
         [](room_api& rooms, livestream_api&, const id_map& id) -> none {
             std::vector<std::string> tracks{"track-1"};
             co_await rooms.subscribe_tracks(id("room_id"), id("peer_id"), std::move(tracks));
         }},
        {"createLivestreamStreamerToken", "",
         [](room_api& rooms, livestream_api&, const id_map& id) -> none {
             co_await rooms.create_streamer_token(id("livestream_id"));
         }},
        {"createLivestreamViewerToken", "",
         [](room_api& rooms, livestream_api&, const id_map& id) -> none {
             co_await rooms.create_viewer_token(id("livestream_id"));
         }},
        {"createStreamer", "",
         [](room_api&, livestream_api& streams, const id_map& id) -> none {
             co_await streams.create_streamer(id("stream_id"));
         }},
        {"deleteStreamer", "",
         [](room_api&, livestream_api& streams, const id_map& id) -> none {
             co_await streams.delete_streamer(id("stream_id"), id("streamer_id"));
         }},
        {"createViewer", "",
         [](room_api&, livestream_api& streams, const id_map& id) -> none {
             co_await streams.create_viewer(id("stream_id"));
         }},
        {"deleteViewer", "",
         [](room_api&, livestream_api& streams, const id_map& id) -> none {
             co_await streams.delete_viewer(id("stream_id"), id("viewer_id"));
         }},
    };
    return all;
}

const same_call* find_same(const fishjam_request& request) {
    const auto& all = same_calls();
    const auto found = std::ranges::find_if(all, [&](const same_call& each) {
        return each.name == request.call && json_of(each.body) == json_of(request.body);
    });
    return found == all.end() ? nullptr : &*found;
}

struct fixture {
    testing::server server{testing::server_options().api(server_api::fishjam)};
    asio::io_context context;
    client shared{context.get_executor(), logged_options().fishjam_id(server.fishjam_url())};
    room_api rooms{shared};
    livestream_api streams{shared};

    /// Creates a room of two peers, a room that is a livestream, and a stream with a streamer and a
    /// viewer.
    id_map make_contents() { return run(context, contents()); }

    asio::awaitable<id_map> contents() {
        id_map out;
        const auto room = co_await rooms.create_room();
        const auto peer = co_await rooms.add_peer(room.id);
        const auto other = co_await rooms.add_peer(room.id);
        const track published{"track-1", track_type::audio, ""};
        server.add_track(room.id, {endpoint_kind::peer, other.peer.id}, published);
        const auto config = fishjam::room_config().room_type(fishjam::room_type::livestream);
        const auto livestream = co_await rooms.create_room(config);
        const auto stream = co_await streams.create_livestream();
        const auto streamer = co_await streams.create_streamer(stream.id);
        const auto viewer = co_await streams.create_viewer(stream.id);
        out.insert({{"{room_id}", room.id},
                    {"{peer_id}", peer.peer.id},
                    {"{other_id}", other.peer.id},
                    {"{livestream_id}", livestream.id},
                    {"{stream_id}", stream.id},
                    {"{streamer_id}", streamer.id},
                    {"{viewer_id}", viewer.id}});
        co_return out;
    }

    /// Returns a whole target.
    [[nodiscard]] std::string target_of(const fishjam_request& request, const id_map& ids) const {
        const std::string url = server.fishjam_url();
        return url.substr(url.find('/', url.find("//") + 2)) + ids.replace_in(request.target);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(fishjam_requests, fixture)

BOOST_AUTO_TEST_CASE(the_sandbox_accepts_each_request_of_the_javascript_sdk) {
    for (const fishjam_request& request : test::fishjam_requests()) {
        const std::string target = target_of(request, make_contents());
        const client_response response =
            http_client(server.port()).call(request.method, target, request.body, request.headers);
        BOOST_TEST(response.status == request.status, request.call << ' ' << request.body);
    }
}

BOOST_AUTO_TEST_CASE(the_client_sends_the_requests_of_the_javascript_sdk) {
    for (const fishjam_request& request : test::fishjam_requests()) {
        BOOST_TEST_CONTEXT(request.call << ' ' << request.body) {
            const same_call* same = find_same(request);
            BOOST_TEST_REQUIRE(same != nullptr);
            const id_map ids = make_contents();
            run(context, same->make(rooms, streams, ids));
            const testing::seen_request sent = server.seen_requests().back();
            BOOST_TEST(sent.method == request.method);
            BOOST_TEST(sent.target == target_of(request, ids));
            BOOST_TEST((json_of(sent.body) == json_of(request.body)), sent.body);
            BOOST_TEST(sent.status == request.status);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_call_of_the_comparison_was_recorded) {
    for (const same_call& each : same_calls()) {
        const bool recorded = std::ranges::any_of(
            test::fishjam_requests(),
            [&](const fishjam_request& request) { return find_same(request) == &each; });
        BOOST_TEST(recorded, each.name << ' ' << each.body);
    }
}

BOOST_AUTO_TEST_SUITE_END()
