#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>

#include "fakes/scripted_peer.hpp"
#include "fakes/wire.hpp"
#include "fixtures/log.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// A proxy in front of the server responds in its place for a while.
namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

const notification reported = room_created{"after"};

std::string response(int status) {
    const bool redirect = status / 100 == 3;
    return "HTTP/1.1 " + std::to_string(status) + " Its reason\r\n" +
           (redirect ? "Location: https://sso.example/login\r\n" : "") +
           "Content-Length: 15\r\n\r\n<html>Hi</html>";
}

/// A session that is lost at once, then these responses, one for each attempt (the last one for
/// every further attempt if `for_ever`), then the server again.
struct proxy {
    std::vector<int> responses;
    bool for_ever = false;
    std::size_t connections = 0;

    asio::awaitable<void> serve(scripted_connection& connection) {
        const std::size_t n = connections++;
        if (n == 0) {
            co_await connection.begin_session();
        } else if (for_ever || n <= responses.size()) {
            co_await connection.read_header();
            co_await connection.write(response(responses[std::min(n, responses.size()) - 1]));
        } else {
            std::string after = frame(op_binary, notification_bytes(reported));
            co_await connection.begin_session(std::move(after));
            co_await connection.read_to_end();
        }
    }
};

struct fixture {
    explicit fixture(proxy what, reconnect_policy policy = reconnect_policy())
        : front(std::move(what)),
          subject(context.get_executor(), logged_options().server_address(peer.address()),
                  notifier_options().reconnect(policy.base_delay(1ms).max_delay(2ms))) {}

    outcome first_connect() {
        return run(context, outcome_of([this] { return subject.connect(); }));
    }

    notification next() {
        return run(context, [this]() -> asio::awaitable<notification> {
            auto item = co_await subject.next();
            if (!item) throw std::runtime_error("the notifier closed early");
            co_return std::move(*item);
        }());
    }

    outcome end() {
        return run(context, outcome_of([this]() -> asio::awaitable<void> {
                       while (true) {
                           auto item = co_await subject.next();
                           if (!item) co_return;
                       }
                   }));
    }

    asio::io_context context;
    proxy front;
    scripted_peer peer{context.get_executor(),
                       [this](scripted_connection& c) { return front.serve(c); }};
    notifier subject;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(notifier_proxy)

BOOST_DATA_TEST_CASE(a_session_is_restored_when_the_proxy_forwards_again,
                     data::make({200, 204, 302, 307, 400, 401, 403, 404, 405, 421, 429, 500, 503}),
                     status) {
    fixture f({{status, status, status}});
    run(f.context, f.subject.connect());
    BOOST_TEST(std::holds_alternative<disconnected>(f.next()));
    const notification back = f.next();
    BOOST_REQUIRE(std::holds_alternative<reconnected>(back));
    BOOST_TEST(std::get<reconnected>(back).attempts == 4U);
    BOOST_TEST(f.next() == reported);
}

BOOST_AUTO_TEST_CASE(a_session_is_restored_after_any_responses_of_the_proxy) {
    fixture f({{503, 200, 302, 403, 307, 421, 401, 500}});
    run(f.context, f.subject.connect());
    BOOST_TEST(std::holds_alternative<disconnected>(f.next()));
    BOOST_TEST(std::holds_alternative<reconnected>(f.next()));
    BOOST_TEST(f.next() == reported);
}

BOOST_AUTO_TEST_CASE(forbidden_for_forbidden_time_fails_the_notifier) {
    fixture f({{503, 401, 403}, true}, reconnect_policy().forbidden_time(50ms));
    run(f.context, f.subject.connect());
    const outcome end = f.end();
    BOOST_TEST(end.code == error_code(errc::upgrade_refused));
    BOOST_TEST(end.info.status == 403);
    BOOST_TEST(f.front.connections > 4U);
}

BOOST_AUTO_TEST_CASE(a_redirect_is_reported_with_its_location_and_not_followed) {
    fixture f({{307}, true}, reconnect_policy().max_rounds(2));
    run(f.context, f.subject.connect());
    const outcome end = f.end();
    BOOST_TEST(end.code == error_code(errc::upgrade_refused));
    BOOST_TEST(end.info.status == 307);
    BOOST_TEST(end.mentions("https://sso.example/login"));
    BOOST_TEST(end.mentions("not followed"));
    BOOST_TEST(f.front.connections == 3U);
}

BOOST_DATA_TEST_CASE(the_first_connect_fails_at_once, data::make({200, 302, 401, 403, 421, 503}),
                     status) {
    fixture f({{status}, true});
    f.front.connections = 1;
    const outcome o = f.first_connect();
    BOOST_TEST(o.code == error_code(errc::upgrade_refused));
    BOOST_TEST(o.info.status == status);
    BOOST_TEST(f.front.connections == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
