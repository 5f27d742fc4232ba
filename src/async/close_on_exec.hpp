#pragma once

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

// Sockets opened or accepted by Asio are inherited by any program that another thread executes.
// Setting FD_CLOEXEC afterwards leaves a race, so these functions create the descriptors with the
// flag set and assign them to the socket.

namespace jellyfish::detail {

/// Opens a socket or acceptor that executed programs do not inherit.
template <class Socket>
void open_close_on_exec(Socket& socket, const boost::asio::ip::tcp& protocol,
                        boost::system::error_code& code) {
#ifdef SOCK_CLOEXEC
    const int native =
        ::socket(protocol.family(), protocol.type() | SOCK_CLOEXEC, protocol.protocol());
    if (native < 0) {
        code.assign(errno, boost::system::system_category());
        return;
    }
    socket.assign(protocol, native, code);
    if (code) ::close(native);
#else
    socket.open(protocol, code);
    if (!code) ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
#endif
}

/// Accepts a pending connection into `socket` without waiting; fails with `would_block` if there is
/// none. The acceptor must be non-blocking.
template <class Acceptor, class Socket>
void accept_close_on_exec(Acceptor& acceptor, Socket& socket, boost::system::error_code& code) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    int native = -1;
    do {
#ifdef SOCK_CLOEXEC
        native = ::accept4(acceptor.native_handle(), reinterpret_cast<sockaddr*>(&from), &size,
                           SOCK_CLOEXEC);
#else
        native = ::accept(acceptor.native_handle(), reinterpret_cast<sockaddr*>(&from), &size);
        if (native >= 0) ::fcntl(native, F_SETFD, FD_CLOEXEC);
#endif
    } while (native < 0 && errno == EINTR);
    if (native < 0) {
        code.assign(errno, boost::system::system_category());
        return;
    }
    using boost::asio::ip::tcp;
    socket.assign(from.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), native, code);
    if (code) ::close(native);
}

}  // namespace jellyfish::detail
