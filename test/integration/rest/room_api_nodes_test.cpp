#include <jellyfish/error.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>

#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

// Rooms whose server announces an unreachable address, and many concurrent calls.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;
using asio::ip::tcp;

/// An address on which nothing listens, and nothing else can.
class closed_port {
public:
    explicit closed_port(asio::io_context& context)
        : socket_(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}

    [[nodiscard]] std::string address() const {
        return "127.0.0.1:" + std::to_string(socket_.local_endpoint().port());
    }

private:
    tcp::socket socket_;
};

/// Creates a room and uses it.
asio::awaitable<void> use_room(room_api& rooms) {
    const room_config config = room_config().room_id("r");
    co_await rooms.create_room(config);
    const auto added = co_await rooms.add_peer("r");
    const auto found = co_await rooms.get_room("r");
    BOOST_TEST(found.peers.size() == 1U);
    co_await rooms.delete_peer("r", added.peer.id);
    co_await rooms.delete_room("r");
}

bool holds(const log_lines& log, std::string_view text) {
    return std::ranges::any_of(
        log.lines(), [&](const std::string& line) { return line.find(text) != line.npos; });
}

/// A server that announces this address, and options to reach it.
struct announcing {
    explicit announcing(const std::string& address)
        : server(testing::server_options().announced_address(address)),
          options(client_options().server_address(server.address()).logger(log.log())) {}

    testing::server server;
    log_lines log;
    client_options options;
};

/// The results of creating many rooms concurrently.
struct crowd {
    std::set<std::string> made;
    std::set<std::string> not_sent;
    std::set<std::string> perhaps;
    std::size_t others = 0;
};

asio::awaitable<void> create(room_api& rooms, std::string id, crowd& into) {
    const auto call = [&] { return rooms.create_room(room_config().room_id(id)); };
    const outcome ended = co_await outcome_of(call);
    const bool not_sent = ended.mentions("the request was not sent");
    const bool perhaps = ended.mentions("may have executed it");
    if (!ended.code) {
        into.made.insert(id);
    } else if (ended.code == error_code(errc::timeout) && not_sent != perhaps) {
        (not_sent ? into.not_sent : into.perhaps).insert(id);
    } else {
        ++into.others;
    }
}

crowd create_many(const testing::server& server, const client_options& limits) {
    asio::io_context context;
    room_api rooms(context.get_executor(), client_options(limits).server_address(server.address()));
    crowd found;
    for (int n = 0; n < 1'000; ++n)
        asio::co_spawn(context, create(rooms, "room-" + std::to_string(n), found), asio::detached);
    run_out(context);
    BOOST_TEST(found.made.size() + found.not_sent.size() + found.perhaps.size() == 1'000U);
    BOOST_TEST(found.others == 0U);
    return found;
}

/// No room exists whose call reported that it was not sent.
void check_not_sent(const testing::server& server, const crowd& found) {
    for (const std::string& each : server.rooms())
        BOOST_TEST(!found.not_sent.contains(each), each);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(room_api_nodes)

BOOST_AUTO_TEST_CASE(a_room_with_an_unreachable_address_is_used_at_the_configured_one) {
    asio::io_context context;
    const closed_port nowhere(context);
    announcing a(nowhere.address());
    room_api rooms(context.get_executor(), a.options);
    run(context, use_room(rooms));
    BOOST_TEST(a.server.rooms().empty());
    BOOST_TEST(holds(a.log, "the server announced for room r cannot be reached"));
}

BOOST_AUTO_TEST_CASE(a_room_with_a_name_that_does_not_resolve_is_used_at_the_configured_address) {
    asio::io_context context;
    announcing a("no-such-host.invalid:8080");
    room_api rooms(context.get_executor(), a.options);
    run(context, use_room(rooms));
    BOOST_TEST(a.server.rooms().empty());
}

BOOST_AUTO_TEST_CASE(an_announced_address_can_be_mapped_to_a_reachable_one) {
    asio::io_context context;
    announcing a("container-7:8080");
    std::vector<std::string> requested;
    a.options.map_room_address([&](const std::string& announced) {
        requested.push_back(announced);
        return a.server.address();
    });
    room_api rooms(context.get_executor(), a.options);
    run(context, use_room(rooms));
    BOOST_TEST(a.server.rooms().empty());
    BOOST_TEST((requested == std::vector<std::string>{"container-7:8080"}));
    BOOST_TEST(!holds(a.log, "cannot be reached"));
}

BOOST_AUTO_TEST_CASE(announced_addresses_can_be_ignored) {
    asio::io_context context;
    const closed_port nowhere(context);
    announcing a(nowhere.address());
    a.options.follow_rooms(false);
    room_api rooms(context.get_executor(), a.options);
    run(context, use_room(rooms));
    BOOST_TEST(!holds(a.log, "cannot be reached"));
    const auto created = run(context, [](room_api& r) -> asio::awaitable<create_room_result> {
        co_return co_await r.create_room();
    }(rooms));
    BOOST_TEST(created.server_address == nowhere.address());  // As announced by the server.
}

// ---- many concurrent calls

BOOST_AUTO_TEST_CASE(calls_that_a_slow_server_did_not_receive_in_time_report_it) {
    testing::server server;
    server.delay_responses(20ms);  // 2.5 s for all of them.
    const crowd found = create_many(server, client_options().request_timeout(1s));
    BOOST_TEST(!found.made.empty());
    BOOST_TEST(!found.not_sent.empty());
    check_not_sent(server, found);
}

BOOST_AUTO_TEST_CASE(calls_that_wait_too_long_in_the_queue_fail_before_they_are_sent) {
    testing::server server;
    server.delay_responses(20ms);
    const crowd found =
        create_many(server, client_options().request_timeout(60s).queue_timeout(300ms));
    BOOST_TEST(!found.made.empty());
    BOOST_TEST(!found.not_sent.empty());
    BOOST_TEST(found.perhaps.empty());
    check_not_sent(server, found);
    BOOST_TEST(server.rooms().size() == found.made.size());
}

BOOST_AUTO_TEST_SUITE_END()
