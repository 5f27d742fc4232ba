#include "net/own_socket.hpp"

#include <pthread.h>
#include <set>
#include <sys/socket.h>
#include <unistd.h>

namespace jellyfish::detail {
namespace {

struct descriptor_set {
    std::mutex mutex;
    std::set<int> numbers;
};

/// Never destroyed: a fork may occur at any time, and the destructor of a static object may close a
/// socket.
descriptor_set& all();

/// Creates an unconnected socket: reads and writes fail, and epoll accepts it.
int make_closed_socket() noexcept {
    const int made = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (made >= 0) ::fcntl(made, F_SETFD, FD_CLOEXEC);
    return made;
}

/// Called in a forked child, which has only this thread: no other program can be executed
/// meanwhile.
void close_all_sockets() noexcept {
    const std::set<int>& numbers = all().numbers;
    if (numbers.empty()) return;
    ::close(*numbers.begin());  // Ensures that a descriptor is available.
    const int dead = make_closed_socket();
    for (const int each : numbers) {
        if (each == dead) continue;
        if (dead < 0 || ::dup2(dead, each) < 0) {
            ::close(each);
        } else {
            ::fcntl(each, F_SETFD, FD_CLOEXEC);
        }
    }
    if (dead >= 0 && !numbers.contains(dead)) ::close(dead);
}

descriptor_set& all() {
    static descriptor_set& instance = []() -> descriptor_set& {
        ::pthread_atfork([] { all().mutex.lock(); }, [] { all().mutex.unlock(); },
                         [] {
                             close_all_sockets();
                             all().mutex.unlock();
                         });
        return *new descriptor_set;
    }();
    return instance;
}

}  // namespace

std::unique_lock<std::mutex> own_descriptors::lock() { return std::unique_lock(all().mutex); }

void own_descriptors::add(int descriptor) { all().numbers.insert(descriptor); }

void own_descriptors::remove(int descriptor) noexcept { all().numbers.erase(descriptor); }

}  // namespace jellyfish::detail
