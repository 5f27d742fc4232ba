#include <jellyfish/webhook_receiver.hpp>

#include "data/random.hpp"
#include "fixtures/log.hpp"
#include "fixtures/sandbox_fixture.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fstream>
#include <future>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

// What anyone who can reach the port can do.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;
using asio::ip::tcp;

/// How many connections are opened at once, and how many are allowed.
constexpr std::size_t many = 1'000;
constexpr std::size_t allowed = 64;

/// How much the process may grow during the test, in bytes. A sanitizer holds freed memory back.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t memory_bar = std::size_t{512} * 1024 * 1024;
#else
constexpr std::size_t memory_bar = std::size_t{16} * 1024 * 1024;
#endif

const notification reported = room_created{"r"};

/// The memory in use by this process, in bytes.
std::size_t resident_memory() {
    std::ifstream statm("/proc/self/statm");
    std::size_t size = 0;
    std::size_t resident = 0;
    statm >> size >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void allow_many_files() {
    rlimit limit{};
    BOOST_REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, std::max<rlim_t>(limit.rlim_cur, 4'096));
    BOOST_REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    BOOST_REQUIRE(limit.rlim_cur > many + 2 * allowed);
}

/// Connections that send no valid request.
class attackers {
public:
    explicit attackers(std::uint16_t port) : port_(port) {}

    /// Opens one and sends bytes, as far as possible.
    void attack(std::string_view bytes) {
        auto& socket = sockets_.emplace_back(context_);
        boost::system::error_code ignored;
        socket.connect({asio::ip::address_v4::loopback(), port_}, ignored);
        socket.non_blocking(true, ignored);
        asio::write(socket, asio::buffer(bytes), ignored);
    }

    /// All open connections send more.
    void resume(std::string_view bytes) {
        for (auto& socket : sockets_) {
            boost::system::error_code ignored;
            socket.write_some(asio::buffer(bytes), ignored);
        }
    }

private:
    std::uint16_t port_;
    asio::io_context context_;
    std::vector<tcp::socket> sockets_;
};

struct fixture {
    static webhook_options options() {
        return logged_webhook_options().max_connections(allowed).header_timeout(200ms).body_timeout(
            200ms);
    }

    explicit fixture(const webhook_options& with = options()) : subject(with) { subject.listen(); }

    /// A notification arrives on an open connection and on a new one.
    void check_service() {
        http_client fresh(subject->port());
        for (http_client* client : {&kept(), &fresh}) {
            client->send(post_request(reported));
            BOOST_TEST(client->receive().status == 200);
            BOOST_TEST(subject.next().value() == reported);
        }
    }

    http_client& kept() {
        if (!kept_) kept_.emplace(subject->port());
        return *kept_;
    }

    running_webhook subject;

private:
    std::optional<http_client> kept_;
};

/// The status of the single response to some bytes.
int status_of(fixture& f, std::string_view bytes) {
    http_client client(f.subject->port());
    client.send(bytes);
    const client_response response = client.receive();
    BOOST_TEST(response.headers.at("Connection") == "close");
    BOOST_TEST(client.ends_within(patience));
    return response.status;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(webhook_hostile, fixture)

// ---- slowness

BOOST_AUTO_TEST_CASE(a_partial_header_is_dropped) {
    http_client client(subject->port());
    client.send("POST /webhook HTTP/1.1\r\nHo");
    BOOST_TEST(client.receive().status == 408);
    BOOST_TEST(client.ends_within(patience));
    BOOST_TEST(subject->stats().timed_out == 1U);
    check_service();
}

BOOST_AUTO_TEST_CASE(a_partial_body_is_dropped) {
    http_client client(subject->port());
    const std::string bytes = post_request(reported);
    client.send(bytes.substr(0, bytes.size() - 1));
    BOOST_TEST(client.receive().status == 408);
    BOOST_TEST(client.ends_within(patience));
    check_service();
}

BOOST_AUTO_TEST_CASE(a_connection_that_sends_nothing_is_dropped) {
    http_client client(subject->port());
    BOOST_TEST(client.ends_within(patience));
    BOOST_REQUIRE(subject.await([](const auto& stats) { return stats.timed_out == 1; }));
}

BOOST_AUTO_TEST_CASE(a_header_sent_byte_by_byte_is_dropped) {
    http_client client(subject->port());
    try {
        do {
            client.send("P");
        } while (!client.ends_within(10ms));
    } catch (const std::exception&) {
        // The connection was closed before the last byte was sent.
    }
    BOOST_REQUIRE(subject.await([](const auto& stats) { return stats.timed_out == 1; }));
    check_service();
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_read_its_responses_is_dropped) {
    fixture slow(options().write_timeout(200ms));
    attackers attack(slow.subject->port());
    std::string requests;
    for (int i = 0; i < 2'000; ++i)
        requests += "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    attack.attack(requests);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (slow.subject->stats().timed_out == 0 && std::chrono::steady_clock::now() < deadline)
        attack.resume(requests);
    BOOST_TEST(slow.subject->stats().timed_out == 1U);
    slow.check_service();
}

BOOST_AUTO_TEST_CASE(a_client_that_reads_slowly_gets_all_its_responses) {
    constexpr std::size_t requests = 20'000;
    fixture patient(logged_webhook_options().header_timeout(patience).write_timeout(patience));
    asio::io_context context;
    tcp::socket client(context);
    client.open(tcp::v4());
    client.set_option(tcp::socket::receive_buffer_size(4'096));  // The receiver cannot write much.
    client.connect({asio::ip::address_v4::loopback(), patient.subject->port()});
    auto sent = std::async(std::launch::async, [&client] {
        std::string all;
        for (std::size_t i = 1; i < requests; ++i)
            all += "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
        all += "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        return asio::write(client, asio::buffer(all));
    });
    std::string responses;
    boost::system::error_code code;
    asio::read(client, asio::dynamic_buffer(responses), code);
    BOOST_TEST((code == asio::error::eof));
    get(std::move(sent));
    const std::string response = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    std::string expected;
    for (std::size_t i = 1; i < requests; ++i)
        expected += response;
    expected += "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    BOOST_TEST((responses == expected));
    BOOST_TEST(patient.subject->stats().rejected == requests);
    BOOST_TEST(patient.subject->stats().bytes_sent == expected.size());
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed_eventually) {
    fixture brief(options().idle_timeout(100ms));
    http_client client(brief.subject->port());
    client.send(post_request(reported));
    BOOST_TEST(client.receive().status == 200);
    BOOST_TEST(client.ends_within(patience));
    BOOST_TEST(brief.subject->stats().timed_out == 0U);
}

// ---- invalid requests

BOOST_AUTO_TEST_CASE(an_invalid_request_gets_a_response_and_closes_the_connection) {
    BOOST_TEST(status_of(*this, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03") == 400);  // TLS.
    BOOST_TEST(status_of(*this, std::string(100, '\0')) == 400);
    BOOST_TEST(status_of(*this, "POST /webhook HTTP/3.0\r\n\r\n") == 505);
    BOOST_TEST(status_of(*this, "POST /webhook HTTP/1.1\r\nHost: h\r\n\r\n") == 411);
    BOOST_TEST(
        status_of(*this, "POST /webhook HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 2\r\n\r\n") ==
        400);
    check_service();
}

BOOST_AUTO_TEST_CASE(an_oversized_request_gets_a_response_and_closes_the_connection) {
    const std::string begin = "POST /webhook HTTP/1.1\r\nHost: h\r\n";
    BOOST_TEST(status_of(*this, begin + "X: " + std::string(100'000, 'x')) == 431);
    std::string fields = begin;
    for (int i = 0; i < 10'000; ++i)
        fields += "X: y\r\n";
    BOOST_TEST(status_of(*this, fields) == 431);
    BOOST_TEST(status_of(*this, begin + "Content-Length: 1048577\r\n\r\n" +
                                    std::string(100'000, 'x')) == 413);
    const std::string chunk = "10000\r\n" + std::string(65'536, 'x') + "\r\n";
    std::string chunked =
        begin + "Content-Type: application/x-protobuf\r\n" + "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 17; ++i)
        chunked += chunk;
    BOOST_TEST(status_of(*this, chunked) == 413);
    check_service();
}

BOOST_AUTO_TEST_CASE(random_bytes_are_handled_safely) {
    constexpr std::uint32_t seed = 20'240;
    random_source random(seed);
    BOOST_TEST_CONTEXT("seed " << seed)
    for (int round = 0; round < 300; ++round) {
        attackers attack(subject->port());
        std::string bytes = round % 2 == 0 ? post_request(reported) : std::string();
        while (bytes.size() < 400)
            bytes += static_cast<char>(random());
        for (int i = 0; i < 3; ++i)
            bytes[random.below(bytes.size())] = static_cast<char>(random());
        attack.attack(bytes);
    }
    while (subject->try_next()) {
        // Some requests were complete.
    }
    BOOST_REQUIRE(subject.await([](const auto& stats) { return stats.connections == 0; }));
    while (subject->try_next()) {
    }
    check_service();
}

// ---- many connections

BOOST_AUTO_TEST_CASE(many_connections_neither_block_notifications_nor_exhaust_memory) {
    allow_many_files();
    sandbox_fixture sandbox;
    sandbox.make_room("r", R"(,"webhookUrl":")" + subject->url("127.0.0.1") + '"');
    BOOST_TEST(subject.next().value() == reported);
    const std::size_t before = resident_memory();
    std::size_t during = before;
    {
        attackers attack(subject->port());
        const std::vector<std::string> openings = {
            "", "P", "POST /webhook HTTP/1.1\r\nX: " + std::string(8'000, 'x'),
            "POST /webhook HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-protobuf\r\n"
            "Content-Length: 1000000\r\n\r\n" +
                std::string(4'000, 'x')};
        for (std::size_t i = 0; i < many; ++i) {
            attack.attack(openings[i % openings.size()]);
            if (i % 100 != 0) continue;
            sandbox.server.notify(peer_added{"r", std::to_string(i)});
            BOOST_TEST(subject.next().value() == notification(peer_added{"r", std::to_string(i)}));
            attack.resume("x");
            during = std::max(during, resident_memory());
            BOOST_TEST(subject->stats().connections <= allowed);
        }
        check_service();
    }
    BOOST_REQUIRE(subject.await([](const auto& stats) { return stats.connections <= 2; }));
    const std::size_t after = resident_memory();
    BOOST_TEST_MESSAGE("memory: " << before << ", " << during << ", " << after << " bytes");
    BOOST_TEST(during - before < memory_bar);
    BOOST_TEST((after < before || after - before < memory_bar));
    BOOST_TEST(subject->stats().rejected_connections > 0U);
    BOOST_TEST(subject->stats().accepted > many);
    BOOST_TEST(sandbox.server.failed_webhooks() == 0U);
}

BOOST_AUTO_TEST_CASE(a_held_connection_is_not_dropped_for_others) {
    fixture full(options().max_connections(2).queue_limit(1));
    std::list<http_client> held;
    for (int i = 0; i < 2; ++i) {
        held.emplace_back(full.subject->port());
        held.back().send(i == 0 ? post_request(reported) + post_request(reported)
                                : post_request(reported));
    }
    BOOST_TEST(held.front().receive().status == 200);
    BOOST_REQUIRE(full.subject.await([](const auto& stats) { return stats.connections == 2; }));
    attackers attack(full.subject->port());
    for (int i = 0; i < 20; ++i)
        attack.attack("");
    BOOST_REQUIRE(full.subject.await([](const auto& stats) { return stats.accepted == 22; }));
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(full.subject.next().value() == reported);
    for (http_client& each : held)
        BOOST_TEST(each.receive().status == 200);
}

// ---- logging

BOOST_AUTO_TEST_CASE(rejections_are_logged_without_secrets_and_with_a_limit) {
    log_lines lines;
    fixture logging(
        options().secret("s3cret").credentials("user", "s3cret-word").logger(lines.log()));
    http_client client(logging.subject->port());
    const std::string target = "/webhook/s3cret";
    const std::string wrong = "Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n";
    for (int i = 0; i < 100; ++i) {
        client.send(post_request(notification_bytes(reported), target, wrong));
        BOOST_TEST(client.receive().status == 401);
    }
    BOOST_TEST(logging.subject->stats().rejected == 100U);
    BOOST_TEST(
        lines.count("[warning] webhook: rejected a request with status 401: wrong credentials") >=
        9U);
    BOOST_TEST(lines.lines().size() < 50U);
    for (const std::string& line : lines.lines()) {
        for (const std::string_view secret : {"s3cret", "s3cret-word", "dXNlc"})
            BOOST_TEST(line.find(secret) == line.npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
