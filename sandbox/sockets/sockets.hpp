#pragma once

#include "sandbox/rooms/room_registry.hpp"
#include "sandbox/sockets/web_socket.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/steady_timer.hpp>

namespace jellyfish::testing::detail {

class core;
class node;

/// The base of all kinds of socket: pings after authentication, and closes idle clients.
class socket_base : public web_socket_user, public std::enable_shared_from_this<socket_base> {
public:
    socket_base(core& server, std::shared_ptr<web_socket> socket);

    /// Responds to the upgrade request.
    void start(const http_request& request);

    [[nodiscard]] web_socket& socket() noexcept { return *socket_; }
    [[nodiscard]] bool authenticated() const noexcept { return authenticated_ && !closed_; }
    [[nodiscard]] bool closed() const noexcept { return closed_; }

    /// Sends a close frame and closes the connection.
    void close(std::uint16_t code, std::string_view reason);

    /// Called when the connection was dropped.
    void lose();

    void on_end() final;

protected:
    /// Called once, when this side closes the socket or the connection closes.
    virtual void on_closed() = 0;
    /// Called when the connection is closed.
    virtual void on_gone() = 0;

    void set_authenticated();
    /// Simulates a failure of the socket's process, as Elixir's fail on unexpected input.
    void crash();

    core& core_;

private:
    void watch_idle();
    void ping_later();

    std::shared_ptr<web_socket> socket_;
    boost::asio::steady_timer idle_;
    boost::asio::steady_timer ping_;
    bool authenticated_ = false;
    bool closed_ = false;
};

/// A client on `/socket/server/websocket` (protocol: "Server notifications over WebSocket").
class server_socket final : public socket_base {
public:
    using socket_base::socket_base;

    [[nodiscard]] bool subscribes_to_notifications() const noexcept {
        return notifications_ && !closed();
    }
    [[nodiscard]] bool subscribes_to_metrics() const noexcept { return metrics_ && !closed(); }

    /// Closes the socket at the request of a control.
    void close_by_control(std::uint16_t code, std::string_view reason) { end(code, reason); }

    void on_message(bool is_text, std::string_view payload) override;
    void on_pong() override;
    void on_client_close(std::uint16_t code, std::string_view reason) override;

private:
    void on_closed() override;
    void on_gone() override;
    void authenticate(std::string_view payload);
    void subscribe(std::string_view payload);
    void reject();
    void end(std::uint16_t code, std::string_view reason);

    bool notifications_ = false;
    bool metrics_ = false;
    bool recorded_ = false;
};

/// The base of the sockets of peers and agents: authenticated by the token of a peer.
class room_socket : public socket_base {
public:
    room_socket(core& server, node& place, std::shared_ptr<web_socket> socket);

    [[nodiscard]] const std::string& room_id() const noexcept { return room_id_; }
    [[nodiscard]] const std::string& peer_id() const noexcept { return peer_id_; }

    void on_pong() override {}
    void on_client_close(std::uint16_t, std::string_view) override {}

protected:
    /// Connects the peer, or closes the socket.
    /// @param token The token in the first message; nothing if that has none.
    /// @param response Sent if the token is accepted.
    /// @return Whether the token was accepted.
    bool authenticate(const std::optional<std::string>& token, std::string response);

    void on_closed() override;
    void on_gone() override;

    node& node_;

private:
    /// Whether a peer of this type may use this socket. Jellyfish's peers have no type.
    [[nodiscard]] virtual bool is_for(peer_type type) const = 0;

    /// Returns why a token is rejected; empty when it is accepted.
    [[nodiscard]] std::string connect(const std::string& token);

    socket_id id_;
    std::string room_id_;
    std::string peer_id_;
};

/// A peer on `/socket/peer/websocket`.
class peer_socket final : public room_socket {
public:
    using room_socket::room_socket;

    [[nodiscard]] const std::deque<std::string>& media_events() const noexcept {
        return media_events_;
    }

    void send_media_event(const std::string& data);

    void on_message(bool is_text, std::string_view payload) override;

private:
    [[nodiscard]] bool is_for(peer_type type) const override { return type != peer_type::agent; }

    std::deque<std::string> media_events_;
};

}  // namespace jellyfish::testing::detail
