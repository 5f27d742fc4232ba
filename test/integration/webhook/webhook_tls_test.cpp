#include <jellyfish/error.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "fixtures/certificate_files.hpp"
#include "fixtures/log.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/temporary_folder.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <chrono>
#include <string>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

const notification reported = room_created{"r"};

const certificate_files& files() {
    static const certificate_files made;
    return made;
}

webhook_options secure() {
    return logged_webhook_options().certificate(files().certificate_file(), files().key_file());
}

struct fixture {
    explicit fixture(const webhook_options& options = secure()) : subject(options) {
        subject.listen();
    }

    client_target target() { return {subject->port(), "127.0.0.1", files().authority}; }

    running_webhook subject;
};

outcome listen_to(const webhook_options& options) {
    boost::asio::io_context context;
    webhook_receiver subject(context.get_executor(), options);
    return failure_of([&] { return subject.listen(); });
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(webhook_tls, fixture)

BOOST_AUTO_TEST_CASE(notifications_are_received_over_tls) {
    http_client client(target());
    for (int i = 0; i < 3; ++i) {
        client.send(post_request(reported) + post_request(reported));
        BOOST_TEST(client.receive().status == 200);
        BOOST_TEST(client.receive().status == 200);
        BOOST_TEST(subject.next().value() == reported);
        BOOST_TEST(subject.next().value() == reported);
    }
    BOOST_TEST(subject->stats().accepted == 1U);
    BOOST_TEST(subject->url("host").starts_with("https://host:"));
}

BOOST_AUTO_TEST_CASE(a_connection_is_closed_when_the_client_requests_it) {
    http_client client(target());
    client.send(post_request(notification_bytes(reported), "/webhook", "Connection: close\r\n"));
    BOOST_TEST(client.receive().status == 200);
    BOOST_TEST(client.ends_within(patience));
    BOOST_TEST(subject.next().value() == reported);
}

BOOST_AUTO_TEST_CASE(long_bodies_are_received_over_tls) {
    const notification large = peer_metadata_updated{"r", "p", std::string(500'000, 'x')};
    http_client client(target());
    client.send(post_request(large));
    BOOST_TEST(client.receive().status == 200);
    BOOST_TEST((subject.next().value() == large));
}

BOOST_AUTO_TEST_CASE(plain_text_is_disconnected_and_others_are_served) {
    http_client plain(subject->port());
    plain.send(post_request(reported));
    BOOST_CHECK_THROW(static_cast<void>(plain.receive()), std::exception);
    BOOST_REQUIRE(subject.await([](const auto& stats) { return stats.failed_handshakes == 1; }));
    http_client client(target());
    client.send(post_request(reported));
    BOOST_TEST(client.receive().status == 200);
    BOOST_TEST(subject->stats().received == 1U);
}

BOOST_AUTO_TEST_CASE(an_incomplete_handshake_is_dropped) {
    fixture brief(secure().handshake_timeout(100ms));
    http_client silent(brief.subject->port());
    BOOST_TEST(silent.ends_within(patience));
    BOOST_REQUIRE(brief.subject.await([](const auto& stats) { return stats.timed_out == 1; }));
}

BOOST_AUTO_TEST_CASE(close_closes_connections_in_all_phases) {
    http_client used(target());
    used.send(post_request(reported));
    BOOST_TEST(used.receive().status == 200);
    http_client silent(subject->port());
    BOOST_REQUIRE(subject.await([](const auto& stats) { return stats.connections == 2; }));
    get(subject->close(boost::asio::use_future));
    BOOST_TEST(used.ends_within(patience));
    BOOST_TEST(silent.ends_within(patience));
}

BOOST_AUTO_TEST_CASE(invalid_tls_options_are_reported) {
    temporary_folder folder;
    const std::string rubbish = folder.write("rubbish.pem", "no certificate");
    const certificate_files others;
    const auto detail_of = [](const webhook_options& options) {
        const outcome ended = listen_to(options);
        BOOST_TEST((ended.code == errc::tls_configuration));
        BOOST_TEST(ended.info.operation == "listen");
        return ended.info.detail;
    };
    const std::string& good = files().certificate_file();
    BOOST_TEST(detail_of(logged_webhook_options().certificate("", files().key_file())) ==
               "a key requires a certificate file");
    BOOST_TEST(detail_of(logged_webhook_options().certificate(good, "")) ==
               "a certificate requires a key file");
    BOOST_TEST(detail_of(logged_webhook_options().certificate(rubbish, files().key_file()))
                   .starts_with("certificate file " + rubbish));
    BOOST_TEST(detail_of(logged_webhook_options().certificate(good, rubbish))
                   .starts_with("key file " + rubbish));
    BOOST_TEST(detail_of(logged_webhook_options().certificate(good, others.key_file()))
                   .starts_with("key file " + others.key_file()));
    const std::string locked =
        folder.write("locked.pem", encrypted(files().identity.key, "s3cret-phrase"));
    BOOST_TEST(detail_of(logged_webhook_options().certificate(good, locked)) ==
               "key file " + locked + " is encrypted: set webhook_options::key_passphrase");
    BOOST_TEST(
        detail_of(
            logged_webhook_options().certificate(good, locked).key_passphrase("s3cret-wrong")) ==
        "key file " + locked +
            " is encrypted, and the passphrase is wrong: set "
            "webhook_options::key_passphrase");
}

BOOST_AUTO_TEST_CASE(an_encrypted_key_is_loaded_with_its_pass_phrase) {
    const temporary_folder folder;
    const std::string locked =
        folder.write("locked.pem", encrypted(files().identity.key, "s3cret-phrase"));
    fixture with_it(logged_webhook_options()
                        .certificate(files().certificate_file(), locked)
                        .key_passphrase("s3cret-phrase"));
    http_client client(with_it.target());
    client.send(post_request(reported));
    BOOST_TEST(client.receive().status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
