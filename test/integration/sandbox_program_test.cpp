#include "support/plain_client.hpp"
#include "support/sandbox_fixture.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish::test;
using namespace std::chrono_literals;

/// The program jellyfish-sandbox, and what it prints on both outputs. Ends with this object.
class program {
public:
    explicit program(std::vector<std::string> arguments) {
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
        posix_spawn_file_actions_addclose(&actions, ends[0]);
        arguments.insert(arguments.begin(), JELLYFISH_SANDBOX);
        std::vector<char*> pointers;
        for (std::string& each : arguments)
            pointers.push_back(each.data());
        pointers.push_back(nullptr);
        const int failed =
            posix_spawn(&id_, JELLYFISH_SANDBOX, &actions, nullptr, pointers.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
        output_ = ends[0];
        if (failed != 0) throw std::runtime_error("cannot start " JELLYFISH_SANDBOX);
    }

    ~program() {
        if (id_ > 0) {
            kill(id_, SIGKILL);
            waitpid(id_, nullptr, 0);
        }
        close(output_);
    }

    program(const program&) = delete;
    program& operator=(const program&) = delete;

    /// Reads until a text has been printed; gives the rest of its line.
    std::string wait_for(const std::string& text) {
        while (true) {
            const std::size_t at = printed_.find(text);
            const std::size_t end = at == printed_.npos ? at : printed_.find('\n', at);
            if (end != printed_.npos) {
                return printed_.substr(at + text.size(), end - at - text.size());
            }
            if (!read_more()) throw std::runtime_error("not printed: " + text + "\n" + printed_);
        }
    }

    void send(int signal) { kill(id_, signal); }

    /// Waits for the program's end; gives its exit status.
    int exit_status() {
        while (read_more()) {
        }
        int status = 0;
        waitpid(id_, &status, 0);
        id_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    [[nodiscard]] const std::string& printed() const { return printed_; }

private:
    bool read_more() {
        pollfd waits{output_, POLLIN, 0};
        constexpr int patience_ms = 30'000;
        if (poll(&waits, 1, patience_ms) != 1) throw std::runtime_error("the program is silent");
        std::array<char, 4'096> piece{};
        const ssize_t size = read(output_, piece.data(), piece.size());
        if (size > 0) printed_.append(piece.data(), static_cast<std::size_t>(size));
        return size > 0;
    }

    pid_t id_ = 0;
    int output_ = -1;
    std::string printed_;
};

std::uint16_t port_of(const std::string& address) {
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_program)

BOOST_AUTO_TEST_CASE(it_serves_logs_and_ends_when_it_is_told_to) {
    for (const int signal : {SIGINT, SIGTERM}) {
        program sandbox({"--port", "0", "--token", "secret"});
        const std::uint16_t port = port_of(sandbox.wait_for("Listening on 127.0.0.1"));
        plain_socket socket(port, "/socket/server/websocket");
        socket.send_binary(auth_request_bytes("secret"));
        BOOST_TEST(socket.receive().payload == authenticated_bytes());
        sandbox.wait_for("[info] New incoming server WebSocket connection, accepting");
        sandbox.wait_for("[info] Server WS authenticated.");
        sandbox.send(signal);
        BOOST_TEST((socket.receive().what == plain_frame::kind::end));
        BOOST_TEST(sandbox.exit_status() == 0);
        BOOST_TEST(sandbox.printed().find("secret") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_cluster_prints_all_its_addresses) {
    program sandbox({"--port", "0", "--cluster", "2"});
    const std::uint16_t first = port_of(sandbox.wait_for("Listening on 127.0.0.1"));
    BOOST_TEST(call(first, "GET", "/health").body.find("\"nodesInCluster\":2") !=
               std::string::npos);
    sandbox.wait_for("\nListening on 127.0.0.1");
    sandbox.send(SIGTERM);
    BOOST_TEST(sandbox.exit_status() == 0);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_an_error) {
    const sandbox_fixture other;
    program sandbox({"--port", std::to_string(other.port())});
    BOOST_TEST(sandbox.exit_status() == 1);
    BOOST_TEST(sandbox.printed().find("cannot listen on 127.0.0.1:" +
                                      std::to_string(other.port())) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(bad_arguments_are_an_error_that_names_the_help) {
    const std::vector<std::vector<std::string>> all{{"--nonsense"},      {"--port", "x"},
                                                    {"--port", "65536"}, {"--cluster", "0"},
                                                    {"--tls-cert", "x"}, {"argument"}};
    for (const auto& arguments : all) {
        program sandbox(arguments);
        BOOST_TEST(sandbox.exit_status() == 2, arguments.front());
        BOOST_TEST(sandbox.printed().find("see --help") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(help_and_version_are_printed) {
    program help({"--help"});
    BOOST_TEST(help.exit_status() == 0);
    BOOST_TEST(help.printed().find("--media-dir DIR") != std::string::npos);
    program version({"--version"});
    BOOST_TEST(version.exit_status() == 0);
    BOOST_TEST(version.printed().starts_with("jellyfish-sandbox "));
}

BOOST_AUTO_TEST_SUITE_END()
