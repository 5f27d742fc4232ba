#include <jellyfish/error.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "fakes/signature.hpp"
#include "fixtures/log.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/sandbox_fixture.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

const notification first = room_created{"r"};
const notification second = peer_added{"r", "p"};
const notification third = room_deleted{"r"};

webhook_options small_queue() { return logged_webhook_options().queue_limit(1); }

/// The result of `listen()`.
outcome listen_to(const webhook_options& options) {
    asio::io_context context;
    webhook_receiver subject(context.get_executor(), options);
    return failure_of([&] { return subject.listen(); });
}

asio::awaitable<std::vector<notification>> take_all(webhook_receiver& from) {
    std::vector<notification> all;
    while (auto value = co_await from.next())
        all.push_back(std::move(*value));
    co_return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(webhook_receiver)

// ---- with the test server

BOOST_AUTO_TEST_CASE(posted_notifications_are_returned_by_next_in_order_until_close) {
    sandbox_fixture sandbox;
    running_webhook subject(logged_webhook_options());
    subject.listen();
    sandbox.make_room("r", R"(,"webhookUrl":")" + subject->url("127.0.0.1") + '"');
    sandbox.server.notify(second);
    BOOST_TEST(call(sandbox.port(), "DELETE", "/room/r").status == 204);
    for (const notification& each : {first, second, third})
        BOOST_TEST(subject.next().value() == each);
    BOOST_TEST(sandbox.server.wait_for([&] { return sandbox.server.delivered_webhooks() == 3; }));
    BOOST_TEST(subject->stats().accepted == 1U);  // On one kept connection.
    get(subject->close(asio::use_future));
    BOOST_TEST(!subject.next());
}

BOOST_AUTO_TEST_CASE(a_server_sends_the_credentials_and_the_secret_of_the_url) {
    sandbox_fixture sandbox;
    running_webhook subject(
        logged_webhook_options().path("/a%20b").secret("s3cret").credentials("user", "s3cret:/ä"));
    subject.listen();
    sandbox.make_room("r", R"(,"webhookUrl":")" + subject->url("127.0.0.1") + '"');
    BOOST_TEST(subject.next().value() == first);
    BOOST_TEST(subject->stats().rejected == 0U);
}

BOOST_AUTO_TEST_CASE(a_url_has_port_path_secret_and_credentials) {
    running_webhook subject(logged_webhook_options().secret("s3cret").credentials("u", "s3cret b"));
    BOOST_TEST(subject->port() == 0);
    subject.listen();
    const std::string port = std::to_string(subject->port());
    BOOST_TEST(subject->url("host") == "http://u:s3cret%20b@host:" + port + "/webhook/s3cret");
    BOOST_TEST(subject->url("::1") == "http://u:s3cret%20b@[::1]:" + port + "/webhook/s3cret");
}

BOOST_AUTO_TEST_CASE(http_1_0_clients_are_served) {
    running_webhook subject(logged_webhook_options());
    subject.listen();
    const std::string body = notification_bytes(first);
    const std::string begin = "POST /webhook HTTP/1.0\r\nContent-Type: application/x-protobuf\r\n";
    const std::string end = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    http_client client = subject.connect();
    client.send(begin + "Connection: keep-alive\r\n" + end);
    const client_response response = client.receive();
    BOOST_TEST(response.status == 200);
    BOOST_TEST(response.headers.at("Connection") == "keep-alive");
    client.send(begin + end);
    BOOST_TEST(client.receive().status == 200);
    BOOST_TEST(client.ends_within(patience));
    BOOST_TEST(subject->stats().received == 2U);
}

BOOST_AUTO_TEST_CASE(a_client_that_expects_100_continue_gets_it) {
    running_webhook subject(logged_webhook_options());
    subject.listen();
    const std::string request =
        post_request(notification_bytes(first), "/webhook", "Expect: 100-continue\r\n");
    const std::size_t header = request.find("\r\n\r\n") + 4;
    http_client client = subject.connect();
    client.send(request.substr(0, header));
    BOOST_TEST(client.receive().status == 100);
    client.send(request.substr(header));
    BOOST_TEST(client.receive().status == 200);
    BOOST_TEST(subject.next().value() == first);
}

// ---- signatures

BOOST_AUTO_TEST_CASE(unsigned_requests_are_rejected_counted_and_logged) {
    log_lines log;
    running_webhook subject(webhook_options()
                                .signature_secret("old s3cret")
                                .signature_secret("s3cret")
                                .logger(log.log()));
    subject.listen();
    const std::string body = notification_bytes(first);
    const auto status_of = [&](const std::string& header) {
        return subject.response_to(post_request(body, "/webhook", header)).status;
    };
    BOOST_TEST(status_of("") == 401);
    BOOST_TEST(status_of("x-fishjam-signature-256: sha256=\r\n") == 401);
    BOOST_TEST(status_of(signature_line(body, "older s3cret")) == 401);
    BOOST_TEST(status_of(signature_line("another body", "s3cret")) == 401);
    BOOST_TEST(subject.response_to(post_request(body, "/other")).status == 404);
    for (const char* const secret : {"old s3cret", "s3cret"})
        BOOST_TEST(status_of(signature_line(body, secret)) == 200);
    BOOST_TEST(subject->stats().invalid_signatures == 4U);
    BOOST_TEST(subject->stats().rejected == 5U);
    BOOST_TEST(subject->stats().received == 2U);
    for (const char* const reason : {"no signature", "a malformed signature", "a wrong signature"})
        BOOST_TEST(
            log.count(std::string("[warning] webhook: rejected a request with status 401: ") +
                      reason) >= 1U,
            reason);
}

BOOST_AUTO_TEST_CASE(a_response_of_401_names_the_missing_signature) {
    running_webhook subject(logged_webhook_options().signature_secret("s3cret"));
    subject.listen();
    const client_response response = subject.response_to(post_request(first));
    BOOST_TEST(response.headers.at("WWW-Authenticate") == "x-fishjam-signature-256");
}

// ---- taking

BOOST_AUTO_TEST_CASE(a_loop_in_a_coroutine_gets_everything_and_ends_after_close) {
    running_webhook subject(logged_webhook_options());
    subject.listen();
    auto results = asio::co_spawn(subject->get_executor(), take_all(*subject), asio::use_future);
    for (const notification& each : {first, second, third})
        BOOST_TEST(subject.response_to(post_request(each)).status == 200);
    get(subject->close(asio::use_future));
    BOOST_TEST((get(std::move(results)) == std::vector<notification>{first, second, third}));
}

BOOST_AUTO_TEST_CASE(queued_notifications_can_be_taken_after_close) {
    running_webhook subject(logged_webhook_options());
    subject.listen();
    BOOST_TEST(subject.response_to(post_request(first)).status == 200);
    get(subject->close(asio::use_future));
    BOOST_TEST(subject->stats().queued == 1U);
    notification taken;
    BOOST_TEST(subject->try_next(taken));
    BOOST_TEST(taken == first);
    BOOST_TEST(!subject->try_next(taken));
    BOOST_TEST(!subject->try_next());
    BOOST_CHECK_THROW(get(subject->wait(asio::use_future)), error);
}

BOOST_AUTO_TEST_CASE(wait_takes_nothing_and_next_for_times_out) {
    running_webhook subject(logged_webhook_options());
    subject.listen();
    try {
        static_cast<void>(get(subject->next_for(1ms, asio::use_future)));
        BOOST_FAIL("no timeout");
    } catch (const error& e) {
        BOOST_TEST((e.code() == errc::timeout));
    }
    auto waiting = subject->wait(asio::use_future);
    BOOST_TEST(subject.response_to(post_request(first)).status == 200);
    get(std::move(waiting));
    BOOST_TEST(subject->try_next().value() == first);
}

BOOST_AUTO_TEST_CASE(a_cancelled_next_takes_nothing) {
    running_webhook subject(logged_webhook_options());
    subject.listen();
    asio::cancellation_signal signal;
    std::promise<error_code> ended;
    subject->next(asio::bind_cancellation_slot(
        signal.slot(), [&](error_code code, const std::optional<notification>& value) {
            BOOST_TEST(!value);
            ended.set_value(code);
        }));
    asio::post(subject->get_executor(), [&] { signal.emit(asio::cancellation_type::total); });
    BOOST_TEST((get(ended.get_future()) == asio::error::operation_aborted));
    BOOST_TEST(subject.response_to(post_request(first)).status == 200);
    BOOST_TEST(subject.next().value() == first);
}

BOOST_AUTO_TEST_CASE(a_handler_gets_everything_and_next_nothing) {
    running_webhook subject(logged_webhook_options());
    std::promise<notification> handled;
    subject->on_server_notification([&](const notification& value) { handled.set_value(value); });
    subject.listen();
    BOOST_TEST(subject.response_to(post_request(first)).status == 200);
    BOOST_TEST(get(handled.get_future()) == first);
    BOOST_TEST(!subject->try_next());
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_stops_the_receiver) {
    running_webhook subject(logged_webhook_options());
    subject->on_server_notification(
        [](const notification&) { throw std::runtime_error("no luck"); });
    subject.listen();
    BOOST_TEST(subject.response_to(post_request(first)).status == 200);
    try {
        static_cast<void>(subject.next());
        BOOST_FAIL("no failure");
    } catch (const error& e) {
        BOOST_TEST((e.code() == errc::handler_failed));
        BOOST_TEST(e.info().detail == "no luck");
    }
    BOOST_TEST(!subject.next());
    BOOST_CHECK_THROW(static_cast<void>(subject.connect()), std::exception);
}

BOOST_AUTO_TEST_CASE(a_handler_must_be_set_before_listen) {
    running_webhook subject(logged_webhook_options());
    subject.listen();
    try {
        subject->on_server_notification([](const notification&) {});
        BOOST_FAIL("not rejected");
    } catch (const error& e) {
        BOOST_TEST((e.code() == errc::already_listening));
    }
}

// ---- a full queue

BOOST_AUTO_TEST_CASE(a_full_queue_delays_the_response_until_it_is_writable) {
    running_webhook subject(small_queue());
    subject.listen();
    http_client client = subject.connect();
    client.send(post_request(first) + post_request(second));
    BOOST_TEST(client.receive().status == 200);
    BOOST_TEST(subject->stats().received == 1U);
    BOOST_TEST(subject.next().value() == first);
    BOOST_TEST(client.receive().status == 200);
    BOOST_TEST(subject.next().value() == second);
    BOOST_TEST(subject->stats().dropped == 0U);
}

BOOST_AUTO_TEST_CASE(a_queue_that_stays_full_gets_503_and_the_receiver_continues) {
    running_webhook subject(small_queue().full_queue_timeout(50ms));
    subject.listen();
    http_client client = subject.connect();
    client.send(post_request(first) + post_request(second));
    BOOST_TEST(client.receive().status == 200);
    BOOST_TEST(client.receive().status == 503);
    BOOST_TEST(subject->stats().dropped == 1U);
    BOOST_TEST(subject.next().value() == first);
    client.send(post_request(third));
    BOOST_TEST(client.receive().status == 200);
    BOOST_TEST(subject.next().value() == third);
}

BOOST_AUTO_TEST_CASE(capacity_in_a_long_queue_is_noticed_before_half_of_it_is_free) {
    running_webhook subject(logged_webhook_options().queue_limit(100));
    subject.listen();
    http_client client = subject.connect();
    std::string all;
    for (int i = 0; i < 101; ++i)
        all += post_request(first);
    client.send(all);
    for (int i = 0; i < 100; ++i)
        BOOST_TEST(client.receive().status == 200);
    BOOST_TEST(subject.next().value() == first);
    BOOST_TEST(client.receive().status == 200);
}

BOOST_AUTO_TEST_CASE(a_batch_that_exceeds_the_queue_is_delivered_as_it_becomes_writable) {
    running_webhook subject(small_queue());
    subject.listen();
    http_client client = subject.connect();
    client.send(post_request(batch_bytes(
        {notification_bytes(first), notification_bytes(second), "", notification_bytes(third)})));
    for (const notification& each : {first, second, third})
        BOOST_TEST(subject.next().value() == each);
    BOOST_TEST(client.receive().status == 200);
    BOOST_TEST(subject->stats().received == 3U);
    BOOST_TEST(subject->stats().ignored == 1U);
    BOOST_TEST(subject->stats().dropped == 0U);
}

BOOST_AUTO_TEST_CASE(the_rest_of_a_batch_is_dropped_if_the_queue_stays_full) {
    running_webhook subject(small_queue().full_queue_timeout(50ms));
    subject.listen();
    http_client client = subject.connect();
    client.send(post_request(batch_bytes(
        {notification_bytes(first), notification_bytes(second), notification_bytes(third)})));
    BOOST_TEST(client.receive().status == 503);
    BOOST_TEST(subject->stats().dropped == 2U);
    BOOST_TEST(subject.next().value() == first);
}

BOOST_AUTO_TEST_CASE(close_completes_a_held_request) {
    running_webhook subject(small_queue());
    subject.listen();
    std::optional<http_client> client(std::in_place, subject->port());
    client->send(post_request(first) + post_request(second));
    BOOST_TEST(client->receive().status == 200);
    auto closed = subject->close(asio::use_future);
    BOOST_TEST(subject.next().value() == first);
    const client_response response = client->receive();
    BOOST_TEST(response.status == 200);
    BOOST_TEST(response.headers.at("Connection") == "close");
    client.reset();
    get(std::move(closed));
    BOOST_TEST(subject.next().value() == second);
    BOOST_TEST(!subject.next());
}

// ---- listening

BOOST_AUTO_TEST_CASE(a_port_in_use_is_reported) {
    running_webhook other(logged_webhook_options());
    other.listen();
    const outcome ended = listen_to(logged_webhook_options().port(other->port()));
    BOOST_TEST((ended.code == errc::address_in_use));
    BOOST_TEST(ended.info.operation == "listen");
    BOOST_TEST(ended.info.address == "http://127.0.0.1:" + std::to_string(other->port()));
}

BOOST_AUTO_TEST_CASE(an_invalid_address_is_reported) {
    const outcome ended = listen_to(logged_webhook_options().address("localhost:80"));
    BOOST_TEST((ended.code == errc::invalid_option));
    BOOST_TEST(ended.info.detail == "address must be an IP address");
}

BOOST_AUTO_TEST_CASE(an_address_of_another_machine_is_reported) {
    const outcome ended = listen_to(logged_webhook_options().address("192.0.2.1"));
    BOOST_TEST((ended.code == errc::listen_failed));
    BOOST_TEST(ended.info.address == "http://192.0.2.1:0");
    BOOST_TEST(!ended.info.detail.empty());
}

BOOST_AUTO_TEST_CASE(invalid_options_are_reported) {
    const std::vector<std::pair<webhook_options, std::string>> wrong = {
        {logged_webhook_options().path("webhook"), "path must begin with /"},
        {logged_webhook_options().queue_limit(0), "queue_limit must be at least 1"},
        {logged_webhook_options().max_connections(0), "max_connections must be at least 1"},
        {logged_webhook_options().header_limit(255), "header_limit must be from 256 to 32768"},
        {logged_webhook_options().header_limit(32'769), "header_limit must be from 256 to 32768"},
        {logged_webhook_options().body_limit(0), "body_limit must be at least 1"},
        {logged_webhook_options().header_timeout(0ms), "header_timeout must be greater than 0"},
        {logged_webhook_options().full_queue_timeout(-1ms),
         "full_queue_timeout must be at least 0"},
    };
    for (const auto& [options, detail] : wrong) {
        const outcome ended = listen_to(options);
        BOOST_TEST((ended.code == errc::invalid_option));
        BOOST_TEST(ended.info.detail.starts_with(detail + ", not "), ended.info.detail);
    }
}

BOOST_AUTO_TEST_CASE(an_empty_signature_secret_is_reported) {
    const outcome ended =
        listen_to(logged_webhook_options().signature_secret("s3cret").signature_secret(""));
    BOOST_TEST((ended.code == errc::invalid_option));
    BOOST_TEST(ended.info.operation == "listen");
    BOOST_TEST(ended.info.detail == "signature_secret must not be empty");
}

BOOST_AUTO_TEST_CASE(a_failed_listen_can_be_repeated) {
    std::optional<running_webhook> other(std::in_place);
    other->listen();
    running_webhook subject(logged_webhook_options().port((*other)->port()));
    BOOST_CHECK_THROW(subject.listen(), error);
    BOOST_CHECK_THROW(static_cast<void>(subject.next()), error);
    BOOST_TEST(!subject.next());
    other.reset();
    subject.listen();
    BOOST_TEST(subject.response_to(post_request(first)).status == 200);
    BOOST_TEST(subject.next().value() == first);
}

BOOST_AUTO_TEST_CASE(listen_reports_a_failure_as_a_code_and_its_details) {
    running_webhook other;
    other.listen();
    asio::io_context context;
    jellyfish::webhook_receiver taken(context, logged_webhook_options().port(other->port()));
    error_code code;
    diagnostics info;
    taken.listen(code, info);
    BOOST_TEST((code == errc::address_in_use));
    BOOST_TEST(info.operation == "listen");
    BOOST_TEST(info.address == "http://127.0.0.1:" + std::to_string(other->port()));
    BOOST_TEST(taken.port() == 0);
    taken.listen(code);
    BOOST_TEST((code == errc::address_in_use));

    jellyfish::webhook_receiver free(context, logged_webhook_options());
    free.listen(code, info);
    BOOST_TEST(!code);
    BOOST_TEST(info.operation == "");
    BOOST_TEST(free.port() != 0);
}

BOOST_AUTO_TEST_CASE(listening_twice_and_after_close_is_rejected) {
    running_webhook subject(logged_webhook_options());
    subject.listen();
    const auto code_of = [&] {
        try {
            subject.listen();
            return error_code();
        } catch (const error& e) {
            return e.code();
        }
    };
    BOOST_TEST((code_of() == errc::already_listening));
    get(subject->close(asio::use_future));
    BOOST_TEST((code_of() == errc::closed));
}

BOOST_AUTO_TEST_CASE(close_closes_idle_connections_and_frees_the_port) {
    running_webhook subject(logged_webhook_options());
    subject.listen();
    http_client silent = subject.connect();
    std::optional<http_client> used(std::in_place, subject->port());
    used->send(post_request(first));
    BOOST_TEST(used->receive().status == 200);
    BOOST_REQUIRE(subject.await([](const auto& stats) { return stats.connections == 2; }));
    auto closed = subject->close(asio::use_future);
    BOOST_TEST(used->ends_within(patience));
    used.reset();
    get(std::move(closed));
    BOOST_TEST(subject->stats().connections == 0U);
    BOOST_TEST(silent.ends_within(patience));
    running_webhook again(logged_webhook_options().port(subject->port()));
    again.listen();
}

// ---- lifetime

BOOST_AUTO_TEST_CASE(the_destructor_aborts_pending_operations) {
    asio::io_context context;
    std::optional<jellyfish::webhook_receiver> subject(std::in_place, context.get_executor());
    int aborted = 0;
    subject->listen();
    const auto note = [&](const error_code& code, const auto&...) {
        aborted += code == asio::error::operation_aborted ? 1 : 0;
    };
    subject->next(note);
    subject->wait(note);
    http_client client(subject->port());
    subject.reset();
    run_out(context);
    BOOST_TEST(aborted == 2);
    BOOST_TEST(client.ends_within(patience));
}

BOOST_AUTO_TEST_CASE(a_context_can_be_destroyed_with_a_coroutine_that_owns_its_receiver) {
    std::optional<http_client> client;
    {
        asio::io_context context;
        bool listening = false;
        const auto live = [&]() -> asio::awaitable<void> {
            jellyfish::webhook_receiver subject(co_await asio::this_coro::executor, small_queue());
            subject.listen();
            client.emplace(subject.port());
            client->send(post_request(first) + post_request(second));
            listening = true;
            co_await subject.wait();
            listening = false;
            co_await asio::steady_timer(context, 1h).async_wait(asio::use_awaitable);
        };
        asio::co_spawn(context, live, asio::detached);
        do {
            context.run_one_for(patience);
        } while (!client || listening);
        BOOST_TEST(client->receive().status == 200);  // The second one is held.
    }
    BOOST_TEST(client->ends_within(patience));
}

BOOST_AUTO_TEST_CASE(a_receiver_that_is_moved_into_stops_listening) {
    asio::io_context context;
    jellyfish::webhook_receiver subject(context.get_executor());
    BOOST_TEST(!subject.try_next());
    jellyfish::webhook_receiver moved(std::move(subject));
    moved.listen();
    const std::uint16_t port = moved.port();
    moved = jellyfish::webhook_receiver(context.get_executor());
    run_out(context);
    BOOST_CHECK_THROW(http_client{port}, std::exception);
}

BOOST_AUTO_TEST_SUITE_END()
