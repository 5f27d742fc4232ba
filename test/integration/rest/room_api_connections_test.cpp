#include <jellyfish/error.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>

#include "data/certificates.hpp"
#include "fixtures/log.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/test/unit_test.hpp>

// How calls complete when connections fail.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using std::chrono::milliseconds;

const error_code aborted = asio::error::operation_aborted;

struct fixture {
    testing::server server;
    asio::io_context context;
    std::optional<jellyfish::room_api> rooms;

    explicit fixture(const testing::server_options& options = testing::server_options())
        : server(options) {
        rooms.emplace(context.get_executor(), usual_options());
    }

    ~fixture() {
        rooms.reset();
        run_out(context);  // No operation is left that never completes.
    }

    [[nodiscard]] client_options usual_options() const {
        return logged_options().server_address(server.address());
    }

    void use(const client_options& options) { rooms.emplace(context.get_executor(), options); }

    template <class Call>
    outcome result_of(Call call) {
        return jellyfish::test::run(context, outcome_of(std::move(call)));
    }

    outcome get_all() {
        return result_of([this] { return rooms->get_all_rooms(); });
    }
    outcome create() {
        return result_of([this] { return rooms->create_room(); });
    }

    /// Runs the client until the server sees something.
    void await(const std::function<bool()>& condition) {
        const auto limit = std::chrono::steady_clock::now() + patience;
        while (!server.wait_for(condition, milliseconds(1))) {
            context.restart();
            context.poll();
            if (std::chrono::steady_clock::now() > limit)
                throw std::runtime_error("it never happens");
        }
        context.restart();
        context.poll();
    }

    void await_requests(std::uint64_t count) {
        await([this, count] { return server.requests() >= count; });
    }
};

/// The outcome of a call that is started without being awaited.
struct started {
    bool done = false;
    error_code code;

    auto handler() {
        return [this](const error_code& ec, const auto&...) {
            done = true;
            code = ec;
        };
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(room_api_connections)

BOOST_AUTO_TEST_CASE(consecutive_calls_use_one_connection) {
    fixture f;
    for (int n = 0; n < 20; ++n)
        BOOST_TEST(!f.create().code);
    BOOST_TEST(f.server.accepted_connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_server_that_closes_after_some_requests_causes_no_failure) {
    fixture f(testing::server_options().requests_per_connection(3));
    for (int n = 0; n < 10; ++n)
        BOOST_TEST(!f.create().code);
    BOOST_TEST(f.server.accepted_connections() == 4U);
    BOOST_TEST(f.server.rooms().size() == 10U);
}

BOOST_AUTO_TEST_CASE(a_server_that_closes_idle_connections_causes_no_failure) {
    fixture f(testing::server_options().http_idle_timeout(milliseconds(20)));
    for (int n = 0; n < 3; ++n) {
        BOOST_TEST(!f.create().code);
        f.await([&] { return f.server.open_connections() == 0; });
    }
    BOOST_TEST(f.server.rooms().size() == 3U);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_does_not_keep_run_from_returning) {
    fixture f;
    BOOST_TEST(!f.create().code);
    const auto before = std::chrono::steady_clock::now();
    run_out(f.context);
    BOOST_TEST((std::chrono::steady_clock::now() - before < std::chrono::seconds(2)));
    BOOST_TEST(f.server.open_connections() == 1U);
}

BOOST_AUTO_TEST_CASE(the_destructor_closes_idle_connections) {
    fixture f;
    BOOST_TEST(!f.create().code);
    f.rooms.reset();
    f.await([&] { return f.server.open_connections() == 0; });
}

BOOST_AUTO_TEST_CASE(an_idempotent_call_survives_a_dropped_connection) {
    for (const bool reset : {false, true}) {
        fixture f;
        BOOST_TEST(!f.get_all().code);
        f.server.drop_connections(reset);
        BOOST_TEST(!f.get_all().code);
        BOOST_TEST(f.server.accepted_connections() == 2U);
    }
}

BOOST_AUTO_TEST_CASE(a_post_without_a_response_has_an_unknown_outcome) {
    fixture f;
    f.server.stall(true);
    started call;
    f.rooms->create_room(room_config().room_id("a"), call.handler());
    f.await_requests(1);
    f.server.drop_connections();
    f.await([&] { return call.done; });
    BOOST_TEST(call.code == error_code(errc::outcome_unknown));
    BOOST_TEST((f.server.rooms() == std::vector<std::string>{"a"}));
    BOOST_TEST(f.server.requests() == 1U);
}

BOOST_AUTO_TEST_CASE(a_get_without_a_response_on_a_new_connection_is_lost) {
    fixture f;
    f.server.stall(true);
    started call;
    f.rooms->get_all_rooms(call.handler());
    f.await_requests(1);
    f.server.drop_connections();
    f.await([&] { return call.done; });
    BOOST_TEST(call.code == error_code(errc::connection_lost));
    BOOST_TEST((call.code == condition::retryable));
}

BOOST_AUTO_TEST_CASE(a_connection_to_a_missing_server_fails) {
    fixture f;
    f.server.stop();
    const auto failed = f.get_all();
    BOOST_TEST(failed.code == error_code(errc::connect_failed), failed.what);
    BOOST_TEST(failed.info.operation == "GET /room");
    BOOST_TEST(failed.mentions("http://" + f.server.address()));
    f.server.restart();
    BOOST_TEST(!f.get_all().code);
}

BOOST_AUTO_TEST_CASE(a_restarted_server_is_used_again) {
    fixture f;
    BOOST_TEST(!f.create().code);
    f.server.restart();
    BOOST_TEST(!f.create().code);
}

BOOST_AUTO_TEST_CASE(a_server_that_closes_at_once_loses_the_call) {
    fixture f;
    f.server.hang_up_connections(true);
    BOOST_TEST(f.get_all().code == error_code(errc::connection_lost));
    f.server.hang_up_connections(false);
    BOOST_TEST(!f.get_all().code);
}

BOOST_AUTO_TEST_CASE(a_call_to_a_silent_server_times_out) {
    fixture f;
    f.use(f.usual_options().request_timeout(milliseconds(50)));
    f.server.stall(true);
    const auto failed = f.get_all();
    BOOST_TEST(failed.code == error_code(errc::timeout), failed.what);
    BOOST_TEST(failed.mentions("within 50 ms"));
    BOOST_TEST((failed.code == condition::timeout));
    f.server.stall(false);
    f.use(f.usual_options());
    BOOST_TEST(!f.get_all().code);
}

BOOST_AUTO_TEST_CASE(a_call_that_waits_for_a_connection_times_out) {
    fixture f;
    f.use(f.usual_options().request_timeout(milliseconds(100)).max_connections(1));
    f.server.stall(true);
    started first;
    started second;
    f.rooms->get_all_rooms(first.handler());
    f.rooms->create_room(room_config(), second.handler());
    f.await([&] { return first.done && second.done; });
    BOOST_TEST(first.code == error_code(errc::timeout));
    BOOST_TEST(second.code == error_code(errc::timeout));
}

BOOST_AUTO_TEST_CASE(the_connection_limit_is_never_exceeded) {
    fixture f;
    f.use(f.usual_options().max_connections(3));
    f.server.stall(true);
    std::vector<std::unique_ptr<started>> calls;
    for (int n = 0; n < 10; ++n) {
        calls.push_back(std::make_unique<started>());
        f.rooms->create_room(room_config(), calls.back()->handler());
    }
    f.await_requests(3);
    BOOST_TEST(f.server.open_connections() == 3U);
    f.server.stall(false);
    f.await_requests(10);
    f.await(
        [&] { return std::ranges::all_of(calls, [](const auto& each) { return each->done; }); });
    BOOST_TEST(f.server.accepted_connections() == 3U);
    BOOST_TEST(f.server.rooms().size() == 10U);
}

BOOST_AUTO_TEST_CASE(a_cancelled_call_leaves_the_object_usable) {
    fixture f;
    f.use(f.usual_options().max_connections(1));
    f.server.stall(true);
    asio::cancellation_signal signal;
    started cancelled;
    started waiting;
    f.rooms->create_room(room_config(),
                         asio::bind_cancellation_slot(signal.slot(), cancelled.handler()));
    f.rooms->get_all_rooms(waiting.handler());
    f.await_requests(1);
    signal.emit(asio::cancellation_type::partial);
    f.await([&] { return cancelled.done; });
    BOOST_TEST(cancelled.code == aborted);
    f.server.stall(false);
    f.await([&] { return waiting.done; });
    BOOST_TEST(!waiting.code);
    BOOST_TEST(f.server.accepted_connections() == 2U);
}

BOOST_AUTO_TEST_CASE(an_awaited_call_can_be_cancelled) {
    fixture f;
    f.server.stall(true);
    asio::cancellation_signal signal;
    error_code code;
    bool done = false;
    const auto call = [&]() -> asio::awaitable<void> {
        try {
            co_await f.rooms->get_all_rooms();
        } catch (const error& e) {
            code = e.code();
        }
        done = true;
    };
    asio::co_spawn(f.context, call(), asio::bind_cancellation_slot(signal.slot(), asio::detached));
    f.await_requests(1);
    signal.emit(asio::cancellation_type::terminal);
    f.await([&] { return done; });
    BOOST_TEST(code == aborted);
    f.await([&] { return f.server.open_connections() == 0; });
    f.server.stall(false);
}

BOOST_AUTO_TEST_CASE(the_destructor_completes_pending_calls) {
    fixture f;
    f.use(f.usual_options().max_connections(2));
    BOOST_TEST(!f.get_all().code);
    f.server.stall(true);
    std::vector<std::unique_ptr<started>> calls;
    for (int n = 0; n < 5; ++n) {
        calls.push_back(std::make_unique<started>());
        f.rooms->get_all_rooms(calls.back()->handler());
    }
    f.await_requests(3);
    f.rooms.reset();
    run_out(f.context);
    for (const auto& call : calls) {
        BOOST_TEST(call->done);
        BOOST_TEST(call->code == aborted);
    }
    f.await([&] { return f.server.open_connections() == 0; });
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_owns_its_object_can_be_destroyed_with_its_context) {
    testing::server server;
    server.stall(true);
    auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> observer = owned;
    {
        asio::io_context context;
        const auto own = [](std::string address,
                            std::shared_ptr<int> something) -> asio::awaitable<void> {
            jellyfish::room_api rooms(co_await asio::this_coro::executor,
                                      logged_options().server_address(address));
            co_await rooms.get_all_rooms();
            BOOST_TEST(*something == 2);  // Never: the server does not respond.
        };
        asio::co_spawn(context, own(server.address(), std::move(owned)), asio::detached);
        while (!server.wait_for([&] { return server.requests() == 1; }, milliseconds(1)))
            context.poll();
        BOOST_TEST(!observer.expired());
    }
    BOOST_TEST(observer.expired());
}

BOOST_AUTO_TEST_CASE(calls_work_over_tls) {
    const certificate authority = make_authority();
    const certificate identity = make_certificate(authority, certificate_request());
    const auto directory =
        std::filesystem::temp_directory_path() / ("jellyfish-rest-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory);
    std::ofstream(directory / "cert.pem") << identity.pem;
    std::ofstream(directory / "key.pem") << identity.key;
    {
        fixture f(testing::server_options().tls(directory / "cert.pem", directory / "key.pem"));
        const auto secure = f.usual_options().secure(true).tls(tls_options().ca_pem(authority.pem));
        f.use(secure);
        for (int n = 0; n < 3; ++n)
            BOOST_TEST(!f.create().code);
        BOOST_TEST(f.server.accepted_connections() == 1U);
        run_out(f.context);
        BOOST_TEST(f.server.open_connections() == 1U);
        f.server.drop_connections();
        f.await([&] { return f.server.open_connections() == 0; });
        BOOST_TEST(!f.create().code);

        f.use(f.usual_options().secure(true).tls(tls_options().ca_pem(make_authority().pem)));
        const auto untrusted = f.get_all();
        BOOST_TEST(untrusted.code == error_code(errc::certificate_untrusted), untrusted.what);
        BOOST_TEST(untrusted.info.operation == "GET /room");
        BOOST_TEST(untrusted.mentions("https://" + f.server.address()));

        f.use(f.usual_options().secure(true).tls(tls_options().ca_pem("no certificate")));
        BOOST_TEST(f.get_all().code == error_code(errc::tls_configuration));

        f.use(f.usual_options());  // Plain text to a TLS port.
        const auto plain = f.get_all();
        BOOST_TEST(plain.code.failed());
        BOOST_TEST(plain.code != error_code(errc::timeout));
    }
    std::filesystem::remove_all(directory);
}

BOOST_AUTO_TEST_SUITE_END()
