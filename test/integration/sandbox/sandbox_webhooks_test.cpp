#include <jellyfish/notification.hpp>
#include <jellyfish/testing/server.hpp>

#include "fakes/blocking_client.hpp"
#include "fakes/blocking_receiver.hpp"
#include "fakes/signature.hpp"
#include "fakes/wire.hpp"
#include "fixtures/certificate_files.hpp"
#include "fixtures/sandbox_fixture.hpp"
#include "fixtures/temporary_folder.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

/// A URL as it appears in a log: everything after the host may be secret.
std::string shown(const std::string& url) { return url.substr(0, url.rfind('/') + 1) + "(hidden)"; }

std::string hook(const std::string& url) { return R"(,"webhookUrl":")" + url + '"'; }

std::string response(int status, const std::string& more = {}) {
    return "HTTP/1.1 " + std::to_string(status) + " x\r\ncontent-length: 0\r\n" + more + "\r\n";
}

std::vector<std::string> bytes_of(const std::vector<notification>& values) {
    std::vector<std::string> out;
    for (const notification& each : values)
        out.push_back(notification_bytes(each));
    return out;
}

struct fixture : sandbox_fixture {
    fixture() = default;
    explicit fixture(const testing::server_options& options) : sandbox_fixture(options) {}

    /// Creates a room, causes two notifications about it, and deletes it: four notifications.
    void run_room(const std::string& url) {
        make_room("r", hook(url));
        server.notify(peer_added{"r", "p"});
        server.notify(peer_deleted{"r", "p"});
        BOOST_TEST(call(port(), "DELETE", "/room/r").status == 204);
    }

    const std::vector<std::string> all = bytes_of(
        {room_created{"r"}, peer_added{"r", "p"}, peer_deleted{"r", "p"}, room_deleted{"r"}});
};

struct quick_fixture : fixture {
    quick_fixture() : fixture(testing::server_options().webhook_timeout(100ms)) {}
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_webhooks, fixture)

BOOST_AUTO_TEST_CASE(notifications_are_posted_in_order_on_one_connection) {
    blocking_receiver receiver;
    run_room(receiver.url("/a/b%20c?x=1#y"));
    BOOST_REQUIRE(receiver.wait_for(4));
    BOOST_TEST(receiver.bodies() == all, boost::test_tools::per_element());
    const auto requests = receiver.requests();
    BOOST_TEST(requests[0].header ==
               "POST /a/b%20c?x=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(receiver.port()) +
                   "\r\nUser-Agent: hackney/1.20.1\r\n"
                   "Content-Type: application/x-protobuf\r\n"
                   "Content-Length: 5\r\n\r\n");
    for (const received_post& each : requests)
        BOOST_TEST(each.connection == 1U);
    BOOST_TEST(server.wait_for([&] { return server.delivered_webhooks() == 4; }));
}

BOOST_AUTO_TEST_CASE(a_room_without_a_webhook_and_metrics_are_not_posted) {
    blocking_receiver receiver;
    make_room("other");
    make_room("r", hook(receiver.url()));
    server.report_metrics();
    server.notify(peer_added{"other", "p"});
    server.notify(peer_added{"r", "p"});
    BOOST_REQUIRE(receiver.wait_for(2));
    BOOST_TEST(receiver.bodies() == bytes_of({room_created{"r"}, peer_added{"r", "p"}}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_is_posted_after_a_room_is_deleted) {
    blocking_receiver receiver;
    run_room(receiver.url());
    server.notify(hls_uploaded{"r"});
    make_room("r");
    make_room("s", hook(receiver.url()));
    BOOST_REQUIRE(receiver.wait_for(5));
    BOOST_TEST(receiver.bodies().back() == notification_bytes(room_created{"s"}));
}

BOOST_AUTO_TEST_CASE(error_responses_are_not_retried_and_redirects_not_followed) {
    blocking_receiver receiver([](std::size_t n) {
        return n == 1 ? response(500) : response(302, "location: /other\r\n");
    });
    run_room(receiver.url());
    BOOST_REQUIRE(receiver.wait_for(4));
    BOOST_TEST(server.wait_for([&] { return server.delivered_webhooks() == 4; }));
    BOOST_TEST(receiver.bodies() == all, boost::test_tools::per_element());
    BOOST_TEST(log.count("[warning] Notification send through webhook: " + shown(receiver.url()) +
                         ", but resulted with not sucessful response: 500") == 1U);
}

BOOST_AUTO_TEST_CASE(a_notification_is_lost_with_its_connection_and_the_next_is_not) {
    blocking_receiver receiver([](std::size_t n) { return n == 2 ? "" : response(200); });
    run_room(receiver.url());
    BOOST_REQUIRE(receiver.wait_for(4));
    BOOST_TEST(receiver.bodies() == all, boost::test_tools::per_element());
    BOOST_TEST(receiver.requests()[3].connection == 2U);
    BOOST_TEST(server.wait_for([&] { return server.delivered_webhooks() == 3; }));
    BOOST_TEST(server.failed_webhooks() == 1U);
    BOOST_TEST(log.count("[warning] Couldn't send notification through webhook: " +
                         shown(receiver.url()) + ", reason: closed") == 1U);
}

BOOST_AUTO_TEST_CASE(responses_may_have_any_framing) {
    blocking_receiver receiver([](std::size_t n) -> std::string {
        if (n == 1) return "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
        if (n == 2)
            return "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
        return n == 3 ? "HTTP/1.1 204 x\r\n\r\n" : response(200);
    });
    run_room(receiver.url());
    BOOST_TEST(server.wait_for([&] { return server.delivered_webhooks() == 4; }));
    BOOST_TEST(receiver.requests()[3].connection == 1U);
}

BOOST_AUTO_TEST_CASE(a_receiver_that_closes_is_reconnected) {
    blocking_receiver receiver([](std::size_t) { return response(201, "connection: close\r\n"); });
    run_room(receiver.url());
    BOOST_REQUIRE(receiver.wait_for(4));
    BOOST_TEST(receiver.requests()[3].connection == 4U);
}

BOOST_FIXTURE_TEST_CASE(a_receiver_that_hangs_is_dropped_and_delays_all_others, quick_fixture) {
    blocking_receiver hangs([](std::size_t) { return "hang"; });
    blocking_receiver good;
    make_room("a", hook(hangs.url()));
    make_room("b", hook(good.url()));
    BOOST_REQUIRE(good.wait_for(1));
    BOOST_TEST(server.failed_webhooks() == 1U);
    BOOST_TEST(log.count("[warning] Couldn't send notification through webhook: " +
                         shown(hangs.url()) + ", reason: timeout") == 1U);
}

BOOST_AUTO_TEST_CASE(an_unreachable_receiver_is_logged) {
    make_room("r", hook("http://127.0.0.1:1/x"));
    BOOST_TEST(server.wait_for([&] { return server.failed_webhooks() == 1; }));
    BOOST_TEST(log.count("[warning] Couldn't send notification through webhook: "
                         "http://127.0.0.1:1/(hidden), reason: econnrefused") == 1U);
}

BOOST_AUTO_TEST_CASE(a_url_that_crashes_the_sender_stops_the_webhooks_of_all_rooms) {
    blocking_receiver receiver;
    make_room("good", hook(receiver.url()));
    BOOST_REQUIRE(receiver.wait_for(1));
    make_room("bad", hook("http:///p"));
    BOOST_TEST(server.wait_for([&] { return server.failed_webhooks() == 1; }));
    server.notify(peer_added{"good", "p"});
    make_room("new", hook(receiver.url()));
    BOOST_REQUIRE(receiver.wait_for(2));
    BOOST_TEST(receiver.bodies() == bytes_of({room_created{"good"}, room_created{"new"}}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_user_name_is_sent_as_credentials_and_not_logged) {
    blocking_receiver receiver([](std::size_t) { return response(500); });
    std::string url = receiver.url();
    url.insert(7, "user:secret@");
    make_room("r", hook(url));
    BOOST_REQUIRE(receiver.wait_for(1));
    BOOST_TEST(receiver.requests()[0].header.find(
                   "\r\nAuthorization: Basic dXNlcjpzZWNyZXQ=\r\n") != std::string::npos);
    BOOST_TEST(server.wait_for([&] { return server.delivered_webhooks() == 1; }));
    for (const std::string& line : log.lines()) {
        BOOST_TEST(line.find("secret") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(credentials_that_are_too_long_to_send_fail_only_their_own_notifications) {
    blocking_receiver receiver;
    const std::string host = "127.0.0.1:" + std::to_string(receiver.port());
    make_room("bad", hook("http://user:" + std::string(60'000, 'x') + '@' + host + "/hook"));
    BOOST_TEST(server.wait_for([&] { return server.failed_webhooks() == 1; }));
    make_room("good", hook(receiver.url()));
    BOOST_REQUIRE(receiver.wait_for(1));
    BOOST_TEST(receiver.bodies() == bytes_of({room_created{"good"}}),
               boost::test_tools::per_element());
    const std::string expected =
        "[warning] Couldn't send notification through webhook: "
        "http://(hidden)@" +
        host + "/(hidden), reason: ";
    const auto lines = log.lines();
    BOOST_TEST(std::any_of(lines.begin(), lines.end(),
                           [&](const auto& line) { return line.starts_with(expected); }));
}

// ---- as Fishjam

BOOST_AUTO_TEST_CASE(with_a_secret_every_webhook_is_signed) {
    fixture signing(testing::server_options().webhook_secret("s3cret"));
    blocking_receiver receiver;
    signing.run_room(receiver.url());
    BOOST_REQUIRE(receiver.wait_for(4));
    for (const received_post& each : receiver.requests()) {
        BOOST_TEST(each.header.find("\r\n" + signature_line(each.body, "s3cret")) !=
                   std::string::npos);
        BOOST_TEST(each.header.find("\r\nContent-Type: application/x-protobuf\r\n") !=
                   std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_receiver_with_the_same_secret_accepts_signed_webhooks) {
    fixture signing(testing::server_options().webhook_secret("s3cret"));
    running_webhook right(logged_webhook_options().signature_secret("s3cret"));
    running_webhook wrong(logged_webhook_options().signature_secret("other s3cret"));
    right.listen();
    wrong.listen();
    signing.make_room("a", hook(wrong->url("127.0.0.1")));
    signing.make_room("b", hook(right->url("127.0.0.1")));
    BOOST_TEST(right.next().value() == notification(room_created{"b"}));
    BOOST_TEST(wrong->stats().invalid_signatures == 1U);
    BOOST_TEST(wrong->stats().received == 0U);
}

BOOST_AUTO_TEST_CASE(the_url_of_the_server_receives_what_has_none_of_its_own) {
    blocking_receiver common;
    blocking_receiver own;
    fixture both(testing::server_options().webhook_url(common.url("/all")));
    both.make_room("own", hook(own.url()));
    both.make_room("r");
    both.server.notify(peer_added{"r", "p"});
    both.server.notify(peer_added{"own", "p"});
    both.server.notify(streamer_connected{"s", "t"});
    both.server.notify(recording_status_changed{"rec", recording_status::active, "{}"});
    both.server.report_metrics();
    BOOST_TEST(call(both.port(), "DELETE", "/room/r").status == 204);
    BOOST_REQUIRE(common.wait_for(5));
    BOOST_REQUIRE(own.wait_for(2));
    BOOST_TEST(common.bodies() ==
                   bytes_of({room_created{"r"}, peer_added{"r", "p"}, streamer_connected{"s", "t"},
                             recording_status_changed{"rec", recording_status::active, "{}"},
                             room_deleted{"r"}}),
               boost::test_tools::per_element());
    BOOST_TEST(own.bodies() == bytes_of({room_created{"own"}, peer_added{"own", "p"}}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_cluster_posts_to_the_url_of_the_server_once) {
    blocking_receiver receiver;
    fixture cluster(testing::server_options().nodes(2).webhook_url(receiver.url()));
    cluster.make_room("a");
    cluster.make_room("b");
    cluster.server.notify(viewer_connected{"s", "v"});
    BOOST_REQUIRE(receiver.wait_for(3));
    BOOST_TEST(cluster.server.wait_for([&] { return cluster.server.delivered_webhooks() == 3; }));
    auto bodies = receiver.bodies();
    auto expected = bytes_of({room_created{"a"}, room_created{"b"}, viewer_connected{"s", "v"}});
    std::ranges::sort(bodies);  // Each node has its own connection.
    std::ranges::sort(expected);
    BOOST_TEST(bodies == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(receivers_with_tls_are_verified) {
    const certificate_files files;
    testing::server receiver(
        testing::server_options().tls(files.certificate_file(), files.key_file()));
    const std::string url = "https://" + receiver.address() + "/hook";
    fixture trusting(testing::server_options().webhook_ca_file(files.authority_file()));
    trusting.make_room("r", hook(url));
    BOOST_TEST(trusting.server.wait_for([&] { return trusting.server.delivered_webhooks() == 1; }));
    const auto seen = receiver.seen_requests();
    BOOST_REQUIRE(seen.size() == 1U);
    BOOST_TEST(seen[0].target == "/hook");
    make_room("r", hook(url));
    BOOST_TEST(server.wait_for([&] { return server.failed_webhooks() == 1; }));
    BOOST_TEST(receiver.requests() == 1U);
}

BOOST_AUTO_TEST_CASE(an_upload_after_a_room_is_deleted_is_reported_only_to_sockets) {
    const temporary_folder media;
    media.write("temporary_hls/r/index.m3u8", "");
    fixture uploading(testing::server_options().media_dir(media.path().string()));
    blocking_receiver receiver;
    websocket_client socket = open_server_socket(uploading.port());
    uploading.make_room("r", hook(receiver.url()) + R"(,"videoCodec":"h264")");
    uploading.add_component(
        "r", R"({"type":"hls","options":{"s3":{"accessKeyId":"a","secretAccessKey":"b",)"
             R"("region":"r","bucket":"k"}}})");
    BOOST_TEST(call(uploading.port(), "DELETE", "/room/r").status == 204);
    expect(socket, {room_created{"r"}, room_deleted{"r"}, hls_uploaded{"r"}});
    BOOST_TEST(!std::filesystem::exists(media.path() / "temporary_hls/r"));
    uploading.make_room("s", hook(receiver.url()));
    BOOST_REQUIRE(receiver.wait_for(3));
    BOOST_TEST(
        receiver.bodies() == bytes_of({room_created{"r"}, room_deleted{"r"}, room_created{"s"}}),
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
