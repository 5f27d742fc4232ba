#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/testing/server.hpp>

#include "data/certificates.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"
#include "fixtures/sandbox_fixture.hpp"
#include "fixtures/temporary_folder.hpp"

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// A server has another certificate after a restart.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

struct fixture {
    log_lines log;
    temporary_folder folder;
    certificate authority = make_authority();
    testing::server server{with_certificate_of(authority)};
    asio::io_context context;
    notifier subject{
        context.get_executor(), client(),
        notifier_options().reconnect(reconnect_policy().base_delay(1ms).max_delay(5ms))};

    testing::server_options with_certificate_of(const certificate& signer) const {
        const certificate identity = make_certificate(signer, certificate_request());
        return testing::server_options().tls(folder.write("certificate.pem", identity.pem),
                                             folder.write("key.pem", identity.key));
    }

    client_options client() {
        return client_options()
            .server_address(server.address())
            .secure(true)
            .logger(log.log())
            .tls(tls_options().ca_pem(authority.pem));
    }

    [[nodiscard]] std::size_t refused_certificates() const {
        std::size_t found = 0;
        for (const std::string& line : log.lines())
            found += line.find("not signed by a trusted authority") != line.npos ? 1 : 0;
        return found;
    }

    /// Runs the notifier until a condition holds.
    template <class Condition>
    void await(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline)
                throw std::runtime_error("it never happens");
            context.restart();
            context.run_for(1ms);
        }
    }

    template <class Kind>
    Kind next() {
        return run(context, [this]() -> asio::awaitable<Kind> {
            auto item = co_await subject.next();
            if (!item) throw std::runtime_error("the notifier closed early");
            co_return std::get<Kind>(*item);
        }());
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tls_restart, fixture)

BOOST_AUTO_TEST_CASE(a_session_is_restored_with_a_new_certificate_of_the_same_authority) {
    run(context, subject.connect());
    (void)with_certificate_of(authority);
    server.restart();
    (void)next<disconnected>();
    (void)next<reconnected>();
    run(context, subject.wait_ready());
    BOOST_TEST(server.wait_for([&] { return server.subscribed_sockets() == 1; }));
    server.notify(room_created{"after"});
    BOOST_TEST(next<room_created>().room_id == "after");
}

BOOST_AUTO_TEST_CASE(reconnecting_is_retried_until_a_certificate_is_accepted) {
    run(context, subject.connect());
    server.stop();
    (void)next<disconnected>();
    (void)with_certificate_of(make_authority());
    server.restart();
    await([this] { return refused_certificates() >= 3; });
    BOOST_TEST(server.subscribed_sockets() == 0U);  // No token was sent.
    (void)with_certificate_of(authority);
    server.restart();
    BOOST_TEST(next<reconnected>().attempts > 3U);
    BOOST_TEST(subject.stats().reconnects == 1U);
}

BOOST_AUTO_TEST_CASE(an_untrusted_certificate_fails_the_first_connect_at_once) {
    (void)with_certificate_of(make_authority());
    server.restart();
    const outcome o = run(context, outcome_of([this] { return subject.connect(); }));
    BOOST_TEST(o.code == error_code(errc::certificate_untrusted));
    BOOST_TEST(server.accepted_connections() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
