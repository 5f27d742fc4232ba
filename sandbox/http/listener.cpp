#include "sandbox/http/listener.hpp"

#include "async/close_on_exec.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

namespace jellyfish::testing::detail {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

/// How long to pause accepting when the system runs out of sockets.
constexpr std::chrono::milliseconds accept_pause{100};

}  // namespace

listener::listener(asio::io_context& io, std::string address, std::uint16_t port,
                   accept_handler on_accept, warning_handler warn)
    : io_(io),
      address_(std::move(address)),
      port_(port),
      on_accept_(std::move(on_accept)),
      warn_(std::move(warn)),
      acceptor_(io),
      pause_(io) {
    bind(true);
    port_ = acceptor_.local_endpoint().port();
}

void listener::bind(bool listen) {
    error_code code;
    pause_.cancel();
    acceptor_.close(code);
    const auto address = asio::ip::make_address(address_, code);
    const tcp::endpoint endpoint(address, port_);
    if (!code) jellyfish::detail::open_close_on_exec(acceptor_, endpoint.protocol(), code);
    if (!code) acceptor_.non_blocking(true, code);
    if (!code) acceptor_.set_option(tcp::acceptor::reuse_address(true), code);
    if (!code) acceptor_.bind(endpoint, code);
    if (!code && listen) acceptor_.listen(asio::socket_base::max_listen_connections, code);
    if (!code) return;
    // Omits the source location that Asio adds.
    throw boost::system::system_error(
        error_code(code.value(), code.category()),
        "the test server cannot listen on " + address_ + ':' + std::to_string(port_));
}

void listener::start() { asio::co_spawn(io_, accept(), asio::detached); }

void listener::stop() {
    try {
        bind(false);  // A port that is bound but not listening refuses connections.
    } catch (const boost::system::system_error& error) {
        warn_(error.what());  // The port may be taken before a restart.
    }
}

void listener::restart() {
    bind(true);
    start();
}

std::string listener::authority() const {
    const asio::ip::address address = acceptor_.local_endpoint().address();
    return (address.is_v6() ? '[' + address.to_string() + ']' : address.to_string()) + ':' +
           std::to_string(port_);
}

asio::awaitable<void> listener::accept() {
    while (true) {
        const auto waited = co_await acceptor_.async_wait(tcp::acceptor::wait_read,
                                                          asio::as_tuple(asio::use_awaitable));
        error_code code = std::get<0>(waited);
        if (code == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
        tcp::socket accepted(io_);
        jellyfish::detail::accept_close_on_exec(acceptor_, accepted, code);
        if (code == asio::error::invalid_argument) co_return;  // No longer listening.
        if (code == asio::error::would_block || code == asio::error::connection_aborted) continue;
        if (code) {
            // The connection stays in the backlog, so waiting for one would not pause.
            warn_("Cannot accept a connection: " + code.message());
            pause_.expires_after(accept_pause);
            const auto paused = co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
            if (std::get<0>(paused)) co_return;
            continue;
        }
        on_accept_(std::move(accepted));
    }
}

}  // namespace jellyfish::testing::detail
