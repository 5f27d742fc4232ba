#include <jellyfish/client.hpp>
#include <jellyfish/testing/server.hpp>

#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <future>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

// A client and its views: shared connections, close(), cancel(), time limits, and the log.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

const error_code aborted = asio::error::operation_aborted;

struct fixture {
    testing::server server;
    log_lines log;
    asio::io_context context;
    std::optional<jellyfish::client> client;
    std::deque<std::optional<error_code>> ended;  // Of the calls that were started.

    explicit fixture(std::size_t nodes = 1) : server(testing::server_options().nodes(nodes)) {
        // A call that is not ended by the test would outlast it.
        use(client_options().request_timeout(1h));
    }

    ~fixture() {
        client.reset();
        run_out(context);  // No operation is left that never completes.
    }

    void use(client_options options) {
        client.emplace(context, options.server_address(server.address()).logger(log.log()));
    }

    auto handler() {
        return [&result = ended.emplace_back()](const error_code& code, const auto&...) {
            result = code;
        };
    }

    /// One connection, and calls of all views that run, or wait for it, on a stalled server.
    void start_calls() {
        use(client_options().request_timeout(1h).max_connections(1));
        server.stall(true);
        client->rooms().get_all_rooms(handler());
        client->rooms().get_room("r", handler());
        client->recordings().get_list(handler());
        client->health().check(handler());
        await_requests(1);
    }

    /// Creates a room that is not on the configured server.
    std::string room_elsewhere() {
        for (;;) {
            const auto made = test::run(context, client->rooms().create_room());
            if (made.server_address != server.address()) return made.room.id;
        }
    }

    void await_requests(std::uint64_t count) {
        const auto limit = std::chrono::steady_clock::now() + patience;
        while (!server.wait_for([&] { return server.requests() >= count; }, 1ms)) {
            context.restart();
            context.poll();
            BOOST_REQUIRE(std::chrono::steady_clock::now() < limit);
        }
    }

    [[nodiscard]] bool all_ended_with(const error_code& code) const {
        return std::ranges::all_of(ended, [&](const auto& each) { return each == code; });
    }

    template <class Call>
    outcome result_of(Call call) {
        return test::run(context, outcome_of(std::move(call)));
    }

    [[nodiscard]] std::size_t logged(const std::string& level, const std::string& text) const {
        const auto lines = log.lines();
        return static_cast<std::size_t>(std::ranges::count_if(lines, [&](const std::string& line) {
            return line.starts_with('[' + level + ']') && line.find(text) != line.npos;
        }));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(client)

// ---- views

BOOST_AUTO_TEST_CASE(all_views_use_the_same_connections) {
    fixture f;
    BOOST_TEST(test::run(f.context, f.client->rooms().get_all_rooms()).empty());
    BOOST_TEST(test::run(f.context, f.client->health().check()).version != "");
    const auto none = f.result_of([&] { return f.client->recordings().delete_recording("r"); });
    BOOST_TEST(none.code == error_code(errc::not_found));
    BOOST_TEST(f.server.accepted_connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_view_can_be_constructed_from_another_view) {
    fixture f;
    const room_api rooms(*f.client);
    health_api health(rooms);
    BOOST_TEST(test::run(f.context, health.check()).version != "");
    f.client->close();
    BOOST_TEST(f.result_of([&] { return health.check(); }).code == error_code(errc::closed));
}

BOOST_AUTO_TEST_CASE(a_view_outlives_the_client_object) {
    fixture f;
    room_api rooms = f.client->rooms();
    f.client.reset();
    BOOST_TEST(test::run(f.context, rooms.get_all_rooms()).empty());
}

BOOST_AUTO_TEST_CASE(copies_of_an_object_share_its_connections) {
    fixture f;
    room_api rooms(f.context, client_options().server_address(f.server.address()));
    room_api copy = rooms;
    BOOST_TEST(test::run(f.context, rooms.get_all_rooms()).empty());
    BOOST_TEST(test::run(f.context, copy.get_all_rooms()).empty());
    BOOST_TEST(f.server.accepted_connections() == 1U);
}

BOOST_AUTO_TEST_CASE(destroying_a_view_does_not_end_its_calls) {
    fixture f;
    f.server.stall(true);
    f.client->rooms().get_all_rooms(f.handler());
    f.await_requests(1);
    f.server.stall(false);
    run_out(f.context);
    BOOST_TEST((f.ended.at(0) == error_code()));
}

BOOST_AUTO_TEST_CASE(destroying_the_last_object_ends_the_calls) {
    fixture f;
    f.start_calls();
    std::optional<health_api> last = f.client->health();
    f.client.reset();
    f.context.restart();
    f.context.poll();
    BOOST_TEST((f.ended.at(0) == std::nullopt));
    last.reset();
    run_out(f.context);
    BOOST_TEST(f.all_ended_with(aborted));
}

BOOST_AUTO_TEST_CASE(views_have_the_default_token_of_the_client) {
    using tuples = asio::as_tuple_t<asio::use_awaitable_t<>>::as_default_on_t<jellyfish::client>;
    fixture f;
    tuples client(f.context, client_options().server_address(f.server.address()));
    const auto result = test::run(f.context, client.rooms().get_room("r"));
    BOOST_TEST(std::get<0>(result) == error_code(errc::not_found));
}

// ---- ending

BOOST_AUTO_TEST_CASE(a_program_ends_when_its_last_call_has_completed) {
    fixture f;
    f.client->rooms().get_all_rooms(f.handler());
    run_out(f.context);
    BOOST_TEST((f.ended.at(0) == error_code()));
    // The context did not wait until the idle connection was closed.
    BOOST_TEST(f.server.open_connections() == 1U);
}

BOOST_AUTO_TEST_CASE(close_ends_running_and_queued_calls_on_a_stalled_server) {
    fixture f;
    f.start_calls();
    f.client->close();
    run_out(f.context);
    BOOST_TEST(f.all_ended_with(aborted));
    BOOST_TEST(f.server.wait_for([&] { return f.server.open_connections() == 0; }));
}

BOOST_AUTO_TEST_CASE(close_closes_idle_connections) {
    fixture f;
    test::run(f.context, f.client->rooms().get_all_rooms());
    f.client->close();
    run_out(f.context);
    BOOST_TEST(f.server.wait_for([&] { return f.server.open_connections() == 0; }));
}

BOOST_AUTO_TEST_CASE(a_call_after_close_fails_at_once) {
    fixture f;
    f.client->rooms().close();  // Of any view: it closes the client.
    const auto failed = f.result_of([&] { return f.client->rooms().get_room("r"); });
    BOOST_TEST(failed.code == error_code(errc::closed));
    BOOST_TEST(failed.info.operation == "GET /room/r");
    const auto unhealthy = f.result_of([&] { return f.client->health().check(); });
    BOOST_TEST(unhealthy.code == error_code(errc::closed));
    const auto unheard = f.result_of([&] { return f.client->recordings().get_list(); });
    BOOST_TEST(unheard.code == error_code(errc::closed));
    BOOST_TEST(f.server.accepted_connections() == 0U);
    f.client->close();
}

BOOST_AUTO_TEST_CASE(cancel_ends_running_and_queued_calls_and_leaves_the_client_usable) {
    fixture f;
    f.start_calls();
    f.client->cancel();
    run_out(f.context);
    BOOST_TEST(f.all_ended_with(aborted));
    f.server.stall(false);
    BOOST_TEST(test::run(f.context, f.client->rooms().get_all_rooms()).empty());
}

BOOST_AUTO_TEST_CASE(close_and_cancel_reach_the_other_nodes_of_a_cluster) {
    fixture f(2);
    const std::string room = f.room_elsewhere();
    const auto requests = f.server.requests();
    f.server.stall(true);
    f.client->rooms().get_room(room, f.handler());
    f.await_requests(requests + 1);
    f.client->cancel();
    run_out(f.context);
    BOOST_TEST(f.all_ended_with(aborted));
    f.client->rooms().get_room(room, f.handler());
    f.await_requests(requests + 2);
    f.client->close();
    run_out(f.context);
    BOOST_TEST(f.all_ended_with(aborted));
    BOOST_TEST(f.server.wait_for([&] { return f.server.open_connections() == 0; }));
}

BOOST_AUTO_TEST_CASE(another_thread_may_cancel_and_close) {
    testing::server server;
    server.stall(true);
    asio::thread_pool threads(2);
    jellyfish::client client(threads,
                             client_options().server_address(server.address()).request_timeout(1h));
    for (const bool close : {false, true}) {
        std::deque<std::promise<error_code>> ended;
        for (int n = 0; n < 20; ++n) {
            client.rooms().get_all_rooms(
                [&result = ended.emplace_back()](const error_code& code, const auto&) {
                    result.set_value(code);
                });
        }
        close ? client.close() : client.cancel();
        for (auto& each : ended) {
            auto result = each.get_future();
            BOOST_REQUIRE((result.wait_for(patience) == std::future_status::ready));
            BOOST_TEST(result.get() == aborted);
        }
    }
    threads.join();
}

// ---- time limits

BOOST_AUTO_TEST_CASE(a_call_can_have_its_own_time_limit) {
    fixture f;
    f.server.stall(true);
    f.client->rooms().get_all_rooms(f.handler());
    const auto failed = f.result_of([&] { return f.client->rooms().timeout(50ms).get_room("r"); });
    BOOST_TEST(failed.code == error_code(errc::timeout));
    BOOST_TEST(failed.mentions("no response within 50 ms"));
    BOOST_TEST((f.ended.at(0) == std::nullopt));
    const auto unhealthy = f.result_of([&] { return f.client->health().timeout(50ms).check(); });
    BOOST_TEST(unhealthy.code == error_code(errc::timeout));
    const auto none = f.result_of([&] { return f.client->recordings().timeout(50ms).get_list(); });
    BOOST_TEST(none.code == error_code(errc::timeout));
}

BOOST_AUTO_TEST_CASE(the_views_of_a_client_with_a_time_limit_have_that_limit) {
    fixture f;
    f.server.stall(true);
    const auto failed = f.result_of([&] { return f.client->timeout(50ms).rooms().get_room("r"); });
    BOOST_TEST(failed.code == error_code(errc::timeout));
    BOOST_TEST(failed.mentions("no response within 50 ms"));
}

BOOST_AUTO_TEST_CASE(a_view_with_a_time_limit_can_be_a_temporary) {
    fixture f;
    const auto call = [&]() -> asio::awaitable<std::size_t> {
        room_api rooms = f.client->rooms();
        const auto made = co_await rooms.timeout(10s).create_room();
        const auto found = co_await rooms.timeout(10s).get_all_rooms();
        co_await rooms.timeout(10s).delete_room(made.room.id);
        co_return found.size();
    };
    BOOST_TEST(test::run(f.context, call()) == 1U);
}

BOOST_AUTO_TEST_CASE(the_time_limit_of_a_call_applies_on_all_nodes) {
    fixture f(2);
    const std::string room = f.room_elsewhere();
    f.server.stall(true);
    const auto failed = f.result_of([&] { return f.client->rooms().timeout(50ms).get_room(room); });
    BOOST_TEST(failed.code == error_code(errc::timeout));
    const auto file = f.result_of(
        [&] { return f.client->rooms().timeout(50ms).get_hls_content(room, "index.m3u8"); });
    BOOST_TEST(file.code == error_code(errc::timeout));
}

BOOST_AUTO_TEST_CASE(an_invalid_time_limit_is_reported) {
    fixture f;
    for (const auto limit : {0ms, -1ms}) {
        const auto failed =
            f.result_of([&] { return f.client->rooms().timeout(limit).get_all_rooms(); });
        BOOST_TEST(failed.code == error_code(errc::invalid_argument));
        BOOST_TEST(failed.mentions("timeout must be greater than 0"));
    }
    BOOST_TEST(f.server.accepted_connections() == 0U);
    const auto longest = std::chrono::milliseconds::max();
    BOOST_TEST(test::run(f.context, f.client->rooms().timeout(longest).get_all_rooms()).empty());
}

// ---- the log

BOOST_AUTO_TEST_CASE(a_failed_call_is_logged) {
    fixture f;
    (void)f.result_of([&] { return f.client->rooms().get_room("r"); });
    BOOST_TEST(f.logged("debug", "REST: GET /room/r (http://" + f.server.address() + "): ") == 1U);
    BOOST_TEST(f.logged("debug", "status 404; server message: Room r does not exist") == 1U);
    (void)f.result_of([&] { return f.client->rooms().get_room(""); });
    BOOST_TEST(f.logged("debug", "room_id is empty") == 1U);
}

BOOST_AUTO_TEST_CASE(a_call_that_its_caller_ended_is_not_logged_as_a_failure) {
    fixture f;
    f.start_calls();
    f.client->close();
    run_out(f.context);
    BOOST_TEST(f.logged("debug", "GET /room") == 0U);
}

BOOST_AUTO_TEST_CASE(the_log_contains_no_credentials) {
    fixture f;
    const auto secrets = s3_credentials()
                             .access_key_id("key-id")
                             .secret_access_key("s3cret-key")
                             .region("r")
                             .bucket("b");
    const std::pair<component_options, std::string> all[] = {
        {component_options_hls().s3(secrets), "s3cret-key"},
        {component_options_recording().credentials(secrets), "s3cret-key"},
        {component_options_sip("host", "user", "s3cret-sip"), "s3cret-sip"}};
    for (const auto& [options, secret] : all) {
        // A proxy may repeat the request on its error page.
        f.server.fail_requests(
            testing::request_failure(502).body("cannot forward: development " + secret));
        (void)f.result_of([&] { return f.client->rooms().add_component("r", options); });
    }
    BOOST_TEST(f.logged("debug", "cannot forward: (hidden) (hidden)") == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
