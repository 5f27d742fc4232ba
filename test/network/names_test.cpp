#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>

#include "data/certificates.hpp"
#include "fakes/bare_server.hpp"
#include "fixtures/once.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"
#include "network/session.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <openssl/ssl.h>

// Faults of name resolution for a server.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

const std::string name = "media.jellyfish.test";

void set_address(const char* address) { set_hosts(std::string(address) + ' ' + name + '\n'); }

/// At first the name does not exist.
struct nameless {
    nameless() {
        set_hosts("");
        set_name_server(network::far_address);  // It reports that there is no such name.
    }
};

struct fixture : nameless, session {
    fixture() : session(std::chrono::milliseconds(idle_timeout), name) {}
};

/// Looking up a name that is in no file hangs for a long time.
struct silent_name_server : fixture {
    silent_name_server() {
        set_name_server(network::far_address, 10s);
        net.filter("udp dport 53 counter drop", "");
        set_address(network::far_address);
    }

    [[nodiscard]] std::string good_address() {
        return name + ':' + std::to_string(net.server().port());
    }
};

using clock = std::chrono::steady_clock;

/// The time limit for a connection when one address does not respond: more than needed, less than
/// the time limit for an address.
constexpr auto soon = 2s;
constexpr auto long_limit = 10s;

outcome connect_once(const std::string& address, std::chrono::milliseconds limit = 500ms) {
    asio::io_context context;
    notifier subject(context.get_executor(),
                     client_options().server_address(address).connect_timeout(limit), once());
    return run(context, outcome_of([&] { return subject.connect(); }));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(names, fixture)

BOOST_AUTO_TEST_CASE(a_name_that_does_not_resolve_is_reported) {
    const outcome got = connect_once(name + ":5002");
    BOOST_TEST(got.code == error_code(errc::resolve_failed));
    BOOST_TEST((got.code == condition::connect_failed));
    BOOST_TEST((got.code == condition::retryable));
}

BOOST_AUTO_TEST_CASE(connect_times_out_with_a_silent_name_server) {
    net.filter("udp dport 53 counter drop", "");
    const outcome got = connect_once(name + ":5002");
    BOOST_TEST(got.code == error_code(errc::connect_timeout));
    BOOST_TEST(got.mentions("while resolving the name"));
    BOOST_TEST(net.counted() > 0U);
}

BOOST_AUTO_TEST_CASE(a_first_connect_continues_until_the_name_resolves) {
    bool connected = false;
    asio::co_spawn(context, subject.connect(), [&](std::exception_ptr failure) {
        BOOST_TEST(!failure);
        connected = true;
    });
    await([&] { return log_contains("not found") || log_contains("try again later"); });
    BOOST_TEST(!connected);
    set_address(network::far_address);
    await([&] { return connected; });
    receive_more();
    check(stream, source);
    BOOST_TEST(stream.gaps() == 0U);
}

BOOST_AUTO_TEST_CASE(a_lost_session_is_restored_when_its_name_resolves_again) {
    set_address(network::far_address);
    connect();
    set_hosts("");
    net.server().drop_connections();
    lose();
    await_log_lines(4);
    set_address(network::far_address);
    BOOST_TEST(restore().attempts > 1U);
}

BOOST_AUTO_TEST_CASE(a_silent_name_server_does_not_end_the_attempts) {
    set_address(network::far_address);
    connect();
    net.filter("udp dport 53 counter drop", "");
    set_hosts("");
    net.server().drop_connections();
    lose();
    await([&] { return log_contains("while resolving the name"); });
    BOOST_TEST(net.counted() > 0U);
    set_address(network::far_address);
    BOOST_TEST(restore().attempts > 1U);
}

BOOST_AUTO_TEST_CASE(a_name_is_resolved_again_for_each_session) {
    set_address(network::far_address);
    connect();
    const std::uint16_t port = net.server().port();
    std::optional<testing::server> other;
    net.far().run([&] {
        other.emplace(testing::server_options().address(network::other_far_address).port(port));
    });
    set_address(network::other_far_address);
    net.server().drop_connections();
    lose();
    source.move_to(*other);
    restore();
    BOOST_TEST(other->subscribed_sockets() == 1U);
    BOOST_TEST(net.server().accepted_connections() == 1U);
}

BOOST_AUTO_TEST_CASE(an_address_that_does_not_respond_leaves_time_for_the_next) {
    net.filter(std::string("ip daddr ") + network::other_far_address + " counter drop", "");
    set_hosts(std::string(network::other_far_address) + ' ' + name + '\n' + network::far_address +
              ' ' + name + '\n');
    const outcome got = connect_once(name + ':' + std::to_string(net.server().port()));
    BOOST_TEST(got.what == "");
    BOOST_TEST(net.counted() > 0U);
}

BOOST_FIXTURE_TEST_CASE(a_name_that_hangs_does_not_delay_others, silent_name_server) {
    notifier hung(context.get_executor(),
                  client_options().server_address("silent.test").connect_timeout(long_limit),
                  once());
    bool hangs = true;
    asio::co_spawn(context, hung.connect(), [&](std::exception_ptr) { hangs = false; });
    await([&] { return net.counted() > 0; });
    connect();
    BOOST_TEST(hangs);
}

BOOST_FIXTURE_TEST_CASE(another_address_is_used_while_a_name_hangs, silent_name_server) {
    notifier other(
        context.get_executor(),
        client_options().server_address("silent.test").connect_timeout(500ms),
        notifier_options()
            .other_addresses({good_address()})
            .reconnect(reconnect_policy().base_delay(1ms).retry_first_connect(true).max_rounds(2)));
    const outcome got = run(context, outcome_of([&] { return other.connect(); }));
    BOOST_TEST(got.what == "");
    BOOST_TEST(other.server_address() == good_address());
}

BOOST_FIXTURE_TEST_CASE(a_context_can_be_destroyed_while_a_name_hangs, silent_name_server) {
    const auto begin = clock::now();
    {
        asio::io_context other;
        // Another name, since the lookup of the last test still hangs.
        notifier hung(other.get_executor(), client_options().server_address("other.silent.test"),
                      once());
        asio::co_spawn(other, hung.connect(), [](std::exception_ptr) {});
        run(other, until([&] { return net.counted() > 0; }));
    }
    BOOST_TEST((clock::now() - begin < soon));
}

BOOST_AUTO_TEST_CASE(an_address_that_does_not_respond_delays_the_next_only_briefly) {
    net.filter(std::string("ip daddr ") + network::other_far_address + " counter drop", "");
    set_hosts(std::string(network::other_far_address) + ' ' + name + '\n' + network::far_address +
              ' ' + name + '\n');
    asio::io_context own;
    room_api api(own.get_executor(),
                 client_options()
                     .server_address(name + ':' + std::to_string(net.server().port()))
                     .connect_timeout(long_limit));
    const auto begin = clock::now();
    const outcome first = run(own, outcome_of([&] { return api.get_all_rooms(); }));
    BOOST_TEST(first.what == "");
    BOOST_TEST((clock::now() - begin < soon));
    const auto tried = net.counted();
    BOOST_TEST(tried > 0U);
    net.server().drop_connections();
    const outcome second = run(own, outcome_of([&] { return api.get_all_rooms(); }));
    BOOST_TEST(second.what == "");
    BOOST_TEST(net.server().accepted_connections() == 2U);
    BOOST_TEST(net.counted() == tried);  // The address that worked was tried first.
}

BOOST_AUTO_TEST_CASE(a_session_is_restored_at_the_address_that_worked) {
    net.filter(std::string("ip daddr ") + network::other_far_address + " counter drop", "");
    set_hosts(std::string(network::other_far_address) + ' ' + name + '\n' + network::far_address +
              ' ' + name + '\n');
    connect();
    const auto tried = net.counted();
    BOOST_TEST(tried > 0U);
    net.server().drop_connections();
    lose();
    restore();
    BOOST_TEST(net.counted() == tried);
}

BOOST_AUTO_TEST_CASE(a_loopback_address_that_drops_packets_delays_the_other_only_briefly) {
    const testing::server near;
    const std::string port = std::to_string(near.port());
    shell(
        "nft 'table inet swallow { chain c { type filter hook input priority 0; "
        "ip6 daddr ::1 tcp dport " +
        port + " counter drop; }; }'");
    const auto begin = clock::now();
    const outcome got = connect_once("localhost:" + port, long_limit);
    BOOST_TEST(got.what == "");
    BOOST_TEST((clock::now() - begin < soon));
    BOOST_TEST(net.counted() > 0U);
}

BOOST_AUTO_TEST_CASE(when_all_addresses_fail_each_is_reported) {
    net.filter(std::string("ip daddr ") + network::other_far_address + " drop", "");
    set_hosts(std::string(network::other_far_address) + ' ' + name + '\n' + network::far_address +
              ' ' + name + '\n');
    const outcome got = connect_once(name + ":1");
    BOOST_TEST(got.code == error_code(errc::connect_timeout));
    BOOST_TEST(got.mentions(network::other_far_address + std::string(":1: no response")));
    BOOST_TEST(got.mentions(network::far_address + std::string(":1: Connection refused")));
}

BOOST_AUTO_TEST_CASE(the_trailing_dot_of_an_absolute_name_is_for_the_resolver_only) {
    set_hosts("127.0.0.1 " + name + ".\n");
    const certificate authority = make_authority();
    const tls_server_context tls = server_context(make_certificate(authority, {{name}, {}}));
    std::string requested_name;
    SSL_CTX_set_tlsext_servername_arg(tls->native_handle(), &requested_name);
    SSL_CTX_set_tlsext_servername_callback(
        tls->native_handle(), +[](SSL* connection, int*, void* to) {
            const char* const sent = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
            *static_cast<std::string*>(to) = sent != nullptr ? sent : "";
            return SSL_TLSEXT_ERR_OK;
        });
    const bare_server near("development", tls);
    asio::io_context own;
    notifier over_tls(own.get_executor(),
                      client_options()
                          .server_address(name + ".:" + std::to_string(near.port()))
                          .secure(true)
                          .tls(tls_options().ca_pem(authority.pem)),
                      once());
    const outcome got = run(own, outcome_of([&] { return over_tls.connect(); }));
    BOOST_TEST(got.what == "");
    BOOST_TEST(requested_name == name);
}

BOOST_AUTO_TEST_SUITE_END()
