#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/testing/server.hpp>

#include "fakes/blocking_client.hpp"
#include "fakes/wire.hpp"
#include "fixtures/log.hpp"
#include "fixtures/run.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

// What a server does during a graceful stop, and how a notifier, a tracker and calls react.
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;
using kind = client_websocket_frame::kind;
using testing::server_stop;

/// A server whose graceful stop lasts until the test ends it, or for the given time.
struct fixture : sandbox_fixture {
    explicit fixture(std::chrono::milliseconds stop_time = 1h)
        : sandbox_fixture(testing::server_options().graceful_stop_time(stop_time)) {}

    [[nodiscard]] client_options client() const {
        return logged_options().server_address(server.address());
    }

    bool has_ended() const {
        return server.wait_for([this] { return server.open_connections() == 0; });
    }
};

struct short_stop : fixture {
    short_stop() : fixture(50ms) {}
};

notifier_options eager() {
    return notifier_options().reconnect(reconnect_policy().base_delay(1ms).max_delay(5ms));
}

asio::awaitable<notification> take(notifier& from) {
    auto item = co_await from.next();
    if (!item) throw std::runtime_error("the notifier closed early");
    co_return std::move(*item);
}

template <class Kind>
Kind take_one(asio::io_context& context, notifier& from) {
    const notification item = run(context, take(from));
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<Kind>(item), item);
    return std::get<Kind>(item);
}

/// Takes changes until one of this kind; returns whether it was preceded by one of another kind.
template <class Kind, class Before>
asio::awaitable<bool> receive_until(room_tracker& from) {
    bool seen = false;
    while (auto change = co_await from.next()) {
        if (std::holds_alternative<Before>(change->event)) seen = true;
        if (std::holds_alternative<Kind>(change->event)) co_return seen;
    }
    throw std::runtime_error("the tracker closed early");
}

struct failed_call {
    error_code code;
    diagnostics info;
};

asio::awaitable<failed_call> failure_of_get_all_rooms(room_api& api) {
    failed_call out;
    try {
        co_await api.get_all_rooms();
    } catch (const error& e) {
        out.code = e.code();
        out.info = e.info();
    }
    co_return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_stop)

BOOST_FIXTURE_TEST_CASE(an_abrupt_stop_is_silent, fixture) {
    make_room("r");
    websocket_client socket = open_server_socket(port());
    server.stop();
    BOOST_TEST((socket.receive().what == kind::end));
}

BOOST_FIXTURE_TEST_CASE(a_graceful_stop_crashes_the_rooms_and_then_ends_without_a_close_frame,
                        short_stop) {
    make_room("a");
    make_room("b");
    const added_peer peer = add_peer("a");
    websocket_client own = connect_peer(peer);
    websocket_client socket = open_server_socket(port());
    server.stop(server_stop::graceful);
    expect(socket, {room_crashed{"a"}, room_crashed{"b"}});
    expect_close(own, 1011, "Internal server error");
    BOOST_TEST((socket.receive().what == kind::end));
    BOOST_TEST((server.seen_closes().back().side == testing::seen_close::by::connection));
    BOOST_TEST(has_ended());
    BOOST_TEST(server.rooms().empty());
}

BOOST_FIXTURE_TEST_CASE(calls_during_a_graceful_stop_get_500_with_and_without_a_body, fixture) {
    http_client http(port());
    BOOST_TEST(http.call("GET", "/room").status == 200);
    server.stop(server_stop::graceful);
    std::vector<std::string> bodies;
    for (int n = 0; n < 2; ++n) {
        const client_response failed = http.call("POST", "/room");
        BOOST_TEST(failed.status == 500);
        bodies.push_back(failed.body);
    }
    BOOST_TEST((bodies[0].empty() != bodies[1].empty()));
    BOOST_TEST(bodies[0] + bodies[1] == R"({"errors":{"detail":"Internal Server Error"}})");
    BOOST_TEST(server.rooms().empty());
}

BOOST_FIXTURE_TEST_CASE(a_graceful_stop_refuses_new_connections_and_keeps_open_ones, fixture) {
    websocket_client socket = open_server_socket(port());
    server.stop(server_stop::graceful);
    BOOST_CHECK_THROW(http_client{port()}, boost::system::system_error);
    server.refuse_connections(false);
    BOOST_CHECK_THROW(http_client{port()}, boost::system::system_error);
    BOOST_TEST(server.subscribed_sockets() == 1U);
    server.send_frame(testing::frame_opcode::ping, "still here");
    BOOST_TEST((socket.receive() == client_websocket_frame{kind::ping, "still here", 0}));
}

BOOST_FIXTURE_TEST_CASE(an_abrupt_stop_or_a_restart_interrupts_a_graceful_one, fixture) {
    for (const bool restarted : {false, true}) {
        websocket_client socket = open_server_socket(port());
        server.stop(server_stop::graceful);
        server.stop(server_stop::graceful);
        restarted ? server.restart() : server.stop();
        BOOST_TEST((socket.receive().what == kind::end));
        if (!restarted) server.restart();
        BOOST_TEST(call(port(), "GET", "/room").body == R"({"data":[]})");
    }
}

BOOST_FIXTURE_TEST_CASE(after_a_graceful_stop_controls_have_no_effect, short_stop) {
    const websocket_client socket = open_server_socket(port());
    server.stop(server_stop::graceful);
    BOOST_TEST(has_ended());
    server.notify(room_created{"x"});
    server.refuse_connections(false);
    server.stop(server_stop::graceful);
    BOOST_CHECK_THROW(http_client{port()}, boost::system::system_error);
    server.restart();
    BOOST_TEST(call(port(), "GET", "/room").status == 200);
}

BOOST_FIXTURE_TEST_CASE(requests_can_fail_without_a_body, fixture) {
    server.fail_requests(testing::request_failure(500).times(1).body(""));
    const client_response failed = call(port(), "GET", "/room");
    BOOST_TEST(failed.status == 500);
    BOOST_TEST(failed.body.empty());
    BOOST_TEST(call(port(), "GET", "/room").status == 200);
}

BOOST_FIXTURE_TEST_CASE(a_notifier_gets_the_crashes_then_loses_the_session_and_is_restored,
                        short_stop) {
    make_room("a");
    make_room("b");
    asio::io_context context;
    notifier subject(context.get_executor(), client(), eager());
    run(context, subject.connect());
    server.stop(server_stop::graceful);
    BOOST_TEST(take_one<room_crashed>(context, subject).room_id == "a");
    BOOST_TEST(take_one<room_crashed>(context, subject).room_id == "b");
    const auto lost = take_one<disconnected>(context, subject);
    BOOST_TEST(lost.code == error_code(errc::connection_lost));
    server.restart();
    (void)take_one<reconnected>(context, subject);
    make_room("after");
    BOOST_TEST(take_one<room_created>(context, subject).room_id == "after");
}

BOOST_FIXTURE_TEST_CASE(a_trackers_view_becomes_that_of_the_restarted_server, short_stop) {
    make_room("a");
    add_peer("a");
    asio::io_context context;
    room_tracker subject(context.get_executor(), client(), eager());
    run(context, subject.start());
    BOOST_TEST(subject.find("a").has_value());
    server.stop(server_stop::graceful);
    const bool crashed = run(context, receive_until<disconnected, room_crashed>(subject));
    BOOST_TEST(crashed);
    BOOST_TEST(subject.rooms().empty());
    server.restart();
    make_room("b");
    (void)run(context, receive_until<room_created, reconnected>(subject));
    BOOST_TEST(subject.rooms().size() == 1U);
    BOOST_TEST(subject.find("b").has_value());
}

BOOST_FIXTURE_TEST_CASE(a_call_to_a_stopping_server_is_a_server_error_on_a_kept_connection,
                        fixture) {
    asio::io_context context;
    room_api api(context.get_executor(), client().max_connections(1));
    (void)run(context, api.get_all_rooms());
    server.stop(server_stop::graceful);
    std::vector<std::string> texts;
    for (int n = 0; n < 2; ++n) {
        const failed_call failed = run(context, failure_of_get_all_rooms(api));
        BOOST_TEST(failed.code == error_code(errc::server_error));
        BOOST_TEST(failed.info.status == 500);
        texts.push_back(failed.info.server_message);
    }
    BOOST_TEST(texts[0] + texts[1] == "Internal Server Error");
    BOOST_TEST(server.accepted_connections() == 1U);
}

BOOST_AUTO_TEST_CASE(one_node_of_a_cluster_can_stop_and_restart) {
    sandbox_fixture cluster(testing::server_options().nodes(2));
    testing::server& server = cluster.server;
    server.create_room(room_config().room_id("first"));
    server.create_room(room_config().room_id("second"));
    websocket_client lost = open_server_socket(server.port(0));
    websocket_client kept = open_server_socket(server.port(1));
    server.stop_node(0);
    BOOST_TEST(server.subscribed_sockets() == 1U);
    BOOST_TEST((lost.receive().what == kind::end));
    BOOST_TEST((server.rooms() == std::vector<std::string>{"second"}));
    BOOST_CHECK_THROW(http_client{server.port(0)}, boost::system::system_error);
    // Without notice, and without an effect on the other node.
    const std::string room = server.create_room();
    sandbox_fixture::expect(kept, {room_created{room}});
    BOOST_TEST(call(server.port(1), "GET", "/room/" + room).status == 200);

    server.refuse_connections(false);
    BOOST_CHECK_THROW(http_client{server.port(0)}, boost::system::system_error);
    server.restart_node(0);
    BOOST_TEST(call(server.port(0), "GET", "/room").body == R"({"data":[]})");
    const std::string next = server.create_room();
    BOOST_TEST(call(server.port(0), "GET", "/room/" + next).status == 200);
    sandbox_fixture::expect(kept, {room_created{next}});
    BOOST_CHECK_THROW(server.stop_node(2), std::out_of_range);
    BOOST_CHECK_THROW(server.restart_node(2), std::out_of_range);
}

BOOST_AUTO_TEST_SUITE_END()
