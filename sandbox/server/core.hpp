#pragma once

#include <jellyfish/testing/server.hpp>
#include <jellyfish/testing/server_options.hpp>

#include "model/names.hpp"
#include "sandbox/http/connection.hpp"
#include "sandbox/rest/request_failures.hpp"
#include "sandbox/rooms/peer_token.hpp"
#include "sandbox/rooms/room_registry.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace jellyfish::testing::detail {

class node;
class room_socket;
class server_socket;
struct webhook_notification;

/// Notifies waiting threads of changes.
class change_signal {
public:
    void raise();
    [[nodiscard]] std::uint64_t count() const;
    /// Waits until the count differs from `seen`, or until the deadline.
    void wait(std::uint64_t seen, std::chrono::steady_clock::time_point deadline);

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t count_ = 0;
};

/// A PNG image of one pixel.
inline constexpr std::string_view smallest_png{
    "\211PNG\015\012\032\012\000\000\000\015IHDR\000\000\000\001\000\000\000"
    "\001\010\000\000\000\000:~\233U\000\000\000\012IDATx\332c`\000"
    "\000\000\002\000\001\345'\336\374\000\000\000\000IEND\256B`\202",
    67};

/// The settings of the controls.
struct behaviour {
    std::chrono::milliseconds delay{0};
    request_failures failures;
    bool hang_up = false;
    std::string metrics;
    bool quota_exceeded = false;
    bool echo_agents = false;
    std::string image_type = "image/png";
    std::string image{smallest_png};
};

/// Whether a notification reports that a room no longer exists.
[[nodiscard]] bool is_end_of_room(const notification& value);

/// The data of the observers.
struct statistics {
    std::uint64_t accepted = 0;
    std::uint64_t requests = 0;
    std::uint64_t pongs = 0;
    std::uint64_t delivered_webhooks = 0;
    std::uint64_t failed_webhooks = 0;
    std::deque<seen_request> seen_requests;
    std::deque<seen_close> seen_closes;
    std::map<std::string, seen_agent> agents;  ///< By the id of the peer.
};

/// A running server: its nodes and what they share. Used on the server's thread only, except
/// `signal`.
class core {
public:
    core(asio::io_context& io, const server_options& options, std::vector<std::uint16_t> ports,
         change_signal& signal);
    ~core();

    core(const core&) = delete;
    core& operator=(const core&) = delete;

    /// Starts accepting connections. Earlier ones wait in the backlog.
    void start();
    /// Crashes the rooms, fails REST calls for a while, and then shuts down.
    void stop_gracefully();
    [[nodiscard]] bool stopping() const noexcept { return state_ != state::running; }
    /// Stops everything. Operations left in the io_context complete soon afterwards.
    void shut_down();

    [[nodiscard]] asio::io_context& io() noexcept { return io_; }
    [[nodiscard]] const server_options& options() const noexcept { return options_; }
    [[nodiscard]] const peer_tokens& tokens() const noexcept { return tokens_; }
    [[nodiscard]] asio::ssl::context* tls() noexcept { return tls_.get(); }
    [[nodiscard]] asio::ssl::context& webhook_tls() noexcept { return *webhook_tls_; }
    [[nodiscard]] const std::shared_ptr<connection_gate>& gate() noexcept { return gate_; }
    [[nodiscard]] std::vector<std::unique_ptr<node>>& nodes() noexcept { return nodes_; }
    [[nodiscard]] behaviour& controls() noexcept { return controls_; }
    [[nodiscard]] statistics& stats() noexcept { return stats_; }

    [[nodiscard]] std::string new_id();
    [[nodiscard]] std::string new_request_id();
    [[nodiscard]] socket_id new_socket_id() { return ++last_socket_id_; }
    void log(log_level level, std::string_view text);
    void changed() { signal_.raise(); }

    /// Sends a notification to sockets and webhooks.
    void broadcast(const notification& value);

    void add(const std::shared_ptr<connection>& value, const node& place);
    void add(std::shared_ptr<server_socket> value);
    void remove(const server_socket& value);
    void add(socket_id id, std::shared_ptr<room_socket> value);
    void remove(socket_id id);
    [[nodiscard]] const std::vector<std::shared_ptr<server_socket>>& server_sockets() const {
        return server_sockets_;
    }
    /// Returns the socket of a peer or an agent, or null.
    [[nodiscard]] std::shared_ptr<room_socket> find_room_socket(socket_id id) const;
    [[nodiscard]] const std::map<socket_id, std::shared_ptr<room_socket>>& room_sockets() const {
        return room_sockets_;
    }
    [[nodiscard]] std::size_t open_connections() const;
    [[nodiscard]] std::size_t authenticated_peers() const;

    /// Returns the node that hosts a room, or null.
    [[nodiscard]] node* node_of(const std::string& room_id);
    /// Returns the running node for a new room, or null.
    [[nodiscard]] node* emptiest_node();
    /// Stops one node. Throws std::out_of_range if there is no such node.
    void stop_node(std::size_t index);
    /// Replaces a node with a new one on the same port.
    void restart_node(std::size_t index);

    /// Closes all connections, or those of one node.
    void drop_connections(bool reset, const node* of = nullptr);
    void stall(bool on);
    void record(seen_request value);
    void record(seen_close value);

private:
    void post(const webhook_notification& value);

    enum class state : std::uint8_t { running, stopping, stopped };

    struct accepted_connection {
        std::weak_ptr<connection> value;
        const node* place;
    };

    asio::io_context& io_;
    const server_options options_;
    change_signal& signal_;
    std::mt19937_64 random_;
    peer_tokens tokens_;
    std::shared_ptr<asio::ssl::context> tls_;
    std::shared_ptr<asio::ssl::context> webhook_tls_;
    std::shared_ptr<connection_gate> gate_;
    behaviour controls_;
    statistics stats_;
    state state_ = state::running;
    asio::steady_timer stop_timer_;
    std::vector<accepted_connection> connections_;
    std::vector<std::shared_ptr<server_socket>> server_sockets_;
    std::map<socket_id, std::shared_ptr<room_socket>> room_sockets_;
    socket_id last_socket_id_ = 0;
    std::vector<std::unique_ptr<node>> nodes_;
    std::vector<std::unique_ptr<node>> replaced_;  ///< Operations may still refer to them.
};

}  // namespace jellyfish::testing::detail
