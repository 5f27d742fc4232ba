#include <jellyfish/error.hpp>
#include <jellyfish/health_api.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/recording_api.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/testing/server.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "fakes/bare_server.hpp"
#include "fixtures/certificate_files.hpp"
#include "fixtures/descriptor_shortage.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"
#include "fixtures/sandbox_fixture.hpp"
#include "fixtures/temporary_folder.hpp"

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

// TLS files that cannot be read for a moment, and encrypted keys.
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using boost::system::error_code;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

/// A notifier with its authority in a file, and its server.
struct fixture {
    log_lines log;
    certificate_files files;
    testing::server server{
        testing::server_options().tls(files.certificate_file(), files.key_file())};
    asio::io_context context;
    notifier subject{context.get_executor(), client(), eager()};

    [[nodiscard]] client_options client() {
        return client_options()
            .server_address(server.address())
            .secure(true)
            .tls(tls_options().ca_file(files.authority_file()))
            .logger(log.log());
    }

    [[nodiscard]] static notifier_options eager() {
        return notifier_options().reconnect(reconnect_policy().base_delay(1ms).max_delay(5ms));
    }

    outcome connect() {
        return run(context, outcome_of([this] { return subject.connect(); }));
    }

    [[nodiscard]] std::size_t logged(std::string_view text) const {
        std::size_t found = 0;
        for (const std::string& line : log.lines())
            found += line.find(text) != line.npos ? 1 : 0;
        return found;
    }

    /// Runs the notifier until a condition holds.
    void await(const std::function<bool()>& condition) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline)
                throw std::runtime_error("it never happens");
            context.restart();
            context.run_for(1ms);
        }
    }

    template <class Kind>
    void expect() {
        run(context, [this]() -> asio::awaitable<void> {
            auto item = co_await subject.next();
            if (!item) throw std::runtime_error("the notifier closed early");
            BOOST_TEST(std::holds_alternative<Kind>(*item), *item);
        }());
    }
};

/// A client certificate in files, with an encrypted key.
struct encrypted_files {
    certificate signer = make_authority();
    certificate identity = make_certificate(signer, certificate_request());
    temporary_folder folder;
    std::string certificate_file = folder.write("certificate.pem", identity.pem);
    std::string key_file = folder.write("key.pem", encrypted(identity.key, "s3cret-phrase"));
};

/// The same, with a server that requires the certificate.
struct client_key : encrypted_files {
    bare_server server{"development", server_context(identity, signer)};

    [[nodiscard]] client_options client(const std::string& passphrase) const {
        return logged_options()
            .server_address(server.address())
            .secure(true)
            .tls(tls_options()
                     .ca_pem(signer.pem)
                     .client_certificate(certificate_file, key_file)
                     .key_passphrase(passphrase));
    }
};

outcome connect_with(const client_options& options) {
    asio::io_context context;
    notifier subject(context.get_executor(), options);
    return run(context, outcome_of([&] { return subject.connect(); }));
}

/// Returns what a child process with a terminal prints until it exits or prints something. No other
/// thread may run: the child could find the allocator of a sanitizer locked forever.
std::string printed_on_terminal(const std::function<void()>& what) {
    const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0 || ::grantpt(terminal) != 0 || ::unlockpt(terminal) != 0)
        throw std::runtime_error("no terminal");
    const std::string name = ::ptsname(terminal);
    const pid_t child = ::fork();
    if (child == 0) {
        ::setsid();
        const bool mine = ::open(name.c_str(), O_RDWR) >= 0;  // Becomes the controlling terminal.
        if (mine) what();
        ::_exit(mine ? 0 : 1);
    }
    std::string printed(100, '\0');
    pollfd ready{terminal, POLLIN, 0};
    const std::chrono::milliseconds limit = patience;
    const bool in_time = ::poll(&ready, 1, static_cast<int>(limit.count())) == 1;
    const auto size = in_time ? ::read(terminal, printed.data(), printed.size()) : 0;
    printed.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    if (!in_time || size > 0) ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(terminal);
    if (size <= 0 && status != 0) throw std::runtime_error("the process has failed");
    return printed;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tls_files)

// ---- temporary failures of this machine

BOOST_AUTO_TEST_CASE(running_out_of_descriptors_does_not_end_a_session) {
    if (!descriptors_may_run_out) return;
    fixture f;
    BOOST_TEST(f.connect().what == "");
    f.await([&] { return f.server.subscribed_sockets() == 1; });
    {
        const descriptor_shortage none;
        f.server.drop_connections();
        f.await([&] { return f.logged("Too many open files") >= 3; });
    }
    f.expect<disconnected>();
    f.expect<reconnected>();
}

BOOST_AUTO_TEST_CASE(running_out_of_descriptors_after_a_file_changed_does_not_end_a_session) {
    if (!descriptors_may_run_out) return;
    fixture f;
    BOOST_TEST(f.connect().what == "");
    f.await([&] { return f.server.subscribed_sockets() == 1; });
    f.files.replace(f.files.authority_file(), f.files.authority);
    {
        const descriptor_shortage none;
        f.server.drop_connections();
        f.await([&] { return f.logged("session failed") >= 4; });
    }
    f.expect<disconnected>();
    f.expect<reconnected>();
    BOOST_TEST(f.logged("could not be loaded; the previous ones stay in use") == 1U);
    BOOST_TEST(f.logged("TLS files changed and were reloaded") == 1U);
}

BOOST_AUTO_TEST_CASE(an_authority_file_missing_for_a_moment_does_not_end_a_session) {
    fixture f;
    BOOST_TEST(f.connect().what == "");
    const std::string file = f.files.authority_file();
    fs::rename(file, file + ".away");
    for (int n = 0; n < 3; ++n) {
        f.await([&] { return f.server.subscribed_sockets() == 1; });
        f.server.drop_connections();
        f.expect<disconnected>();
        f.expect<reconnected>();
    }
    BOOST_TEST(f.logged("could not be loaded; the previous ones stay in use") == 1U);
    fs::rename(file + ".away", file);
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read_by_the_first_connect_fail_it_at_once) {
    fixture f;
    const std::string file = f.files.authority_file();
    fs::rename(file, file + ".away");
    const outcome away = f.connect();
    BOOST_TEST(away.code == error_code(errc::tls_configuration));
    BOOST_TEST(away.info.operation == "connect");
    BOOST_TEST(away.mentions(file));
    BOOST_TEST(f.server.accepted_connections() == 0U);
    fs::rename(file + ".away", file);
    BOOST_TEST(f.connect().what == "");
}

// ---- reload_tls

BOOST_AUTO_TEST_CASE(reload_tls_reports_whether_the_files_of_an_object_are_valid) {
    fixture f;
    BOOST_TEST(f.connect().what == "");
    const auto executor = f.context.get_executor();
    room_api rooms(executor, f.client());
    recording_api recordings(executor, f.client());
    health_api health(executor, f.client());
    room_tracker tracker(executor, f.client(), f.eager());
    run(f.context, tracker.start());
    webhook_receiver fresh(
        executor, webhook_options().certificate(f.files.certificate_file(), f.files.key_file()));
    webhook_receiver listening(
        executor, webhook_options().certificate(f.files.certificate_file(), f.files.key_file()));
    listening.listen();
    const auto reload_all = [&](const auto& check) {
        check(f.subject);
        check(rooms);
        check(recordings);
        check(health);
        check(tracker);
        check(fresh);
        check(listening);
    };
    reload_all([](auto& each) { BOOST_CHECK_NO_THROW(each.reload_tls()); });
    fs::remove(f.files.authority_file());
    fs::remove(f.files.key_file());
    reload_all([](auto& each) {
        BOOST_CHECK_EXCEPTION(each.reload_tls(), error, [](const error& e) {
            return e.code() == errc::tls_configuration && e.info().operation == "reload TLS" &&
                   e.info().detail.find("No such file") != std::string::npos;
        });
    });
    run(f.context, listening.close());
    run(f.context, tracker.close());
    run(f.context, f.subject.close());
}

BOOST_AUTO_TEST_CASE(reload_tls_has_no_effect_without_tls) {
    asio::io_context context;
    const auto options = client_options().tls(tls_options().ca_file("/no/such/authority.pem"));
    notifier(context.get_executor(), options).reload_tls();
    room_api(context.get_executor(), options).reload_tls();
    room_tracker(context.get_executor(), options).reload_tls();
    webhook_receiver(context.get_executor()).reload_tls();
}

// ---- encrypted keys

BOOST_AUTO_TEST_CASE(an_encrypted_key_is_loaded_with_its_pass_phrase) {
    const client_key key;
    BOOST_TEST(connect_with(key.client("s3cret-phrase")).what == "");
}

BOOST_AUTO_TEST_CASE(an_encrypted_key_without_its_pass_phrase_is_reported_by_name) {
    const client_key key;
    for (const char* passphrase : {"", "s3cret-wrong"}) {
        const outcome o = connect_with(key.client(passphrase));
        BOOST_TEST(o.code == error_code(errc::tls_configuration));
        BOOST_TEST(o.mentions("key file " + key.key_file + " is encrypted"));
        BOOST_TEST(o.mentions("set tls_options::key_passphrase"));
        BOOST_TEST(!o.mentions("s3cret"));
    }
}

BOOST_AUTO_TEST_CASE(no_pass_phrase_is_requested_on_a_terminal) {
    const encrypted_files key;
    asio::io_context unused;
    // Connections are accepted by the system alone.
    const asio::ip::tcp::acceptor listening(unused, {asio::ip::address_v4::loopback(), 0});
    const std::string address = "127.0.0.1:" + std::to_string(listening.local_endpoint().port());
    // Like a certificate file that someone has encrypted.
    const std::string odd =
        "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
        "DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
        "-----END CERTIFICATE-----\n";
    const std::string odd_file = key.folder.write("odd.pem", odd);
    const auto expect_silence = [&address](const tls_options& options) {
        const std::string printed = printed_on_terminal([&] {
            asio::io_context context;
            notifier subject(context.get_executor(),
                             client_options().server_address(address).secure(true).tls(options));
            const outcome o = run(context, outcome_of([&] { return subject.connect(); }));
            if (o.code != errc::tls_configuration) ::_exit(1);
        });
        BOOST_TEST(printed == "");
    };
    expect_silence(tls_options().client_certificate(key.certificate_file, key.key_file));
    expect_silence(tls_options().client_certificate(odd_file, key.key_file));
    expect_silence(tls_options().ca_pem(odd));
    expect_silence(tls_options().ca_file(odd_file));
    const std::string printed = printed_on_terminal([&] {
        asio::io_context context;
        webhook_receiver subject(context.get_executor(),
                                 webhook_options().certificate(key.certificate_file, key.key_file));
        const outcome o = failure_of([&] { return subject.listen(); });
        if (o.code != errc::tls_configuration) ::_exit(1);
    });
    BOOST_TEST(printed == "");
}

// ---- connect() is cancelled while the files are read

BOOST_AUTO_TEST_CASE(a_connect_that_is_cancelled_before_it_begins_to_connect_leaves_nothing) {
    asio::io_context context;
    asio::ip::tcp::acceptor silent(context, {asio::ip::address_v4::loopback(), 0});
    const temporary_folder folder;
    const std::string pipe = (folder.path() / "authority.pem").string();
    BOOST_REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    notifier subject(
        context, client_options()
                     .server_address("127.0.0.1:" + std::to_string(silent.local_endpoint().port()))
                     .secure(true)
                     .connect_timeout(100ms)
                     .tls(tls_options().ca_file(pipe)));
    asio::cancellation_signal cancel;
    error_code code;
    std::thread connecting([&] {  // Waits until the authority is written.
        subject.connect(
            asio::bind_cancellation_slot(cancel.slot(), [&](error_code ec) { code = ec; }));
    });
    while (subject.state() != session_state::connecting)
        std::this_thread::yield();
    cancel.emit(asio::cancellation_type::total);
    std::ofstream(pipe) << make_authority().pem;
    connecting.join();
    context.run();
    BOOST_TEST(code == error_code(asio::error::operation_aborted));
    BOOST_TEST((subject.state() == session_state::idle));
    silent.non_blocking(true);
    error_code accepted;
    (void)silent.accept(accepted);
    BOOST_TEST(accepted == error_code(asio::error::would_block));
}

BOOST_AUTO_TEST_SUITE_END()
