#pragma once

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

// Asio opens and accepts sockets that every program inherits which is executed meanwhile, by any
// thread. To mark them afterwards leaves a moment for that: so they are made here, and assigned.

namespace jellyfish::detail {

/// Opens a socket or an acceptor that no other program inherits.
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

/// Gives `socket` a connection that waits to be accepted, without waiting for one:
/// `would_block` when there is none. The acceptor must be non-blocking.
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
