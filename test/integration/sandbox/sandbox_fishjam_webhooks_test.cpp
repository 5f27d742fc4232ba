#include <jellyfish/notification.hpp>
#include <jellyfish/testing/server.hpp>
#include <jellyfish/webhook.hpp>

#include "fakes/blocking_client.hpp"
#include "fakes/blocking_receiver.hpp"
#include "fakes/wire.hpp"
#include "fixtures/log.hpp"
#include "fixtures/sandbox_fixture.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <cstddef>
#include <future>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

// The webhooks of the test server with Fishjam's API.
namespace {

using namespace jellyfish;
using namespace jellyfish::test;

const std::string prefix = "/api/v1/connect/sandbox";
const std::string batches = R"({"batchWebhookNotifications":true})";

/// A receiver that does not respond to its first request until it is released.
struct held_receiver {
    blocking_receiver receiver{[this](std::size_t n) {
        if (n == 1) released.get_future().wait();
        return std::string("HTTP/1.1 200 x\r\ncontent-length: 0\r\n\r\n");
    }};

    std::promise<void> released;
};

/// A server that posts to one URL.
struct fixture : held_receiver, sandbox_fixture {
    fixture()
        : sandbox_fixture(testing::server_options()
                              .api(server_api::fishjam)
                              .webhook_url(receiver.url())
                              .webhook_secret("s3cret")) {}

    client_response post(const std::string& target, const std::string& body = {}) {
        client_response response = call(port(), "POST", prefix + target, body);
        BOOST_TEST(response.status == 201, target << ": " << response.body);
        return response;
    }

    std::string make_fishjam_room(const std::string& body) {
        return json_text(post("/room", body).body, "id");
    }
};

std::vector<notification> all_of(const std::string& body) { return receive_batch(body); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_fishjam_webhooks, fixture)

BOOST_AUTO_TEST_CASE(a_room_with_batches_gets_all_that_is_queued_in_one_request) {
    const std::string room = make_fishjam_room(batches);
    BOOST_REQUIRE(receiver.wait_for(1));
    const std::string peer = server.add_peer(room);
    BOOST_TEST(call(port(), "DELETE", prefix + "/room/" + room).status == 204);
    released.set_value();
    BOOST_REQUIRE(receiver.wait_for(2));
    const std::vector<std::string> bodies = receiver.bodies();
    BOOST_TEST((all_of(bodies[0]) == std::vector<notification>{room_created{room}}));
    BOOST_TEST(
        (all_of(bodies[1]) == std::vector<notification>{peer_added{room, peer, peer_type::webrtc},
                                                        peer_deleted{room, peer, peer_type::webrtc},
                                                        room_deleted{room}}));
    BOOST_TEST(server.wait_for([&] { return server.delivered_webhooks() == 4; }));
}

BOOST_AUTO_TEST_CASE(a_room_without_batches_gets_a_request_for_each_notification) {
    const std::string room = make_fishjam_room("{}");
    const std::string peer = server.add_peer(room);
    released.set_value();
    BOOST_REQUIRE(receiver.wait_for(2));
    BOOST_TEST(receiver.bodies()[1] ==
               notification_bytes(peer_added{room, peer, peer_type::webrtc}));
}

BOOST_AUTO_TEST_CASE(a_livestream_with_batches_gets_them) {
    const std::string id = json_text(post("/livestream", batches).body, "id");
    const std::string token = json_text(post("/livestream/" + id + "/streamer").body, "token");
    const std::string streamer = server.connect_streamer(token);
    BOOST_REQUIRE(receiver.wait_for(1));
    server.disconnect_streamer(token);
    static_cast<void>(server.connect_streamer(token));
    released.set_value();
    BOOST_REQUIRE(receiver.wait_for(2));
    BOOST_TEST((all_of(receiver.bodies()[1]) ==
                std::vector<notification>{streamer_disconnected{id, streamer},
                                          streamer_connected{id, streamer}}));
}

BOOST_AUTO_TEST_CASE(a_livestream_room_posts_to_the_url_of_the_room) {
    blocking_receiver own;
    released.set_value();
    const std::string room =
        make_fishjam_room(R"({"roomType":"livestream","webhookUrl":")" + own.url() + "\"}");
    const std::string streamer =
        server.connect_streamer(json_text(post("/room/" + room + "/streamer").body, "token"));
    BOOST_REQUIRE(own.wait_for(2));
    BOOST_TEST(own.bodies()[1] == notification_bytes(streamer_connected{room, streamer}));
    BOOST_TEST(receiver.bodies().empty());
}

BOOST_AUTO_TEST_CASE(a_room_shows_the_url_of_the_server_as_its_own) {
    released.set_value();
    BOOST_TEST(json_text(post("/room", "{}").body, "webhookUrl") == receiver.url());
    const std::string own = "http://127.0.0.1:1/own";
    BOOST_TEST(json_text(post("/room", R"({"webhookUrl":")" + own + "\"}").body, "webhookUrl") ==
               own);
}

BOOST_AUTO_TEST_CASE(a_receiver_with_the_secret_gets_rooms_livestreams_and_recordings) {
    released.set_value();
    running_webhook subject(logged_webhook_options().signature_secret("s3cret"));
    subject.listen();
    sandbox_fixture fishjam(testing::server_options()
                                .api(server_api::fishjam)
                                .webhook_url(subject->url("127.0.0.1"))
                                .webhook_secret("s3cret"));
    const std::vector<notification> sent = {
        room_created{"r"}, viewer_connected{"s", "v"},
        recording_status_changed{"rec", recording_status::available, "{}"}};
    for (const notification& each : sent)
        fishjam.server.notify(each);
    for (const notification& each : sent)
        BOOST_TEST(subject.next().value() == each);
    BOOST_TEST(subject->stats().invalid_signatures == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
