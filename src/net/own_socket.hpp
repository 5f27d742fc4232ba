#pragma once

#include <jellyfish/detail/config.hpp>

#include "async/close_on_exec.hpp"
#include "model/names.hpp"

#include <mutex>
#include <new>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace jellyfish::detail {

/// The descriptors of sockets that only this process uses.
///
/// A forked child inherits copies of them. Any operation on a copy (a TLS close_notify,
/// `shutdown()`, or even removal from an epoll set, which is shared as well) would affect the
/// parent's connection. Therefore, in the child, before `fork()` returns, each descriptor is
/// replaced with an unconnected socket.
class own_descriptors {
public:
    /// Held while a socket is opened or closed, so that a fork finds all sockets registered.
    [[nodiscard]] static std::unique_lock<std::mutex> lock();

    // Require the lock.
    static void add(int descriptor);
    static void remove(int descriptor) noexcept;
};

/// A socket or acceptor that no other process can use: neither an executed program nor a forked
/// child.
template <class Socket>
class own : public Socket {
public:
    explicit own(const asio::any_io_executor& executor) : Socket(executor) {}
    own(own&&) noexcept = default;
    own& operator=(own&& other) noexcept {
        close();
        Socket::operator=(std::move(other));
        return *this;
    }
    ~own() { close(); }

    void open(const asio::ip::tcp& protocol, error_code& code) {
        close();
        const auto lock = own_descriptors::lock();
        open_close_on_exec(static_cast<Socket&>(*this), protocol, code);
        if (!code) keep(code);
    }

    /// Accepts a pending connection; see `accept_close_on_exec`.
    void accept_from(asio::ip::tcp::acceptor& acceptor, error_code& code) {
        close();
        const auto lock = own_descriptors::lock();
        accept_close_on_exec(acceptor, static_cast<Socket&>(*this), code);
        if (!code) keep(code);
    }

    void close() noexcept {
        if (!this->is_open()) return;
        const auto lock = own_descriptors::lock();
        own_descriptors::remove(this->native_handle());
        error_code ignored;
        Socket::close(ignored);
    }

private:
    void keep(error_code& code) {
        try {
            own_descriptors::add(this->native_handle());
        } catch (const std::bad_alloc&) {
            Socket::close(code);
            code = asio::error::no_memory;
        }
    }
};

using tcp_socket = own<asio::ip::tcp::socket>;
using tcp_acceptor = own<asio::ip::tcp::acceptor>;

}  // namespace jellyfish::detail
