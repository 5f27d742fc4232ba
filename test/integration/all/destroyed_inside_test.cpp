#include <jellyfish/health_api.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/recording_api.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/testing/server.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "fakes/blocking_client.hpp"
#include "fakes/wire.hpp"
#include "fixtures/log.hpp"
#include "fixtures/run.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// Code of the user that an object calls may destroy that object. Here each log line, each
// completion handler and each notification handler does so in turn. AddressSanitizer detects uses
// afterwards.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

/// An object that is destroyed, or that gets an exception, while it logs a line.
template <class Subject>
struct doomed {
    enum class deed { destroy, fail };

    asio::io_context context;
    std::unique_ptr<Subject> subject;
    int lines = 0;
    int fatal = 0;
    deed what = deed::destroy;

    [[nodiscard]] logger log() {
        return [this](log_level, std::string_view text) {
            log_text(text);
            if (++lines != fatal) return;
            if (what == deed::fail) throw std::runtime_error("a logger that throws");
            subject.reset();
        };
    }

    /// Runs the context until a condition holds or the object is destroyed.
    template <class Condition>
    void until(Condition condition) {
        const auto limit = std::chrono::steady_clock::now() + patience;
        while (subject && !condition()) {
            BOOST_REQUIRE(std::chrono::steady_clock::now() < limit);
            context.restart();
            context.run_one_for(10ms);
        }
    }

    /// Runs until another line is logged.
    template <class Action>
    void until_line(Action action) {
        const int before = lines;
        if (subject) action();
        until([&] { return lines > before; });
    }

    /// Starts an operation and lets it complete.
    template <class Start>
    void complete(Start start) {
        if (!subject) return;
        const auto done = std::make_shared<bool>(false);
        start(*subject, [done](const error_code&, auto&&...) { *done = true; });
        until([&] { return *done; });
    }
};

/// Runs a scenario once for each line that is logged in it.
template <class Subject, class Life>
void at_each_line(Life life, int least_lines) {
    using fixture_type = doomed<Subject>;
    for (const auto what : {fixture_type::deed::destroy, fixture_type::deed::fail}) {
        int reached = 0;
        for (int fatal = 1; reached == fatal - 1; ++fatal) {
            BOOST_TEST_CONTEXT("at line " << fatal) {
                fixture_type w;
                w.fatal = fatal;
                w.what = what;
                life(w);
                if (w.lines >= fatal) {
                    reached = fatal;
                    BOOST_TEST((w.subject == nullptr) == (what == fixture_type::deed::destroy));
                }
                w.subject.reset();
                run_out(w.context);
            }
        }
        BOOST_TEST(reached >= least_lines);
    }
}

notifier_options quick() {
    return notifier_options().reconnect(reconnect_policy().base_delay(1ms).max_delay(1ms));
}

// ---- scenarios

/// Connections that are established, closed between calls, lost within a call, and refused; calls
/// that are retried.
template <class Api, class Call>
void make_calls(doomed<Api>& w, Call call) {
    testing::server server(testing::server_options().requests_per_connection(3));
    const auto options = client_options()
                             .server_address(server.address())
                             .logger(w.log())
                             .retry(retry_policy().base_delay(1ms).max_delay(1ms));
    w.subject = std::make_unique<Api>(w.context.get_executor(), options);
    w.complete(call);
    server.drop_connections();  // A kept connection: noticed by the next call.
    server.fail_requests(1, 503);
    w.complete(call);
    w.complete(call);  // The last call that the server serves on this connection.
    w.complete(call);
    server.stall(true);
    if (w.subject) {
        const auto done = std::make_shared<bool>(false);
        const auto before = server.requests();
        call(*w.subject, [done](const error_code&, auto&&...) { *done = true; });
        w.until([&] { return server.requests() > before; });
        server.stall(false);
        server.drop_connections();  // In the middle of a call.
        w.until([&] { return *done; });
    }
    server.stop();
    w.complete(call);
}

void keep_a_session(doomed<notifier>& w) {
    testing::server server;
    const auto options = client_options().server_address(server.address()).logger(w.log());
    w.subject =
        std::make_unique<notifier>(w.context.get_executor(), options, quick().queue_limit(1));
    w.complete([](notifier& n, auto token) { n.connect(std::move(token)); });
    w.until_line([&] {  // The queue is full.
        for (int i = 0; i < 3; ++i)
            server.notify(room_created{std::to_string(i)});
    });
    for (int i = 0; i < 3; ++i)
        w.complete([](notifier& n, auto token) { n.next(std::move(token)); });
    server.refuse_connections(true);
    w.until_line([&] { server.drop_connections(); });
    w.until_line([] {});  // A failed attempt.
    server.refuse_connections(false);
    w.complete([](notifier& n, auto token) { n.wait_ready(std::move(token)); });
    w.complete([](notifier& n, auto token) { n.close(std::move(token)); });
}

void receive_webhooks(doomed<webhook_receiver>& w) {
    const auto options = webhook_options().max_connections(1).logger(w.log());
    w.subject = std::make_unique<webhook_receiver>(w.context.get_executor(), options);
    w.subject->listen();
    w.until_line([] {});
    if (!w.subject) return;
    http_client client(w.subject->port());
    w.until_line([&] { client.send(post_request("no notification")); });
    w.until_line(
        [&] { client.send(post_request(notification_bytes(room_created{"1"}), "/wrong")); });
    std::unique_ptr<http_client> another;
    w.until_line([&] { another = std::make_unique<http_client>(w.subject->port()); });
    w.complete([](webhook_receiver& r, auto token) { r.close(std::move(token)); });
}

void follow_rooms(doomed<room_tracker>& w) {
    testing::server server;
    const auto options = client_options().server_address(server.address()).logger(w.log());
    server.fail_requests(1, 503);
    w.subject = std::make_unique<room_tracker>(w.context.get_executor(), options, quick());
    w.complete([](room_tracker& t, auto token) { t.start(std::move(token)); });
    w.until_line([&] { server.drop_connections(); });
    w.until([&] { return w.subject->is_current(); });
    w.complete([](room_tracker& t, auto token) { t.close(std::move(token)); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(destroyed_inside)

// ---- log lines

BOOST_AUTO_TEST_CASE(a_room_api_can_be_destroyed_in_any_log_line) {
    at_each_line<room_api>(
        [](auto& w) {
            make_calls(w, [](room_api& api, auto token) { api.get_all_rooms(std::move(token)); });
        },
        8);
}

BOOST_AUTO_TEST_CASE(a_health_api_can_be_destroyed_in_any_log_line) {
    at_each_line<health_api>(
        [](auto& w) {
            make_calls(w, [](health_api& api, auto token) { api.check(std::move(token)); });
        },
        8);
}

BOOST_AUTO_TEST_CASE(a_recording_api_can_be_destroyed_in_any_log_line) {
    at_each_line<recording_api>(
        [](auto& w) {
            make_calls(w, [](recording_api& api, auto token) { api.get_list(std::move(token)); });
        },
        8);
}

BOOST_AUTO_TEST_CASE(a_notifier_can_be_destroyed_in_any_log_line) {
    at_each_line<notifier>([](auto& w) { keep_a_session(w); }, 6);
}

BOOST_AUTO_TEST_CASE(a_webhook_receiver_can_be_destroyed_in_any_log_line) {
    at_each_line<webhook_receiver>([](auto& w) { receive_webhooks(w); }, 5);
}

BOOST_AUTO_TEST_CASE(a_room_tracker_can_be_destroyed_in_any_log_line) {
    at_each_line<room_tracker>([](auto& w) { follow_rooms(w); }, 5);
}

/// A call that is cancelled by its own logger in any state of the pool.
BOOST_AUTO_TEST_CASE(a_logger_can_cancel_the_call_that_it_logs) {
    for (int fatal = 1; fatal <= 4; ++fatal) {
        BOOST_TEST_CONTEXT("at line " << fatal) {
            asio::io_context context;
            testing::server server;
            asio::cancellation_signal signal;
            int lines = 0;
            const auto log = [&](log_level, std::string_view) {
                if (++lines == fatal) signal.emit(asio::cancellation_type::terminal);
            };
            room_api api(context.get_executor(),
                         client_options().server_address(server.address()).logger(log));
            (void)run(context, api.get_all_rooms());  // One line, and a kept connection.
            server.stall(true);
            bool done = false;
            const auto before = server.requests();
            api.get_all_rooms(asio::bind_cancellation_slot(
                signal.slot(), [&](const error_code&, const auto&) { done = true; }));
            while (server.requests() == before) {
                context.restart();
                context.run_one_for(10ms);
            }
            server.drop_connections();
            while (lines < 3 && !done) {  // It is retried on another connection.
                context.restart();
                context.run_one_for(10ms);
            }
            server.stall(false);
            while (!done) {
                context.restart();
                context.run_one_for(1s);
            }
            BOOST_TEST(run(context, api.get_all_rooms()).empty());
        }
    }
}

// ---- completion handlers and notification handlers

namespace {

/// The handler of an operation destroys the object of the operation.
template <class Subject, class Start, class Meanwhile>
void in_a_completion(doomed<Subject>& w, Start start, Meanwhile meanwhile) {
    start(*w.subject, [&w](const error_code&, auto&&...) { w.subject.reset(); });
    meanwhile();
    w.until([] { return false; });
    run_out(w.context);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_completion_handler_can_destroy_a_room_api) {
    testing::server server;
    const auto options = client_options().server_address(server.address());
    for (const bool kept : {false, true}) {
        doomed<room_api> w;
        w.subject = std::make_unique<room_api>(w.context.get_executor(), options);
        const auto call = [](room_api& api, auto token) { api.get_all_rooms(std::move(token)); };
        if (kept) w.complete(call);
        in_a_completion(w, call, [] {});
    }
}

BOOST_AUTO_TEST_CASE(a_completion_handler_can_destroy_a_notifier) {
    testing::server server;
    const auto options = client_options().server_address(server.address());
    const auto each = [&](auto start, auto meanwhile, bool connected = true) {
        doomed<notifier> w;
        w.subject = std::make_unique<notifier>(w.context.get_executor(), options);
        if (connected) w.complete([](notifier& n, auto token) { n.connect(std::move(token)); });
        in_a_completion(w, start, meanwhile);
    };
    const auto notify = [&] { server.notify(room_created{"1"}); };
    const auto nothing = [] {};
    each([](notifier& n, auto token) { n.connect(std::move(token)); }, nothing, false);
    each([](notifier& n, auto token) { n.wait_ready(std::move(token)); }, nothing);
    each([](notifier& n, auto token) { n.next(std::move(token)); }, notify);
    each([](notifier& n, auto token) { n.next_for(patience, std::move(token)); }, notify);
    each([](notifier& n, auto token) { n.wait(std::move(token)); }, notify);
    each([](notifier& n, auto token) { n.subscribe(event_type::metrics, std::move(token)); },
         nothing);
    each([](notifier& n, auto token) { n.close(std::move(token)); }, nothing);
}

BOOST_AUTO_TEST_CASE(a_notification_handler_can_destroy_its_notifier) {
    testing::server server;
    const auto options = client_options().server_address(server.address());
    for (const bool awaited : {false, true}) {
        doomed<notifier> w;
        w.subject = std::make_unique<notifier>(w.context.get_executor(), options);
        if (awaited) {
            w.subject->on_server_notification([&w](const notification&) -> asio::awaitable<void> {
                w.subject.reset();
                co_return;
            });
        } else {
            w.subject->on_server_notification([&w](const notification&) { w.subject.reset(); });
        }
        w.complete([](notifier& n, auto token) { n.connect(std::move(token)); });
        for (int i = 0; i < 3; ++i)
            server.notify(room_created{std::to_string(i)});
        w.until([] { return false; });
        run_out(w.context);
    }
}

BOOST_AUTO_TEST_CASE(any_handler_can_destroy_a_webhook_receiver) {
    const auto each = [](auto start, bool listening, bool handler) {
        doomed<webhook_receiver> w;
        w.subject = std::make_unique<webhook_receiver>(w.context.get_executor());
        if (handler)
            w.subject->on_server_notification([&w](const notification&) { w.subject.reset(); });
        std::unique_ptr<http_client> client;
        if (listening) {
            w.subject->listen();
            client = std::make_unique<http_client>(w.subject->port());
            for (int i = 0; i < 3; ++i)
                client->send(post_request(room_created{std::to_string(i)}));
        }
        in_a_completion(w, start, [] {});
    };
    const auto nothing = [](webhook_receiver&, const auto&) {};
    each([](webhook_receiver& r, auto token) { r.next(std::move(token)); }, true, false);
    each([](webhook_receiver& r, auto token) { r.close(std::move(token)); }, true, false);
    each(nothing, true, true);
}

BOOST_AUTO_TEST_CASE(a_completion_handler_can_destroy_a_room_tracker) {
    testing::server server;
    const auto options = client_options().server_address(server.address());
    const auto each = [&](auto start, auto meanwhile, bool started = true) {
        doomed<room_tracker> w;
        w.subject = std::make_unique<room_tracker>(w.context.get_executor(), options);
        if (started) w.complete([](room_tracker& t, auto token) { t.start(std::move(token)); });
        in_a_completion(w, start, meanwhile);
    };
    const auto notify = [&] { server.notify(room_created{"1"}); };
    const auto nothing = [] {};
    each([](room_tracker& t, auto token) { t.start(std::move(token)); }, nothing, false);
    each([](room_tracker& t, auto token) { t.next(std::move(token)); }, notify);
    each([](room_tracker& t, auto token) { t.close(std::move(token)); }, nothing);
}

BOOST_AUTO_TEST_SUITE_END()
