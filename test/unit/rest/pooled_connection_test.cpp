#include "rest/pooled_connection.hpp"

#include "data/random.hpp"
#include "fakes/scripted_pool.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
namespace detail = jellyfish::detail;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::test::http_ok;
using jellyfish::test::scripted_link;

/// One connection, and the outcome of its last exchange.
struct fixture {
    asio::io_context context;
    std::shared_ptr<scripted_link> link = std::make_shared<scripted_link>(context.get_executor());
    std::shared_ptr<detail::http_exchange> exchange;
    std::optional<detail::exchange_result> result;
    std::shared_ptr<detail::pooled_connection> connection =
        std::make_shared<detail::pooled_connection>(
            detail::pooled_connection::strand(context.get_executor()), scripted_link::connect(link),
            [this](detail::exchange_result outcome) { result = std::move(outcome); });

    ~fixture() {
        connection->close();
        settle();
    }

    void settle() {
        context.restart();
        context.poll();
    }

    void send(const std::string& bytes = "GET /\n") {
        result.reset();
        exchange = std::make_shared<detail::http_exchange>();
        exchange->request = bytes;
        connection->start(exchange);
        settle();
    }

    void feed(std::string_view bytes) {
        link->feed(bytes);
        settle();
    }

    void end(const error_code& code = asio::error::eof) {
        link->end(code);
        settle();
    }

    void pass_write(std::size_t bytes = SIZE_MAX) {
        link->pass_write(bytes);
        settle();
    }

    void fail_write() {
        link->fail_write(asio::error::broken_pipe);
        settle();
    }

    void check_kept(const std::string& body) const {
        BOOST_REQUIRE(result);
        BOOST_TEST(!result->code);
        BOOST_TEST(exchange->response.body == body);
        BOOST_TEST(result->kept);
        BOOST_TEST(!link->closed());
    }

    void check_last(const std::string& body) const {
        BOOST_REQUIRE(result);
        BOOST_TEST(!result->code);
        BOOST_TEST(exchange->response.body == body);
        BOOST_TEST(!result->kept);
        BOOST_TEST(link->closed());
    }

    void check_lost(bool request_begun, bool response_begun) const {
        BOOST_REQUIRE(result);
        BOOST_TEST(result->code == error_code(errc::connection_lost));
        BOOST_TEST(result->request_begun == request_begun);
        BOOST_TEST(result->response_begun == response_begun);
        BOOST_TEST(!result->kept);
        BOOST_TEST(link->closed());
    }
};

const std::string chunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(pooled_connection)

// ---- responses

BOOST_AUTO_TEST_CASE(a_response_is_the_same_in_every_split) {
    for (const std::string& bytes : {http_ok("abcde"), chunked}) {
        for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
            fixture f;
            f.send();
            f.feed(bytes.substr(0, cut));
            BOOST_TEST(f.result.has_value() == (cut == bytes.size()));
            f.feed(bytes.substr(cut));
            f.check_kept("abcde");
        }
    }
}

BOOST_AUTO_TEST_CASE(responses_that_arrive_byte_by_byte_keep_the_connection) {
    fixture f;
    for (int n = 0; n < 3; ++n) {
        f.send();
        for (const char c : chunked)
            f.feed(std::string_view(&c, 1));
        f.check_kept("abcde");
    }
}

BOOST_AUTO_TEST_CASE(end_of_stream_at_each_byte_of_a_response_loses_the_connection) {
    const std::string bytes = http_ok("abcde");
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        fixture f;
        f.send();
        f.feed(bytes.substr(0, cut));
        f.end();
        f.check_lost(true, cut != 0);
        BOOST_TEST(f.result->detail == "the server closed the connection");
    }
}

BOOST_AUTO_TEST_CASE(a_response_without_a_length_requires_an_orderly_end) {
    for (const bool in_order : {true, false}) {
        fixture f;
        f.send();
        f.feed("HTTP/1.1 200 OK\r\n\r\nall of it");
        BOOST_TEST(!f.result);
        f.end(in_order ? error_code(asio::error::eof) : error_code(asio::error::connection_reset));
        if (in_order) {
            f.check_last("all of it");
        } else {
            f.check_lost(true, true);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_invalid_response_closes_the_connection) {
    const std::pair<std::string, errc> responses[] = {
        {"SSH-2.0-OpenSSH\r\n", errc::malformed_response},
        {"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n", errc::response_too_large},
    };
    for (const auto& [bytes, code] : responses) {
        fixture f;
        f.send();
        f.feed(bytes);
        BOOST_REQUIRE(f.result);
        BOOST_TEST(f.result->code == error_code(code));
        BOOST_TEST(f.result->response_begun);
        BOOST_TEST(f.link->closed());
    }
}

BOOST_AUTO_TEST_CASE(a_long_response_is_read_through_the_buffer) {
    constexpr std::uint32_t seed = 99;
    jellyfish::test::random_source random(seed);
    std::string body(1'000'000, '\0');
    for (char& c : body)
        c = static_cast<char>('a' + random.below(26));
    fixture f;
    f.send();
    f.feed(http_ok(body));
    BOOST_REQUIRE(f.result);
    BOOST_TEST((f.exchange->response.body == body));
}

BOOST_AUTO_TEST_CASE(a_response_that_closes_the_connection_is_the_last) {
    fixture f;
    f.send();
    f.feed(http_ok("last", "connection: close\r\n"));
    f.check_last("last");
}

BOOST_AUTO_TEST_CASE(bytes_after_a_response_close_the_connection) {
    fixture f;
    f.send();
    f.feed(http_ok("right") + http_ok("wrong"));
    f.check_last("right");
}

// ---- requests

BOOST_AUTO_TEST_CASE(a_request_is_one_write_if_the_stream_accepts_it) {
    fixture f;
    const std::string request = "GET /" + std::string(100'000, 'a') + "\n";
    f.send(request);
    BOOST_TEST(f.link->write_operations() == 1);
    BOOST_TEST(f.link->received() == request);
}

BOOST_AUTO_TEST_CASE(a_request_that_can_be_sent_at_once_needs_no_write_operation) {
    fixture f;
    f.link->take_at_once(SIZE_MAX);
    f.send("GET /\n");
    BOOST_TEST(f.link->received() == "GET /\n");
    BOOST_TEST(f.link->write_operations() == 0);
    f.feed(http_ok("a"));
    f.check_kept("a");
}

BOOST_AUTO_TEST_CASE(a_request_is_written_completely_however_little_the_stream_accepts) {
    for (const std::size_t at_once : {0U, 1U, 5U}) {
        fixture f;
        f.link->take_at_once(at_once);
        f.link->limit_writes(3);
        f.send("GET /a/long/target\n");
        BOOST_TEST(f.link->received() == "GET /a/long/target\n");
        f.feed(http_ok("a"));
        f.check_kept("a");
    }
}

BOOST_AUTO_TEST_CASE(a_response_before_the_request_is_written_is_the_last) {
    for (const std::size_t written : {0U, 2U}) {
        fixture f;
        f.link->hold_writes();
        f.send("POST /\n");
        if (written != 0) f.pass_write(written);
        f.feed(http_ok("early"));
        f.check_last("early");
    }
}

BOOST_AUTO_TEST_CASE(after_a_failed_write_the_response_decides) {
    fixture f;
    f.link->hold_writes();
    f.send("POST /\n");
    f.fail_write();
    BOOST_TEST(!f.result);
    f.feed(http_ok("why"));
    f.check_last("why");
}

BOOST_AUTO_TEST_CASE(a_lost_connection_reports_whether_a_byte_was_sent) {
    for (const std::size_t written : {0U, 1U}) {
        fixture f;
        f.link->hold_writes();
        f.send("POST /\n");
        if (written != 0) f.pass_write(written);
        f.fail_write();
        f.end(asio::error::connection_reset);
        f.check_lost(written != 0, false);
    }
}

BOOST_AUTO_TEST_CASE(a_loss_is_reported_when_its_write_has_completed) {
    fixture f;
    f.link->hold_writes();
    f.send("POST /\n");
    f.end();  // The stream is closed, which fails the write: nothing was sent.
    f.check_lost(false, false);
}

BOOST_AUTO_TEST_CASE(a_byte_written_while_the_connection_is_lost_counts) {
    fixture f;
    f.link->hold_writes();
    f.send("POST /\n");
    f.link->pass_write(1);
    f.link->end();
    f.settle();
    f.check_lost(true, false);
}

// ---- idle connections

BOOST_AUTO_TEST_CASE(an_idle_connection_has_no_pending_operation) {
    fixture f;
    f.send();
    BOOST_TEST(f.link->reads());
    f.feed(http_ok("a"));
    BOOST_TEST(!f.link->reads());
    f.settle();
    BOOST_TEST(f.context.stopped());
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_usable_until_something_arrives) {
    fixture f;
    f.send();
    f.feed(http_ok("a"));
    BOOST_TEST(f.connection->usable());
    f.feed("an answer to nothing");
    BOOST_TEST(!f.connection->usable());
}

BOOST_AUTO_TEST_CASE(an_idle_connection_that_has_ended_is_not_usable) {
    fixture f;
    f.send();
    f.feed(http_ok("a"));
    f.end();
    BOOST_TEST(!f.connection->usable());
}

// ---- ending an exchange

BOOST_AUTO_TEST_CASE(an_aborted_exchange_reports_whether_a_byte_was_sent) {
    for (const std::size_t written : {0U, 1U}) {
        fixture f;
        f.link->hold_writes();
        f.send("POST /\n");
        if (written != 0) f.pass_write(written);
        f.connection->abort();
        BOOST_TEST(!f.result);
        f.settle();
        f.check_lost(written != 0, false);
    }
}

BOOST_AUTO_TEST_CASE(a_response_that_arrived_before_an_abort_is_reported) {
    fixture f;
    f.send();
    f.link->feed(http_ok("just in time"));
    f.connection->abort();
    f.settle();
    f.check_last("just in time");
}

BOOST_AUTO_TEST_CASE(a_closed_connection_ignores_operations_in_flight) {
    fixture f;
    f.link->hold_writes();
    f.send();
    f.link->feed(http_ok("late"));
    f.link->pass_write();
    f.connection->close();
    f.settle();
    BOOST_TEST(!f.result);
    BOOST_TEST(f.link->closed());
}

BOOST_AUTO_TEST_SUITE_END()
