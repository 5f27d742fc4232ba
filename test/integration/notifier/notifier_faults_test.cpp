#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/testing/server.hpp>

#include "data/number_source.hpp"
#include "data/numbered.hpp"
#include "data/random.hpp"
#include "fakes/fault_relay.hpp"
#include "fixtures/log.hpp"
#include "fixtures/quiet_protobuf.hpp"
#include "fixtures/run.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

// Connections suffer every kind of network fault. Numbered notifications prove that nothing is lost
// except at a gap that the stream shows, that nothing is duplicated, and that the order is kept.
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

/// Reconnects at once, also after a failed first attempt.
notifier_options eager() {
    return notifier_options().authentication_timeout(200ms).idle_timeout(100ms).reconnect(
        reconnect_policy().base_delay(1ms).max_delay(5ms).retry_first_connect(true));
}

client_options at(const std::string& address) {
    return logged_options().server_address(address).connect_timeout(200ms);
}

/// How many bytes the client receives until it is connected.
std::size_t size_of_handshake(const testing::server& server) {
    fault_relay relay(server.port(), [](std::size_t) { return fault{}; });
    asio::io_context context;
    notifier subject(context.get_executor(), at(relay.address()));
    run(context, subject.connect());
    return relay.bytes_to_clients();
}

/// A frame with a numbered notification whose number has one digit.
constexpr std::size_t size_of_message = 2 + 2 + 2 + 2;

}  // namespace

BOOST_AUTO_TEST_SUITE(notifier_faults)

BOOST_AUTO_TEST_CASE(a_session_can_be_cut_at_each_of_its_bytes) {
    testing::server server;
    const std::size_t whole = size_of_handshake(server) + 5 * size_of_message;
    for (const auto what : {fault::kind::end, fault::kind::reset}) {
        for (std::size_t after = 0; after <= whole; ++after) {
            BOOST_TEST_CONTEXT("cut after " << after << " bytes, kind " << static_cast<int>(what)) {
                fault_relay relay(server.port(), [&](std::size_t connection) {
                    return connection == 0 ? fault{what, after} : fault{};
                });
                asio::io_context context;
                notifier subject(context.get_executor(), at(relay.address()), eager());
                numbered_stream stream;
                number_source source(server);
                run(context, subject.connect());
                source.send(5);
                run(context, receive_all(subject, stream, source));
                check(stream, source);
            }
        }
    }
}

BOOST_FIXTURE_TEST_CASE(the_stream_is_in_order_and_shows_each_gap_whatever_happens,
                        quiet_protobuf) {
    using kind = fault::kind;
    constexpr std::array kinds{kind::end, kind::reset, kind::stall, kind::garbage};
    constexpr std::size_t connections = 40;
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            testing::server server;
            random_source random(seed);
            fault_relay relay(server.port(), [&](std::size_t) {
                return fault{kinds[random.below(kinds.size())], random.below(4'000)};
            });
            asio::io_context context;
            notifier subject(context.get_executor(), at(relay.address()), eager());
            numbered_stream stream;
            number_source source(server);
            run(context, subject.connect());
            std::jthread sending([&](const std::stop_token& stop) {
                while (!stop.stop_requested())
                    source.send(10);
            });
            run(context, [&]() -> asio::awaitable<void> {
                while (relay.connections() < connections) {
                    auto item = co_await subject.next();
                    if (!item) throw std::runtime_error("the notifier closed early");
                    stream.take(*item);
                }
            }());
            relay.restore();
            sending.request_stop();
            sending.join();
            source.send(1);
            run(context, receive_all(subject, stream, source));
            check(stream, source);
            BOOST_TEST(stream.gaps() > 0U);
            BOOST_TEST(subject.stats().reconnects >= stream.gaps());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_link_that_is_silent_for_too_long_is_lost) {
    testing::server server;
    const std::size_t after = size_of_handshake(server) + size_of_message;
    fault_relay relay(server.port(), [&](std::size_t connection) {
        return connection == 0 ? fault{fault::kind::stall, after} : fault{};
    });
    asio::io_context context;
    notifier subject(context.get_executor(), at(relay.address()), eager());
    numbered_stream stream;
    number_source source(server);
    run(context, subject.connect());
    source.send(3);
    run(context, [&]() -> asio::awaitable<void> {
        stream.take((co_await subject.next()).value());
        const auto lost = (co_await subject.next()).value();
        stream.take(lost);
        BOOST_TEST(std::get<disconnected>(lost).code == error_code(errc::idle_timeout));
        co_await receive_all(subject, stream, source);
    }());
    check(stream, source);
    BOOST_TEST(stream.missing() == 2U);
}

BOOST_AUTO_TEST_CASE(a_slow_link_is_not_a_broken_one) {
    testing::server server;
    fault_relay relay(server.port(), [](std::size_t) { return fault{fault::kind::drip, 0}; });
    asio::io_context context;
    notifier subject(context.get_executor(), at(relay.address()).connect_timeout(5s),
                     eager().authentication_timeout(5s).idle_timeout(5s));
    numbered_stream stream;
    number_source source(server);
    run(context, subject.connect());
    source.send(50);
    run(context, receive_all(subject, stream, source));
    check(stream, source);
    BOOST_TEST(stream.gaps() == 0U);
}

BOOST_AUTO_TEST_CASE(a_name_that_does_not_resolve_is_retried_and_the_next_address_used) {
    testing::server server;
    asio::io_context context;
    notifier subject(context.get_executor(), at("nowhere.invalid"),
                     eager().other_addresses({server.address()}));
    run(context, subject.connect());
    server.drop_connections();
    run(context, [&]() -> asio::awaitable<void> {
        auto item = co_await subject.next();
        BOOST_TEST(std::holds_alternative<disconnected>(*item));
        item = co_await subject.next();
        BOOST_TEST(std::holds_alternative<reconnected>(*item));
    }());
}

BOOST_AUTO_TEST_SUITE_END()
