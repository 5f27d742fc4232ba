#include "network/private_namespaces.hpp"

#include "fixtures/temporary_folder.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sched.h>
#include <stdexcept>
#include <string_view>
#include <sys/mount.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/test/unit_test.hpp>

namespace jellyfish::test {
namespace {

constexpr int skipped = 77;

/// Why private namespaces are not available. Any other failure fails the test.
class unavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

[[noreturn]] void throw_errno(const std::string& what) {
    const std::error_code code(errno, std::system_category());
    if (code.value() == EPERM || code.value() == EACCES) {
        throw unavailable(what + ": " + code.message());
    }
    throw std::system_error(code, what);
}

/// Returns whether it is permitted.
bool leave_namespaces(int flags) {
    if (unshare(flags) == 0) return true;
    switch (errno) {
        case EPERM:
        case EACCES:
            return false;
        case ENOSPC:
            throw unavailable("no more namespaces are permitted");
        case EINVAL:  // The kernel has none, or the runtime of a sanitizer has started a thread.
            throw unavailable("unshare: " + std::system_category().message(errno));
        default:
            throw_errno("unshare");
    }
}

struct command_result {
    int status = 0;
    std::string output;
};

command_result run_shell(const std::string& command) {
    // The folders of the tools are not in every user's path.
    const std::string line = "{ PATH=$PATH:/usr/sbin:/sbin; " + command + "; } 2>&1 </dev/null";
    FILE* const from = popen(line.c_str(), "re");
    if (from == nullptr) throw std::system_error(errno, std::system_category(), "popen");
    command_result result;
    std::array<char, 4096> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), from))
        result.output.append(buffer.data(), size);
    result.status = pclose(from);
    return result;
}

void write_file(const std::string& path, const std::string& content) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    if (!(file << content << std::flush)) throw_errno(path);
}

/// What an ordinary user may become: root, but only of its own namespaces.
void enter_as_user(int flags) {
    const uid_t user = geteuid();
    const gid_t group = getegid();
    if (!leave_namespaces(flags | CLONE_NEWUSER))
        throw unavailable("namespaces are not permitted here");
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
    write_file("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
}

void enter_namespaces() {
    constexpr int flags = CLONE_NEWNET | CLONE_NEWNS;
    if (!leave_namespaces(flags)) enter_as_user(flags);
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) throw_errno("mount");
}

/// Does once what the tests do all the time: a missing permission, program or kernel feature is not
/// a failure of a test.
void try_tools() {
    for (const char* tool : {"ip", "nft"}) {
        if (run_shell(std::string("command -v ") + tool).status != 0)
            throw unavailable(std::string("missing tool: ") + tool);
    }
    for (const char* command :
         {"ip link set lo up", "ip link add probe type veth peer name eborp && ip link del probe",
          "nft 'table inet probe { chain c { type filter hook input priority 0; "
          "meta l4proto udp numgen random mod 100 < 1 counter drop; "
          "tcp dport 1 reject with tcp reset; }; }' && nft delete table inet probe"}) {
        const command_result tried = run_shell(command);
        if (tried.status == 0) continue;
        const std::string what = std::string(command) + ": " + tried.output;
        for (const std::string_view reason :
             {"Operation not permitted", "Permission denied", "not supported",
              "Unknown device type", "No such file or directory"}) {
            if (tried.output.find(reason) != std::string::npos) throw unavailable(what);
        }
        throw std::runtime_error(what);
    }
}

/// Replaces the machine's files that configure name resolution.
class name_files {
public:
    name_files() {
        cover("nsswitch.conf", "hosts: files dns\n");
        set_hosts("");
        set_name_server("192.0.2.1", std::chrono::seconds(1));
    }

    void set_hosts(const std::string& lines) {
        cover("hosts", "127.0.0.1 localhost\n::1 localhost\n" + lines);
    }

    void set_name_server(const std::string& address, std::chrono::seconds timeout) {
        cover("resolv.conf", "nameserver " + address + "\noptions attempts:1 timeout:" +
                                 std::to_string(timeout.count()) + '\n');
    }

private:
    /// The first call mounts the file, later ones only rewrite it.
    void cover(const std::string& name, const std::string& content) {
        const bool covered = std::filesystem::exists(folder_.path() / name);
        const std::string path = folder_.write(name, content);
        const std::string place = "/etc/" + name;
        if (covered) return;
        if (mount(path.c_str(), place.c_str(), nullptr, MS_BIND, nullptr) != 0) throw_errno(place);
    }

    temporary_folder folder_;
};

name_files& files() {
    static name_files instance;
    return instance;
}

/// Constructed before the first test, and so before any thread.
struct private_namespaces {
    private_namespaces() {
        try {
            enter_namespaces();
            try_tools();
            files();
        } catch (const unavailable& reason) {
            std::cout << "skipped, as there can be no private network: " << reason.what()
                      << std::endl;
            std::exit(skipped);
        }
    }
};

}  // namespace

std::string shell(const std::string& command) {
    command_result result = run_shell(command);
    if (result.status != 0) throw std::runtime_error(command + ": " + result.output);
    return std::move(result.output);
}

void set_hosts(const std::string& lines) { files().set_hosts(lines); }

void set_name_server(const std::string& address, std::chrono::seconds timeout) {
    files().set_name_server(address, timeout);
}

}  // namespace jellyfish::test

using jellyfish::test::private_namespaces;
BOOST_TEST_GLOBAL_FIXTURE(private_namespaces);
