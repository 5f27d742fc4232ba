#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/testing/server.hpp>

#include "support/bare_server.hpp"
#include "support/run.hpp"
#include "support/tell.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/mpl/list.hpp>

namespace jellyfish::test {

/// The sandbox, as a test of the notifier sees it.
class sandbox_peer {
public:
    [[nodiscard]] client_options options() const {
        return logged_options().server_address(server_.address());
    }

    void await_subscribed(std::size_t sockets) {
        await([this, sockets] { return server_.subscribed_sockets() >= sockets; });
    }
    void await_gone() {
        await([this] { return server_.authenticated_sockets() == 0; });
    }

    void notify(const notification& value) { server_.notify(value); }
    void send_raw(std::string_view bytes) { server_.send_raw(bytes); }
    void close_sockets(std::uint16_t code, std::string_view reason) {
        server_.close_sockets(code, reason);
    }
    void drop_connections() { server_.drop_connections(); }

private:
    template <class Condition>
    void await(Condition condition) {
        if (!server_.wait_for(condition, patience)) throw std::runtime_error("it never happens");
    }

    testing::server server_;
};

/// Beast's `websocket::stream`, as a test of the notifier sees it.
class beast_peer {
public:
    [[nodiscard]] client_options options() const {
        return logged_options().server_address(server_.address());
    }

    void await_subscribed(std::size_t sockets) { server_.await_subscribed(sockets); }
    void await_gone() { server_.await_gone(); }

    void notify(const notification& value) { server_.notify(value); }
    void send_raw(std::string_view bytes) { server_.send_raw(bytes); }
    void close_sockets(std::uint16_t code, std::string_view reason) {
        server_.close_sockets(code, reason);
    }
    void drop_connections() { server_.drop_connections(); }

private:
    bare_server server_;
};

/// Two servers that share no code: what holds, holds with both.
using peers = boost::mpl::list<sandbox_peer, beast_peer>;

}  // namespace jellyfish::test
