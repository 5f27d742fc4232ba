#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>

#include "data/certificates.hpp"
#include "fakes/bare_server.hpp"
#include "fakes/scripted_peer.hpp"
#include "fakes/wire.hpp"
#include "fixtures/log.hpp"
#include "fixtures/once.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"
#include "fixtures/temporary_folder.hpp"

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <openssl/ssl.h>

namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using std::chrono::hours;
using std::chrono::milliseconds;

const certificate& authority() {
    static const certificate made = make_authority();
    return made;
}

const certificate& server_identity() {
    static const certificate made = make_certificate(authority(), certificate_request());
    return made;
}

client_options trusting(const std::string& address, const certificate& ca = authority()) {
    return logged_options().server_address(address).secure(true).tls(tls_options().ca_pem(ca.pem));
}

std::string at_localhost(const bare_server& server) {
    return "localhost:" + std::to_string(server.port());
}

outcome connect_with(const client_options& options) {
    asio::io_context context;
    notifier subject(context.get_executor(), options);
    return run(context, outcome_of([&] { return subject.connect(); }));
}

/// The result of connecting to a server with such a certificate.
outcome connect_to_server_with(const certificate_request& request) {
    const bare_server server("development", server_context(make_certificate(authority(), request)));
    return connect_with(trusting(at_localhost(server)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tls)

BOOST_AUTO_TEST_CASE(a_session_over_tls_works_like_any_other) {
    bare_server server("development", server_context(server_identity()));
    asio::io_context context;
    notifier subject(context.get_executor(), trusting(at_localhost(server)));
    const outcome connected = run(context, outcome_of([&] { return subject.connect(); }));
    BOOST_TEST(connected.what == "");
    server.await_subscribed(1);
    for (const notification& each : sample_notifications()) {
        if (!std::holds_alternative<metrics_report>(each)) server.notify(each);
    }
    std::vector<notification> received;
    const auto receiving = [&]() -> asio::awaitable<void> {
        while (received.size() + 1 < sample_notifications().size()) {
            auto one = co_await subject.next();
            received.push_back(std::move(one.value()));
        }
        co_await subject.close();
    };
    run(context, receiving());
    server.await_gone();
    BOOST_TEST(std::equal(received.begin(), received.end(), sample_notifications().begin()));
}

BOOST_AUTO_TEST_CASE(an_address_in_the_certificate_is_accepted) {
    const bare_server server("development", server_context(server_identity()));
    const outcome o = connect_with(trusting(server.address()));
    BOOST_TEST(o.what == "");
}

BOOST_AUTO_TEST_CASE(the_authority_may_be_a_file) {
    const bare_server server("development", server_context(server_identity()));
    const temporary_folder folder;
    const std::string file = folder.write("ca.pem", authority().pem);
    const outcome o = connect_with(client_options()
                                       .server_address(at_localhost(server))
                                       .secure(true)
                                       .tls(tls_options().ca_file(file)));
    BOOST_TEST(o.what == "");
}

BOOST_AUTO_TEST_CASE(a_server_with_tls_1_2_is_accepted) {
    const tls_server_context old = server_context(server_identity());
    SSL_CTX_set_max_proto_version(old->native_handle(), TLS1_2_VERSION);
    const bare_server server("development", old);
    const outcome o = connect_with(trusting(at_localhost(server)));
    BOOST_TEST(o.what == "");
}

BOOST_AUTO_TEST_CASE(a_server_below_tls_1_2_is_rejected) {
    const tls_server_context old = server_context(server_identity());
    SSL_CTX_set_min_proto_version(old->native_handle(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(old->native_handle(), TLS1_1_VERSION);
    const bare_server server("development", old);
    const outcome o = connect_with(trusting(at_localhost(server)));
    BOOST_TEST(o.code == error_code(errc::tls_handshake_failed));
}

BOOST_AUTO_TEST_CASE(a_certificate_from_an_unknown_authority_is_rejected) {
    const bare_server server("development", server_context(server_identity()));
    const outcome o = connect_with(trusting(at_localhost(server), make_authority()));
    BOOST_TEST(o.code == error_code(errc::certificate_untrusted));
    BOOST_TEST((o.code == condition::certificate));
    BOOST_TEST(o.mentions("ca_file"));
}

BOOST_AUTO_TEST_CASE(the_systems_authorities_are_used_by_default) {
    const bare_server server("development", server_context(server_identity()));
    const outcome o =
        connect_with(logged_options().server_address(at_localhost(server)).secure(true));
    BOOST_TEST(o.code == error_code(errc::certificate_untrusted));
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_host_is_rejected) {
    certificate_request request;
    request.names = {"elsewhere.example"};
    request.addresses = {"127.0.0.2"};
    const outcome o = connect_to_server_with(request);
    BOOST_TEST(o.code == error_code(errc::certificate_host_mismatch));
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_address_is_rejected) {
    certificate_request request;
    request.addresses = {"127.0.0.2"};
    const bare_server server("development", server_context(make_certificate(authority(), request)));
    const outcome o = connect_with(trusting(server.address()));
    BOOST_TEST(o.code == error_code(errc::certificate_host_mismatch));
}

BOOST_AUTO_TEST_CASE(an_expired_certificate_is_rejected) {
    certificate_request request;
    request.valid_from = hours(-48);
    request.valid_to = hours(-24);
    const outcome o = connect_to_server_with(request);
    BOOST_TEST(o.code == error_code(errc::certificate_expired));
}

BOOST_AUTO_TEST_CASE(a_certificate_that_is_not_valid_yet_is_rejected) {
    certificate_request request;
    request.valid_from = hours(24);
    request.valid_to = hours(48);
    const outcome o = connect_to_server_with(request);
    BOOST_TEST(o.code == error_code(errc::certificate_expired));
}

BOOST_AUTO_TEST_CASE(any_certificate_is_accepted_without_verification) {
    certificate_request request;
    request.names = {"elsewhere.example"};
    request.valid_to = hours(-1);
    const bare_server server("development",
                             server_context(make_certificate(make_authority(), request)));
    const outcome o = connect_with(client_options()
                                       .server_address(at_localhost(server))
                                       .secure(true)
                                       .tls(tls_options().verify(false)));
    BOOST_TEST(o.what == "");
}

BOOST_AUTO_TEST_CASE(a_server_that_requires_a_client_certificate_gets_it) {
    const certificate client = make_certificate(authority(), certificate_request());
    const bare_server server("development", server_context(server_identity(), authority()));
    const temporary_folder folder;
    const std::string cert = folder.write("cert.pem", client.pem);
    const std::string key = folder.write("key.pem", client.key);
    const outcome o =
        connect_with(client_options()
                         .server_address(at_localhost(server))
                         .secure(true)
                         .tls(tls_options().ca_pem(authority().pem).client_certificate(cert, key)));
    BOOST_TEST(o.what == "");
}

BOOST_AUTO_TEST_CASE(connecting_without_a_required_client_certificate_fails) {
    const bare_server server("development", server_context(server_identity(), authority()));
    const outcome o = connect_with(trusting(at_localhost(server)));
    // With TLS 1.3 the server rejects the client after the client's handshake has completed.
    BOOST_TEST((o.code == errc::tls_handshake_failed || o.code == errc::connection_lost));
    BOOST_TEST(o.mentions("certificate required"));
}

BOOST_AUTO_TEST_CASE(an_invalid_file_is_reported_by_name) {
    const outcome missing = connect_with(
        logged_options().secure(true).tls(tls_options().ca_file("/no/such/authority.pem")));
    BOOST_TEST(missing.code == error_code(errc::tls_configuration));
    BOOST_TEST(missing.mentions("/no/such/authority.pem"));
    const temporary_folder folder;
    const std::string cert = folder.write("cert.pem", server_identity().pem);
    const std::string other_key = folder.write("key.pem", authority().key);
    const outcome unfit = connect_with(
        logged_options().secure(true).tls(tls_options().client_certificate(cert, other_key)));
    BOOST_TEST(unfit.code == error_code(errc::tls_configuration));
    BOOST_TEST(unfit.mentions(other_key));
}

BOOST_AUTO_TEST_CASE(tls_against_a_plain_port_is_reported) {
    const bare_server server;
    const outcome o = connect_with(trusting(at_localhost(server)));
    BOOST_TEST(o.code == error_code(errc::tls_handshake_failed));
    BOOST_TEST(o.mentions("secure"));
}

BOOST_AUTO_TEST_CASE(plain_text_to_a_tls_port_is_reported) {
    const bare_server server("development", server_context(server_identity()));
    const outcome o = connect_with(logged_options().server_address(server.address()));
    BOOST_TEST(o.code == error_code(errc::connection_lost));
    BOOST_TEST(o.mentions("secure"));
}

BOOST_AUTO_TEST_CASE(plain_text_to_a_tls_port_that_sends_an_alert_is_reported) {
    asio::io_context context;
    const scripted_peer peer(context.get_executor(),
                             [](scripted_connection& c) -> asio::awaitable<void> {
                                 co_await c.read();
                                 co_await c.write("\x15\x03\x03\x02\x02\x46");  // An alert.
                             });
    notifier subject(context.get_executor(), logged_options().server_address(peer.address()));
    const outcome o = run(context, outcome_of([&] { return subject.connect(); }));
    BOOST_TEST(o.code == error_code(errc::malformed_upgrade));
    BOOST_TEST(o.mentions("secure"));
}

BOOST_AUTO_TEST_CASE(a_server_that_is_silent_during_the_handshake_is_dropped) {
    asio::io_context context;
    const scripted_peer peer(
        context.get_executor(),
        [](scripted_connection& c) -> asio::awaitable<void> { co_await c.read_to_end(); });
    notifier subject(context.get_executor(),
                     trusting(peer.address()).connect_timeout(milliseconds(50)));
    const outcome o = run(context, outcome_of([&] { return subject.connect(); }));
    BOOST_TEST(o.code == error_code(errc::connect_timeout));
    BOOST_TEST(o.mentions("TLS handshake"));
}

BOOST_AUTO_TEST_CASE(end_of_stream_without_close_notify_is_a_lost_connection) {
    asio::io_context context;
    const scripted_peer peer(
        context.get_executor(),
        [](scripted_connection& c) -> asio::awaitable<void> { co_await c.begin_session(); },
        server_context(server_identity()));
    notifier subject(context.get_executor(), trusting(peer.address()), once());
    const outcome o = run(context, outcome_of([&]() -> asio::awaitable<void> {
                              co_await subject.connect();
                              co_await subject.next();
                          }));
    BOOST_TEST(o.code == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(close_shuts_tls_down_with_a_bounded_wait) {
    asio::io_context context;
    std::optional<scripted_peer> peer;
    peer.emplace(
        context.get_executor(),
        [](scripted_connection& c) -> asio::awaitable<void> {
            co_await c.begin_session();
            co_await c.read();  // The close frame.
            co_await c.write(frame(op_close, close_payload(1000)));
            co_await c.read_to_end();
        },
        server_context(server_identity()));
    notifier subject(context.get_executor(), trusting(peer->address()));
    const outcome o = run(context, outcome_of([&]() -> asio::awaitable<void> {
                              co_await subject.connect();
                              co_await subject.close();
                          }));
    BOOST_TEST(o.what == "");
    peer.reset();
    run_out(context);
}

BOOST_AUTO_TEST_SUITE_END()
