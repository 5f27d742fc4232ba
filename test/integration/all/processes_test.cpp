#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "fixtures/certificate_files.hpp"
#include "fixtures/once.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// What other processes inherit from this one: executed programs and forked children.
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

/// No child lives longer, whatever happens.
constexpr unsigned child_limit = 60;

std::set<int> open_descriptors() {
    std::set<int> all;
    for (const auto& each : fs::directory_iterator("/proc/self/fd"))
        all.insert(std::stoi(each.path().filename()));
    // The descriptor of the folder itself.
    std::erase_if(all, [](int each) { return ::fcntl(each, F_GETFD) < 0; });
    return all;
}

/// A forked child.
class child_process {
public:
    /// @param run Runs in the child, which exits with 0 if it returns true.
    explicit child_process(const std::function<bool()>& run) : id_(::fork()) {
        if (id_ < 0) throw std::system_error(errno, std::system_category(), "fork");
        if (id_ != 0) return;
        ::alarm(child_limit);
        int status = 2;
        try {
            status = run() ? 0 : 1;
        } catch (const std::exception&) {
            status = 3;
        }
        ::_exit(status);
    }
    ~child_process() { (void)wait(); }
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;

    /// The exit status; -1 if the child was killed by a signal.
    int wait() {
        if (id_ == 0) return status_;
        int status = 0;
        ::waitpid(std::exchange(id_, 0), &status, 0);
        status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        return status_;
    }

private:
    pid_t id_;
    int status_ = 0;
};

/// Lives until the other end of a pipe is closed.
class gate {
public:
    gate() {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0)
            throw std::system_error(errno, std::system_category(), "pipe2");
    }
    ~gate() {
        open();
        ::close(ends_[0]);
    }
    gate(const gate&) = delete;
    gate& operator=(const gate&) = delete;

    void open() {
        if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
    }
    /// In the child.
    bool await() {
        open();
        char byte = 0;
        return ::read(ends_[0], &byte, 1) == 0;
    }
    [[nodiscard]] int end() const noexcept { return ends_[0]; }

private:
    std::array<int, 2> ends_{-1, -1};
};

/// A program that lives until a gate is open.
class executed_program {
public:
    explicit executed_program(const gate& until) {
        std::string name = "cat";
        std::array<char*, 2> arguments{name.data(), nullptr};
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, until.end(), STDIN_FILENO);
        const int failure =
            ::posix_spawnp(&id_, name.c_str(), &actions, nullptr, arguments.data(), environ);
        ::posix_spawn_file_actions_destroy(&actions);
        if (failure != 0) throw std::system_error(failure, std::system_category(), "posix_spawnp");
    }

    [[nodiscard]] int wait() const {
        int status = 0;
        ::waitpid(id_, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    pid_t id_ = 0;
};

/// Everything that a process may have: sessions, kept connections and a receiver, with and without
/// TLS.
struct service {
    service() {
        open();
        run(*context, connect());
    }

    void open() {
        const auto executor = context->get_executor();
        // A child restores no session, and so makes no connection that would be counted.
        sessions.emplace(executor, insecure_options(), once());
        secure_sessions.emplace(executor, secure_options(), once());
        rooms.emplace(executor, insecure_options());
        secure_rooms.emplace(executor, secure_options());
        hooks.emplace(executor, webhook_options().address("127.0.0.1").port(0));
    }

    void destroy() {
        sessions.reset();
        secure_sessions.reset();
        rooms.reset();
        secure_rooms.reset();
        hooks.reset();
        context.reset();
    }

    [[nodiscard]] client_options insecure_options() const {
        return client_options().server_address(insecure_server.address());
    }

    [[nodiscard]] client_options secure_options() const {
        return client_options()
            .server_address(secure_server.address())
            .secure(true)
            .tls(tls_options().ca_file(files.authority_file()));
    }

    asio::awaitable<void> connect() {
        co_await sessions->connect();
        co_await secure_sessions->connect();
        hooks->listen();
        const room_config config = room_config().webhook_url(hooks->url("127.0.0.1"));
        const auto created = co_await rooms->create_room(config);
        room = created.room.id;
        co_await secure_rooms->get_all_rooms();
        co_await notify("first");
        accepted = insecure_server.accepted_connections() + secure_server.accepted_connections();
        hooks_accepted = hooks->stats().accepted;
    }

    /// Exactly one notification arrives by each way.
    asio::awaitable<void> notify(std::string peer) {
        const notification sent = peer_added{room, peer};
        insecure_server.notify(sent);
        secure_server.notify(sent);
        while (true) {
            const auto got = co_await sessions->next_for(patience);
            if (got == sent) break;
            BOOST_TEST((got.has_value() && std::holds_alternative<room_created>(*got)));
        }
        const auto secure = co_await secure_sessions->next_for(patience);
        BOOST_TEST((secure == sent));
        while (true) {
            const auto posted = co_await hooks->next_for(patience);
            if (posted == sent) break;
            BOOST_TEST((posted.has_value() && std::holds_alternative<room_created>(*posted)));
        }
    }

    asio::awaitable<void> call() {
        co_await rooms->get_all_rooms();
        co_await secure_rooms->get_all_rooms();
    }

    /// Everything works as before, over the same connections.
    void check(const std::string& peer) {
        run(*context, notify(peer));
        run(*context, call());
        BOOST_TEST(insecure_server.accepted_connections() + secure_server.accepted_connections() ==
                   accepted);
        BOOST_TEST(hooks->stats().accepted == hooks_accepted);
        BOOST_TEST(sessions->stats().reconnects == 0U);
        BOOST_TEST(secure_sessions->stats().reconnects == 0U);
    }

    certificate_files files;
    testing::server insecure_server;
    testing::server secure_server{
        testing::server_options().tls(files.certificate_file(), files.key_file())};
    std::optional<asio::io_context> context{std::in_place};
    std::optional<notifier> sessions;
    std::optional<notifier> secure_sessions;
    std::optional<room_api> rooms;
    std::optional<room_api> secure_rooms;
    std::optional<webhook_receiver> hooks;
    std::string room;
    std::uint64_t accepted = 0;
    std::uint64_t hooks_accepted = 0;
};

/// Its parts are constructed before it.
struct descriptors_before {
    std::set<int> before = open_descriptors();
};

struct fixture : descriptors_before, service {
    /// Destroys all objects here, and waits until the servers notice.
    void expect_ends_noticed() {
        const std::uint16_t port = hooks->port();
        destroy();
        for (const auto* each : {&insecure_server, &secure_server}) {
            BOOST_TEST(each->wait_for([&] { return each->open_connections() == 0; }));
        }
        context.emplace();
        const auto listens = [&] {
            webhook_receiver again(context->get_executor(),
                                   webhook_options().address("127.0.0.1").port(port));
            return failure_of([&] { return again.listen(); }).what.empty();
        };
        // An executed program closes the inherited descriptors a moment after its start.
        BOOST_TEST(insecure_server.wait_for(listens));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(processes, fixture)

BOOST_AUTO_TEST_CASE(every_descriptor_is_closed_on_exec) {
    std::size_t opened = 0;
    for (const int each : open_descriptors()) {
        if (before.contains(each)) continue;
        ++opened;
        BOOST_TEST((::fcntl(each, F_GETFD) & FD_CLOEXEC) != 0,
                   "descriptor " << each << " is inherited: "
                                 << fs::read_symlink("/proc/self/fd/" + std::to_string(each)));
    }
    BOOST_TEST(opened > 10U);
}

BOOST_AUTO_TEST_CASE(an_executed_program_keeps_no_connection_open) {
    gate open;
    executed_program program(open);  // Without fork(), so nothing in the library is notified.
    expect_ends_noticed();
    open.open();
    BOOST_TEST(program.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_forked_child_keeps_no_connection_open) {
    gate open;
    child_process child([&] { return open.await(); });
    expect_ends_noticed();
    open.open();
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_forked_child_that_destroys_its_objects_does_not_affect_its_parent) {
    context->notify_fork(asio::io_context::fork_prepare);
    child_process child([&] {
        context->notify_fork(asio::io_context::fork_child);
        destroy();
        return true;
    });
    context->notify_fork(asio::io_context::fork_parent);
    BOOST_TEST(child.wait() == 0);
    check("after the child");
}

BOOST_AUTO_TEST_CASE(
    the_parent_is_not_affected_even_if_the_childs_context_is_not_notified_of_the_fork) {
    child_process child([&] {
        destroy();
        return true;
    });
    BOOST_TEST(child.wait() == 0);
    check("after the child");
}

BOOST_AUTO_TEST_CASE(a_forked_child_that_closes_its_objects_does_not_affect_its_parent) {
    context->notify_fork(asio::io_context::fork_prepare);
    child_process child([&] {
        context->notify_fork(asio::io_context::fork_child);
        const auto closing = [&]() -> asio::awaitable<void> {
            co_await sessions->close();
            co_await secure_sessions->close();
            co_await hooks->close();
        };
        run(*context, closing());
        destroy();
        return true;
    });
    context->notify_fork(asio::io_context::fork_parent);
    BOOST_TEST(child.wait() == 0);
    check("after the child");
    for (const auto* each : {&insecure_server, &secure_server})
        BOOST_TEST(each->seen_closes().empty());
}

BOOST_AUTO_TEST_CASE(a_forked_child_loses_its_connections_and_makes_new_ones) {
    context->notify_fork(asio::io_context::fork_prepare);
    child_process child([&] {
        context->notify_fork(asio::io_context::fork_child);
        run(*context, call());
        const outcome posted = run(*context, outcome_of([&] { return hooks->next(); }));
        return posted.code == error_code(errc::listen_failed);
    });
    context->notify_fork(asio::io_context::fork_parent);
    BOOST_TEST(child.wait() == 0);
    run(*context, notify("after the child"));
    run(*context, call());
    BOOST_TEST(sessions->stats().reconnects == 0U);
    BOOST_TEST(secure_sessions->stats().reconnects == 0U);
}

#ifndef __SANITIZE_THREAD__  // ThreadSanitizer permits no threads in a forked child.
BOOST_AUTO_TEST_CASE(a_forked_child_can_resolve_names) {
    const auto resolve = [&](asio::io_context& in) {
        room_api named(
            in.get_executor(),
            client_options().server_address("localhost:" + std::to_string(insecure_server.port())));
        return run(in, outcome_of([&] { return named.get_all_rooms(); })).what.empty();
    };
    BOOST_TEST(resolve(*context));  // Starts a thread, which the child does not have.
    child_process child([&] {
        asio::io_context fresh;
        return resolve(fresh);
    });
    BOOST_TEST(child.wait() == 0);
}
#endif

BOOST_AUTO_TEST_SUITE_END()
