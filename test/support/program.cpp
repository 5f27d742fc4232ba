#include "support/program.hpp"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace jellyfish::test {
namespace {

/// Two ends, of which the program gets the second.
struct channel {
    int ours = -1;
    int theirs = -1;
};

channel make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    return {ends[0], ends[1]};
}

channel make_terminal() {
    const int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (ours < 0 || grantpt(ours) != 0 || unlockpt(ours) != 0)
        throw std::runtime_error("no terminal");
    std::array<char, 64> name{};
    if (ptsname_r(ours, name.data(), name.size()) != 0) throw std::runtime_error("no terminal");
    return {ours, open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC)};
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& each : texts)
        out.push_back(each.data());
    out.push_back(nullptr);
    return out;
}

}  // namespace

program::program(const std::string& path, std::vector<std::string> arguments, const setting& with) {
    const channel output = with.terminal ? make_terminal() : make_pipe();
    const channel errors = make_pipe();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output.theirs, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors.theirs, STDERR_FILENO);
    // A test server's sockets, which would stay open when it closes them.
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    arguments.insert(arguments.begin(), path);
    std::vector<std::string> environment = with.environment;
    for (const char* const name : {"PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS"})
        if (const char* const value = std::getenv(name))
            environment.push_back(std::string(name) + '=' + value);
    const int failed = posix_spawn(&id_, path.c_str(), &actions, nullptr,
                                   pointers_to(arguments).data(), pointers_to(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    close(output.theirs);
    close(errors.theirs);
    output_end_ = output.ours;
    error_end_ = errors.ours;
    if (failed != 0) {
        id_ = 0;
        throw std::runtime_error("cannot start " + path);
    }
}

program::~program() {
    if (id_ > 0) {
        kill(id_, SIGKILL);
        waitpid(id_, nullptr, 0);
    }
    close_output();
    if (error_end_ >= 0) close(error_end_);
}

void program::close_output() {
    if (output_end_ >= 0) close(output_end_);
    output_end_ = -1;
}

bool program::find(const std::string& text, std::string& rest) const {
    for (const std::string* from : {&output_, &errors_}) {
        const std::size_t at = from->find(text);
        if (at == std::string::npos) continue;
        const std::size_t end = from->find('\n', at);
        if (end == std::string::npos) continue;
        rest = from->substr(at + text.size(), end - at - text.size());
        return true;
    }
    return false;
}

std::string program::wait_for(const std::string& text) {
    std::string rest;
    while (!find(text, rest))
        if (!read_more()) throw std::runtime_error("not printed: " + text + "\n" + printed());
    return rest;
}

int program::exit_status() {
    while (read_more()) {
    }
    int status = 0;
    waitpid(id_, &status, 0);
    id_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Gives false when both outputs have ended.
bool program::read_more() {
    std::array<pollfd, 2> waits{{{output_end_, POLLIN, 0}, {error_end_, POLLIN, 0}}};
    if (output_end_ < 0 && error_end_ < 0) return false;
    constexpr int patience_ms = 30'000;
    if (poll(waits.data(), waits.size(), patience_ms) < 1)
        throw std::runtime_error("the program is silent after\n" + printed());
    const std::array<std::pair<int*, std::string*>, 2> ends{
        {{&output_end_, &output_}, {&error_end_, &errors_}}};
    for (std::size_t i = 0; i < ends.size(); ++i) {
        if (waits[i].revents == 0) continue;
        std::array<char, 4'096> piece{};
        // A terminal whose program has ended gives an error.
        const ssize_t size = read(*ends[i].first, piece.data(), piece.size());
        if (size > 0) {
            ends[i].second->append(piece.data(), static_cast<std::size_t>(size));
        } else {
            close(*ends[i].first);
            *ends[i].first = -1;
        }
    }
    return true;
}

}  // namespace jellyfish::test
