#include <jellyfish/webhook_receiver.hpp>

#include "fixtures/certificate_files.hpp"
#include "fixtures/log.hpp"
#include "fixtures/sandbox_fixture.hpp"
#include "fixtures/webhook_fixture.hpp"
#include "webhook/webhook_server.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <future>
#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <netinet/tcp.h>
#include <optional>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

// What happens to requests that were sent before close() was called.
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

const notification reported = room_created{"r"};

/// Blocks the only thread of a receiver: what clients send meanwhile stays in their sockets or in
/// the queue of connections to accept.
class busy_thread {
public:
    explicit busy_thread(running_webhook& of) {
        std::promise<void> begun;
        asio::post(of->get_executor(), [&begun, released = released_.get_future().share()] {
            begun.set_value();
            released.wait();
        });
        get(begun.get_future());
    }

    void release() { released_.set_value(); }

private:
    std::promise<void> released_;
};

void check_response(http_client& client, bool last = true) {
    const client_response response = client.receive();
    BOOST_TEST(response.status == 200);
    BOOST_TEST(response.headers.contains("Connection") == last);
}

std::size_t count_received_by(running_webhook& from) {
    std::size_t count = 0;
    while (from->try_next())
        ++count;
    return count;
}

/// Uses a connection once.
void use(http_client& client, running_webhook& subject) {
    client.send(post_request(reported));
    BOOST_TEST(client.receive().status == 200);
    BOOST_TEST(subject.next().value() == reported);
}

tcp::endpoint endpoint_of(running_webhook& subject) {
    return {asio::ip::make_address("127.0.0.1"), subject->port()};
}

/// Stops in the middle of a TLS handshake.
class slow_tls_client {
public:
    explicit slow_tls_client(const tcp::endpoint& to) {
        stream_.next_layer().connect(to);
        // Sends the first message at once, and reads nothing before the context runs.
        stream_.async_handshake(asio::ssl::stream_base::client,
                                [this](const error_code& code) { shaken_ = code; });
    }

    /// Waits until the server has begun to respond to it.
    void await_response() { stream_.next_layer().wait(tcp::socket::wait_read); }

    void break_off() {
        error_code ignored;
        asio::write(stream_.next_layer(), asio::buffer("This is no record."), ignored);
    }

    /// Completes the handshake, and returns the response to a request.
    std::string post(const std::string& request) {
        context_.restart();
        context_.run_for(patience);
        if (!shaken_) return "no handshake";
        if (*shaken_) return shaken_->message();
        error_code code;
        asio::write(stream_, asio::buffer(request), code);
        std::string response;
        if (!code) asio::read_until(stream_, asio::dynamic_buffer(response), "\r\n\r\n", code);
        return code ? code.message() : response;
    }

private:
    asio::io_context context_;
    asio::ssl::context tls_{asio::ssl::context::tls_client};
    asio::ssl::stream<tcp::socket> stream_{context_, tls_};
    std::optional<error_code> shaken_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(webhook_close)

// ---- pending requests get a response

BOOST_AUTO_TEST_CASE(pending_requests_on_kept_and_new_connections_get_a_response) {
    running_webhook subject(logged_webhook_options());
    subject.listen();
    std::list<http_client> clients;
    for (int i = 0; i < 3; ++i)
        use(clients.emplace_back(subject->port()), subject);
    busy_thread busy(subject);
    for (int i = 0; i < 5; ++i)
        clients.emplace_back(subject->port());
    for (http_client& each : clients)
        each.send(post_request(reported));
    auto closed = subject->close(asio::use_future);
    busy.release();
    for (http_client& each : clients) {
        check_response(each);
        BOOST_TEST(each.ends_within(patience));
    }
    clients.clear();
    get(std::move(closed));
    BOOST_TEST(count_received_by(subject) == 8U);
    BOOST_TEST(subject->stats().accepted == 8U);
}

BOOST_AUTO_TEST_CASE(all_pipelined_requests_get_a_response_and_the_last_one_closes_the_connection) {
    running_webhook subject(logged_webhook_options());
    subject.listen();
    std::optional<http_client> client(std::in_place, subject->port());
    use(*client, subject);
    busy_thread busy(subject);
    std::string many;
    constexpr int count = 2'000;  // More than one read consumes.
    for (int i = 0; i < count; ++i)
        many += post_request(reported);
    client->send(many);
    auto closed = subject->close(asio::use_future);
    busy.release();
    for (int i = 1; i <= count; ++i)
        check_response(*client, i == count);
    BOOST_TEST(client->ends_within(patience));
    client.reset();
    get(std::move(closed));
    BOOST_TEST(count_received_by(subject) == std::size_t{count});
}

BOOST_AUTO_TEST_CASE(more_connections_than_the_limit_get_a_response) {
    running_webhook subject(logged_webhook_options().max_connections(2));
    subject.listen();
    std::list<http_client> clients;
    use(clients.emplace_back(subject->port()), subject);
    busy_thread busy(subject);
    for (int i = 0; i < 9; ++i) {
        clients.emplace_back(subject->port());
        clients.back().send(post_request(reported));
    }
    auto closed = subject->close(asio::use_future);
    busy.release();
    clients.pop_front();
    while (!clients.empty()) {
        check_response(clients.front());
        clients.pop_front();
    }
    get(std::move(closed));
    BOOST_TEST(count_received_by(subject) == 9U);
    BOOST_TEST(subject->stats().rejected_connections == 0U);
}

BOOST_AUTO_TEST_CASE(clients_that_keep_their_end_open_do_not_block_others) {
    running_webhook subject(logged_webhook_options().max_connections(1));
    subject.listen();
    std::list<http_client> clients;
    use(clients.emplace_back(subject->port()), subject);
    busy_thread busy(subject);
    for (int i = 0; i < 3; ++i) {
        clients.emplace_back(subject->port());
        clients.back().send(post_request(reported));
    }
    auto closed = subject->close(asio::use_future);
    busy.release();
    for (auto each = std::next(clients.begin()); each != clients.end(); ++each)
        check_response(*each);
    clients.clear();
    get(std::move(closed));
    BOOST_TEST(count_received_by(subject) == 3U);
    BOOST_TEST(subject->stats().rejected_connections == 0U);
}

BOOST_AUTO_TEST_CASE(connections_that_cannot_be_served_are_counted) {
    constexpr std::size_t most = 16;
    running_webhook subject(logged_webhook_options().max_connections(1));
    subject.listen();
    busy_thread busy(subject);
    std::list<http_client> clients;
    for (std::size_t i = 0; i < most + 3; ++i) {
        clients.emplace_back(subject->port());
        clients.back().send(post_request(reported));
    }
    auto closed = subject->close(asio::use_future);
    busy.release();
    for (std::size_t i = 0; i < most; ++i) {
        check_response(clients.front());
        clients.pop_front();
    }
    for (http_client& each : clients)
        BOOST_TEST(each.ends_within(patience));
    get(std::move(closed));
    BOOST_TEST(subject->stats().accepted == most + 3);
    BOOST_TEST(subject->stats().rejected_connections == 3U);
}

BOOST_AUTO_TEST_CASE(a_request_in_progress_is_completed) {
    const std::string request = post_request(reported);
    for (const std::size_t size : {std::size_t{1}, request.size() / 2, request.size() - 1}) {
        running_webhook receiver(logged_webhook_options());
        receiver.listen();
        std::optional<http_client> client(std::in_place, receiver->port());
        use(*client, receiver);
        client->send(request.substr(0, size));
        auto closed = receiver->close(asio::use_future);
        client->send(request.substr(size));
        check_response(*client);
        BOOST_TEST(client->ends_within(patience));
        client.reset();
        get(std::move(closed));
        BOOST_TEST(count_received_by(receiver) == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_request_without_capacity_gets_503_in_time) {
    running_webhook subject(
        logged_webhook_options().queue_limit(1).full_queue_timeout(1h).close_timeout(200ms));
    subject.listen();
    std::optional<http_client> client(std::in_place, subject->port());
    client->send(post_request(reported) + post_request(reported));
    BOOST_TEST(client->receive().status == 200);
    auto closed = subject->close(asio::use_future);
    const client_response response = client->receive();
    BOOST_TEST(response.status == 503);
    BOOST_TEST(response.headers.at("Connection") == "close");
    BOOST_TEST(client->ends_within(patience));
    client.reset();
    get(std::move(closed));
    BOOST_TEST(subject->stats().dropped == 1U);
    BOOST_TEST(count_received_by(subject) == 1U);
}

BOOST_AUTO_TEST_CASE(pending_requests_over_tls_get_a_response) {
    const certificate_files files;
    running_webhook subject(
        logged_webhook_options().certificate(files.certificate_file(), files.key_file()));
    subject.listen();
    const client_target target{subject->port(), "127.0.0.1", files.authority};
    std::list<http_client> clients;
    for (int i = 0; i < 3; ++i)
        use(clients.emplace_back(target), subject);
    clients.emplace_back(target);  // It has posted nothing yet.
    busy_thread busy(subject);
    for (http_client& each : clients)
        each.send(post_request(reported) + post_request(reported));
    auto closed = subject->close(asio::use_future);
    busy.release();
    for (http_client& each : clients) {
        check_response(each, false);
        check_response(each);
        BOOST_TEST(each.ends_within(patience));
    }
    clients.clear();
    get(std::move(closed));
    BOOST_TEST(count_received_by(subject) == 8U);
}

BOOST_AUTO_TEST_CASE(a_tls_handshake_in_progress_is_completed_and_its_request_gets_a_response) {
    const certificate_files files;
    running_webhook subject(
        logged_webhook_options().certificate(files.certificate_file(), files.key_file()));
    subject.listen();
    std::list<slow_tls_client> clients;
    clients.emplace_back(endpoint_of(subject)).await_response();
    busy_thread busy(subject);
    clients.emplace_back(endpoint_of(subject));
    auto closed = subject->close(asio::use_future);
    busy.release();
    for (slow_tls_client& each : clients)
        BOOST_TEST(each.post(post_request(reported)).substr(0, 12) == "HTTP/1.1 200");
    clients.clear();
    get(std::move(closed));
    BOOST_TEST(count_received_by(subject) == 2U);
    BOOST_TEST(subject->stats().failed_handshakes == 0U);
}

namespace {

/// Reads no response before everything is sent, so that the system's buffers fill up.
class slow_reader {
public:
    explicit slow_reader(running_webhook& subject) : subject_(subject) {
        socket_.open(tcp::v4());
        // Keeps the buffers small.
        socket_.set_option(asio::socket_base::receive_buffer_size(4'096));
        socket_.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_MAXSEG>(536));
        socket_.connect(endpoint_of(subject));
        size_ = 1;
        (void)fits(1);
        size_ = subject_->stats().bytes_sent;
    }

    void send(const std::string& bytes) { asio::write(socket_, asio::buffer(bytes)); }

    /// Whether the responses to this many requests can be sent at once and completely.
    bool fits(std::size_t requests) {
        const std::size_t sent = subject_->stats().bytes_sent + requests * size_;
        std::string all;
        for (std::size_t i = 0; i < requests; ++i)
            all += post_request(reported);
        send(all);
        const auto deadline = std::chrono::steady_clock::now() + 200ms;
        while (subject_->stats().bytes_sent < sent) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            std::this_thread::yield();
        }
        return true;
    }

    /// Sends requests in steps of this many, up to a count, and reports how many fit.
    std::size_t fill(std::size_t at_a_time, std::size_t most) {
        std::size_t count = 0;
        while (count + at_a_time <= most && fits(at_a_time))
            count += at_a_time;
        return count;
    }

    /// Reads all responses, and returns the last one.
    std::string read_last() {
        std::string all;
        error_code ended;
        asio::read(socket_, asio::dynamic_buffer(all), ended);
        return all.substr(std::min(all.size(), all.rfind("HTTP/1.1")));
    }

private:
    running_webhook& subject_;
    asio::io_context context_;
    tcp::socket socket_{context_};
    std::size_t size_ = 0;  // The size of one response.
};

}  // namespace

/// The response states that the request took too long. Unlike others it is sent during a read.
BOOST_AUTO_TEST_CASE(a_response_in_progress_is_sent_completely) {
    const webhook_options options = logged_webhook_options().header_timeout(50ms);
    constexpr std::size_t many = 200;
    constexpr std::size_t unlimited = 50'000;  // Not more than the queue holds.
    const auto fill = [&](std::size_t at_a_time, std::size_t before) {
        running_webhook subject(options);
        subject.listen();
        slow_reader client(subject);
        return client.fill(many, before) == before ? client.fill(at_a_time, unlimited) : 0;
    };
    const std::size_t first = fill(many, 0);
    const std::size_t rest = fill(1, first);
    BOOST_TEST_MESSAGE(first << " and " << rest << " responses fit");
    for (std::size_t fewer = 0; fewer < 3 && fewer <= rest; ++fewer) {
        running_webhook subject(options);
        subject.listen();
        std::optional<slow_reader> client(std::in_place, subject);
        if (client->fill(many, first) < first) continue;
        if (client->fill(1, rest - fewer) < rest - fewer) continue;
        client->send("POST ");
        BOOST_REQUIRE(subject.await([](const auto& stats) { return stats.timed_out == 1; }));
        auto closed = subject->close(asio::use_future);
        const std::string last = client->read_last();
        BOOST_TEST(last.starts_with("HTTP/1.1 408"));
        BOOST_TEST(last.ends_with("\r\n\r\n"));
        client.reset();
        get(std::move(closed));
    }
}

// ---- duration

BOOST_AUTO_TEST_CASE(connections_that_never_sent_anything_do_not_delay_close) {
    const certificate_files files;
    for (const bool secure : {false, true}) {
        webhook_options options = logged_webhook_options().close_timeout(1h);
        if (secure) options.certificate(files.certificate_file(), files.key_file());
        running_webhook subject(options);
        subject.listen();
        http_client accepted = subject.connect();
        BOOST_REQUIRE(subject.await([](const auto& stats) { return stats.accepted == 1; }));
        busy_thread busy(subject);
        http_client queued = subject.connect();
        auto closed = subject->close(asio::use_future);
        busy.release();
        get(std::move(closed));
        BOOST_TEST(accepted.ends_within(patience));
        BOOST_TEST(queued.ends_within(patience));
    }
}

BOOST_AUTO_TEST_CASE(a_servers_idle_connection_does_not_delay_close) {
    sandbox_fixture sandbox;
    running_webhook subject(logged_webhook_options().close_timeout(1h));
    subject.listen();
    sandbox.make_room("r", R"(,"webhookUrl":")" + subject->url("127.0.0.1") + '"');
    BOOST_TEST(subject.next().value() == reported);
    BOOST_TEST(sandbox.server.wait_for([&] { return sandbox.server.delivered_webhooks() == 1; }));
    get(subject->close(asio::use_future));
    running_webhook again(logged_webhook_options().port(subject->port()));
    again.listen();
    sandbox.server.notify(peer_added{"r", "p"});
    BOOST_TEST((again.next().value() == notification(peer_added{"r", "p"})));
}

BOOST_AUTO_TEST_CASE(a_client_that_keeps_its_end_open_is_awaited_only_until_the_limit) {
    running_webhook subject(logged_webhook_options().close_timeout(100ms));
    subject.listen();
    http_client idle = subject.connect();
    http_client half = subject.connect();
    use(idle, subject);
    use(half, subject);
    half.send("POST ");
    get(subject->close(asio::use_future));
    BOOST_TEST(subject->stats().connections == 0U);
    BOOST_TEST(idle.ends_within(patience));
    BOOST_TEST(half.ends_within(patience));
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_finish_its_request_blocks_others_only_until_the_limit) {
    running_webhook subject(logged_webhook_options().max_connections(1).close_timeout(100ms));
    subject.listen();
    http_client half = subject.connect();
    use(half, subject);
    half.send("POST ");
    busy_thread busy(subject);
    http_client queued = subject.connect();
    queued.send(post_request(reported));
    auto closed = subject->close(asio::use_future);
    busy.release();
    get(std::move(closed));
    BOOST_TEST(queued.ends_within(patience));
    BOOST_TEST(subject->stats().rejected_connections == 1U);
}

/// The end of the last connection is queued in the strand, and the limit waits for the strand.
BOOST_AUTO_TEST_CASE(close_completes_when_the_limit_expires_while_the_last_connection_closes) {
    constexpr std::chrono::milliseconds limit{200};
    const certificate_files files;
    const auto slow_log = [&](log_level, std::string_view line) {
        if (line.find("handshake failed") != line.npos) std::this_thread::sleep_for(2 * limit);
    };
    running_webhook subject(webhook_options()
                                .certificate(files.certificate_file(), files.key_file())
                                .max_connections(1)
                                .close_timeout(limit)
                                .logger(slow_log),
                            2);
    subject.listen();
    slow_tls_client last(endpoint_of(subject));
    last.await_response();
    std::optional<busy_thread> one(std::in_place, subject);
    std::optional<busy_thread> two(std::in_place, subject);
    slow_tls_client waiting(endpoint_of(subject));
    auto closed = subject->close(asio::use_future);
    one->release();
    two->release();
    BOOST_TEST(subject.await([](const auto& stats) { return stats.accepted == 2; }));
    one.emplace(subject);
    two.emplace(subject);
    std::this_thread::sleep_for(2 * limit);
    one->release();
    two->release();
    // The time limit has started again, which happens only once.
    std::this_thread::sleep_for(limit / 4);
    last.break_off();
    get(std::move(closed));
    BOOST_TEST(subject->stats().rejected_connections == 1U);
}

// ---- restarts

namespace {

/// Clients that post continuously to the current receiver on a port.
class load {
public:
    explicit load(std::uint16_t port) : port_(port) {
        for (std::size_t i = 0; i < clients; ++i)
            threads_.emplace_back([this, i](const std::stop_token& stop) { post(stop, i); });
    }

    /// Waits until every client has sent a request that gets no response.
    void await_all_sent() {
        await([this] { return without_response_ == clients; });
    }

    /// Waits for this many more responses.
    void await_responses(std::size_t more) {
        const std::size_t before = responded_count_;
        await([&] { return responded_count_ >= before + more; });
    }

    void closing() { ++epoch_; }  ///< close() is about to be called.
    void open() { ++epoch_; }     ///< There is another receiver.

    void stop() { threads_.clear(); }

    [[nodiscard]] const std::set<std::string>& responded() const { return responded_; }
    /// How many requests were sent completely before close() was called, without a response.
    [[nodiscard]] std::size_t lost() const { return lost_; }

private:
    static constexpr std::size_t clients = 4;

    template <class Condition>
    static void await(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline)
                throw std::runtime_error("the clients are stuck");
            std::this_thread::yield();
        }
    }

    /// Even clients keep their connections, odd ones make a new one for each request.
    void post(const std::stop_token& stop, std::size_t client) {
        std::unique_ptr<http_client> connection;
        for (std::size_t n = 0; !stop.stop_requested(); ++n) {
            const std::string id = std::to_string(client) + "-" + std::to_string(n);
            const unsigned epoch = epoch_;
            try {
                if (!connection || client % 2 == 1)
                    connection = std::make_unique<http_client>(port_);
                connection->send(post_request(room_created{id}));
            } catch (const std::exception&) {
                connection.reset();
                std::this_thread::yield();
                continue;
            }
            const bool sent_in_time = epoch % 2 == 0 && epoch == epoch_;
            if (!is_responded(*connection, id)) {
                if (sent_in_time) ++lost_;
                connection.reset();
            }
        }
    }

    /// False when the connection cannot be used again.
    bool is_responded(http_client& connection, const std::string& id) {
        ++without_response_;
        client_response response;
        try {
            response = connection.receive();
        } catch (const std::exception&) {
        }
        --without_response_;
        if (response.status != 200) return false;
        ++responded_count_;
        const std::lock_guard lock(mutex_);
        responded_.insert(id);
        return true;
    }

    std::uint16_t port_;
    std::atomic<unsigned> epoch_{0};  // Odd while there is no receiver.
    std::atomic<std::size_t> without_response_{0};
    std::atomic<std::size_t> responded_count_{0};
    std::atomic<std::size_t> lost_{0};
    std::mutex mutex_;
    std::set<std::string> responded_;
    std::vector<std::jthread> threads_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(no_notification_sent_before_close_is_lost_in_forty_restarts) {
    auto subject = std::make_unique<running_webhook>(logged_webhook_options());
    subject->listen();
    const std::uint16_t port = (*subject)->port();
    std::multiset<std::string> received;
    load clients(port);
    for (int round = 0; round < 40; ++round) {
        clients.await_responses(20);
        std::optional<busy_thread> busy;
        if (round % 2 == 0) {
            busy.emplace(*subject);
            clients.await_all_sent();
        }
        clients.closing();
        auto closed = (*subject)->close(asio::use_future);
        if (busy) busy->release();
        if (round == 39) clients.stop();
        get(std::move(closed));
        while (const auto item = (*subject)->try_next())
            received.insert(std::get<room_created>(*item).room_id);
        if (round == 39) break;
        subject = std::make_unique<running_webhook>(logged_webhook_options().port(port));
        subject->listen();
        clients.open();
    }
    BOOST_TEST(clients.lost() == 0U);
    BOOST_TEST(clients.responded().size() > 800U);
    for (const std::string& id : clients.responded())
        BOOST_TEST(received.count(id) == 1U, id);
}

BOOST_AUTO_TEST_CASE(a_held_request_of_a_server_that_is_closed_before_it_starts_is_released) {
    asio::io_context context;
    const auto stream = std::make_shared<detail::notification_stream>(context.get_executor(), 1,
                                                                      overflow_policy::pause);
    const auto session = stream->begin([](const error_code&, const detail::diagnostics_ptr&) {});
    const auto server = std::make_shared<detail::webhook_server>(
        detail::webhook_server::strand(context.get_executor()),
        webhook_options().address("127.0.0.1").port(0).close_timeout(1h), stream, session.value(),
        std::make_shared<detail::webhook_counters>());
    http_client client(server->open());
    client.send(post_request(reported) + post_request(reported));
    stream->set_ready(*session);
    BOOST_TEST(stream->set_closing());
    server->close();
    server->start();
    for (int n = 0; n < 2; ++n) {  // The queue has one slot.
        std::optional<notification> taken = stream->queue()->try_pop();
        while (!taken && context.run_one_for(patience) != 0)
            taken = stream->queue()->try_pop();
        BOOST_TEST((taken == reported));
    }
    server->stop();
    context.run();
}

BOOST_AUTO_TEST_SUITE_END()
