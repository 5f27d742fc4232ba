// Counters for the system functions that Asio calls: the linker's --wrap redirects its calls here.
#include "system_calls.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

namespace jellyfish::bench {

thread_local std::uint64_t counted_system_calls = 0;

}  // namespace jellyfish::bench

// NOLINTBEGIN: the linker's names.
#define COUNTED(result, name, parameters, arguments) \
    extern "C" result __real_##name parameters;      \
    extern "C" result __wrap_##name parameters;      \
    extern "C" result __wrap_##name parameters {     \
        ++jellyfish::bench::counted_system_calls;    \
        return __real_##name arguments;              \
    }

COUNTED(ssize_t, recv, (int fd, void* to, size_t size, int flags), (fd, to, size, flags))
COUNTED(ssize_t, recvmsg, (int fd, msghdr* message, int flags), (fd, message, flags))
COUNTED(ssize_t, send, (int fd, const void* from, size_t size, int flags), (fd, from, size, flags))
COUNTED(ssize_t, sendmsg, (int fd, const msghdr* message, int flags), (fd, message, flags))
COUNTED(ssize_t, read, (int fd, void* to, size_t size), (fd, to, size))
COUNTED(ssize_t, write, (int fd, const void* from, size_t size), (fd, from, size))
COUNTED(ssize_t, readv, (int fd, const iovec* parts, int count), (fd, parts, count))
COUNTED(ssize_t, writev, (int fd, const iovec* parts, int count), (fd, parts, count))
COUNTED(int, poll, (pollfd * all, nfds_t count, int timeout), (all, count, timeout))
COUNTED(int, epoll_wait, (int fd, epoll_event* events, int count, int timeout),
        (fd, events, count, timeout))
COUNTED(int, epoll_ctl, (int fd, int operation, int of, epoll_event* event),
        (fd, operation, of, event))
COUNTED(int, timerfd_settime, (int fd, int flags, const itimerspec* to, itimerspec* was),
        (fd, flags, to, was))
// NOLINTEND
