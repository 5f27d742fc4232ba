#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "fakes/scripted_peer.hpp"
#include "fixtures/certificate_files.hpp"
#include "fixtures/log.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"
#include "fixtures/temporary_folder.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

// Authorities, certificates and keys are replaced on disk while connections are made.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

constexpr int rotations = 5;

/// An authority, and a certificate signed by it.
struct generation {
    certificate signer = make_authority();
    certificate identity = make_certificate(signer, certificate_request());
};

/// A client's files.
struct client_files {
    temporary_folder folder;
    std::string authority = (folder.path() / "authority.pem").string();
    std::string certificate_file = (folder.path() / "certificate.pem").string();
    std::string key = (folder.path() / "key.pem").string();

    /// As a secrets manager does it: one file after the other, each atomically.
    void replace(const std::string& file, const std::string& text) const {
        std::filesystem::rename(folder.write("fresh", text), file);
    }

    [[nodiscard]] client_options options(const std::string& address) const {
        return logged_options().server_address(address).secure(true).max_connections(4).tls(
            tls_options().ca_file(authority).client_certificate(certificate_file, key));
    }
};

// ---- calls

/// A server that requires client certificates and serves one call on each connection.
struct call_fixture {
    generation now;
    client_files files;
    asio::io_context context;
    scripted_peer peer{context.get_executor(), serve, server_context(now.identity, now.signer)};
    std::size_t responded = 0;
    std::vector<std::string> failures;
    bool done = false;

    call_fixture() {
        files.replace(files.authority, now.signer.pem);
        files.replace(files.certificate_file, now.identity.pem);
        files.replace(files.key, now.identity.key);
    }

    static asio::awaitable<void> serve(scripted_connection& c) {
        co_await c.read_header();
        co_await c.write(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
            "Content-Length: 11\r\n\r\n{\"data\":[]}");
        co_await c.read_to_end();
    }

    asio::awaitable<void> keep_calling(room_api& rooms) {
        while (!done) {
            const outcome o = co_await outcome_of([&] { return rooms.get_all_rooms(); });
            if (o.what.empty()) {
                ++responded;
            } else {
                failures.push_back(o.what);
            }
        }
    }

    /// Waits until this many more calls have completed, or one has failed.
    asio::awaitable<void> calls(std::size_t count) {
        const std::size_t enough = responded + count;
        while (responded < enough && failures.empty())
            co_await asio::post(context, asio::use_awaitable);
    }

    asio::awaitable<void> rotate() {
        for (int n = 0; n < rotations; ++n) {
            const generation next;
            co_await calls(5);
            files.replace(files.authority, now.signer.pem + next.signer.pem);
            co_await calls(5);
            files.replace(files.certificate_file, next.identity.pem);
            co_await calls(5);  // With the previous key.
            peer.use(server_context(next.identity, either(next)));
            co_await calls(5);
            files.replace(files.key, next.identity.key);
            co_await calls(5);
            files.replace(files.authority, next.signer.pem);
            now = next;
        }
        co_await calls(8);  // Calls that were in flight complete with these.
        peer.use(server_context(now.identity, now.signer));
        co_await calls(8);
        done = true;
    }

    /// Authorities of clients before and after the replacement.
    [[nodiscard]] certificate either(const generation& next) const {
        return {now.signer.pem + next.signer.pem, ""};
    }
};

// ---- notifications

/// A test server that gets another certificate at each restart.
struct session_fixture {
    client_files files;
    std::string server_certificate = (files.folder.path() / "server.pem").string();
    std::string server_key = (files.folder.path() / "server.key").string();
    generation first = renew_server();
    testing::server server{testing::server_options().tls(server_certificate, server_key)};
    asio::io_context context;

    session_fixture() { files.replace(files.authority, first.signer.pem); }

    generation renew_server() const {
        generation fresh;
        files.replace(server_certificate, fresh.identity.pem);
        files.replace(server_key, fresh.identity.key);
        return fresh;
    }

    asio::awaitable<std::string> next(notifier& from) {
        auto item = co_await from.next();
        if (!item) throw std::runtime_error("the notifier closed early");
        if (const auto* room = std::get_if<room_created>(&*item)) co_return room->room_id;
        co_return std::string(name_of(*item));
    }
};

// ---- webhooks

/// Posts one webhook after the other on one connection.
struct poster {
    std::string authorities;
    std::uint16_t port = 0;
    std::atomic<bool>& done;
    std::atomic<std::size_t>& responded;
    std::atomic<std::size_t>& failed;

    void operator()() const {
        while (!done) {
            try {
                http_client client(client_target{port, "127.0.0.1", authorities});
                client.send(post_request(notification(room_created{"r"})));
                if (client.receive().status != 200) throw std::runtime_error("not queued");
                ++responded;
            } catch (const std::exception& e) {
                log_text(e.what());
                ++failed;
            }
        }
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tls_rotation)

BOOST_AUTO_TEST_CASE(no_call_fails_while_authority_certificate_and_key_are_replaced) {
    call_fixture f;
    const generation original = f.now;
    room_api rooms(f.context.get_executor(), f.files.options(f.peer.address()));
    for (int n = 0; n < 4; ++n)
        asio::co_spawn(f.context, f.keep_calling(rooms), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
    run(f.context, f.rotate());
    BOOST_TEST(f.failures == std::vector<std::string>(), boost::test_tools::per_element());
    BOOST_TEST(f.responded >= 25U * rotations);
    // The replaced certificate is no longer accepted.
    f.peer.use(server_context(original.identity));
    outcome o;
    while (o.what.empty())  // Not before the calls in flight have completed.
        o = run(f.context, outcome_of([&] { return rooms.get_all_rooms(); }));
    BOOST_TEST(o.code == error_code(errc::certificate_untrusted));
}

BOOST_AUTO_TEST_CASE(a_session_is_restored_each_time_its_servers_authority_is_replaced) {
    session_fixture f;
    const auto options = client_options(f.files.options(f.server.address()))
                             .tls(tls_options().ca_file(f.files.authority));
    notifier subject(
        f.context.get_executor(), options,
        notifier_options().reconnect(reconnect_policy().base_delay(1ms).max_delay(5ms)));
    run(f.context, subject.connect());
    std::size_t sent = 0;
    for (int n = 0; n < rotations; ++n) {
        const std::size_t first = sent;
        BOOST_REQUIRE(f.server.wait_for([&] { return f.server.subscribed_sockets() == 1; }));
        for (int i = 0; i < 100; ++i)
            f.server.notify(room_created{std::to_string(sent++)});
        for (std::size_t i = first; i < sent; ++i)
            BOOST_TEST_REQUIRE(run(f.context, f.next(subject)) == std::to_string(i));
        // Whether the server or the file changes first is random.
        const generation fresh = f.renew_server();
        if (n % 2 == 0) f.files.replace(f.files.authority, fresh.signer.pem);
        f.server.restart();
        if (n % 2 == 1) f.files.replace(f.files.authority, fresh.signer.pem);
        BOOST_TEST_REQUIRE(run(f.context, f.next(subject)) == "disconnected");
        BOOST_TEST_REQUIRE(run(f.context, f.next(subject)) == "reconnected");
    }
    BOOST_TEST(subject.stats().reconnects == static_cast<std::uint64_t>(rotations));
}

BOOST_AUTO_TEST_CASE(no_webhook_is_lost_while_certificate_and_key_are_replaced) {
    certificate_files files;
    const std::string original = files.authority;
    std::array<generation, rotations> all;
    std::string authorities = files.authority;
    for (const generation& each : all)
        authorities += each.signer.pem;
    running_webhook subject(
        logged_webhook_options().certificate(files.certificate_file(), files.key_file()));
    subject.listen();
    std::atomic<bool> done = false;
    std::atomic<std::size_t> responded = 0;
    std::atomic<std::size_t> failed = 0;
    const poster post{authorities, subject->port(), done, responded, failed};
    std::vector<std::jthread> posters;
    for (int n = 0; n < 2; ++n)
        posters.emplace_back(post);
    const auto await_more = [&](std::size_t count) {
        const std::size_t enough = responded + count;
        while (responded < enough && failed == 0)
            std::this_thread::yield();
    };
    for (const generation& next : all) {
        await_more(5);
        files.replace(files.certificate_file(), next.identity.pem);
        await_more(5);  // With the previous key.
        files.replace(files.key_file(), next.identity.key);
    }
    await_more(5);
    done = true;
    posters.clear();
    BOOST_TEST(failed == 0U);
    BOOST_TEST(subject->stats().received == responded);
    // Only the latest certificate is served.
    const client_target last{subject->port(), "127.0.0.1", all.back().signer.pem};
    http_client client(last);
    client.send(post_request(notification(room_created{"last"})));
    BOOST_TEST(client.receive().status == 200);
    const client_target before{subject->port(), "127.0.0.1", original};
    BOOST_CHECK_THROW(http_client{before}, std::exception);
}

BOOST_AUTO_TEST_CASE(an_open_connection_stays_open_when_files_are_replaced) {
    certificate_files files;
    running_webhook subject(
        logged_webhook_options().certificate(files.certificate_file(), files.key_file()));
    subject.listen();
    http_client client(client_target{subject->port(), "127.0.0.1", files.authority});
    for (int n = 0; n < 3; ++n) {
        client.send(post_request(notification(room_created{"r"})));
        BOOST_TEST(client.receive().status == 200);
        files.renew();
        subject->reload_tls();
    }
    BOOST_TEST(subject->stats().accepted == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
