#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/logger.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/testing/server_options.hpp>
#include <jellyfish/track.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// @file
/// A Jellyfish-compatible media server inside a test's process: the same REST API, sockets,
/// notifications and webhooks as the real one, without media, and with controls for what a test
/// cannot make a real server do.

namespace jellyfish::testing {

/// How a room crashes.
enum class room_crash {
    killed,     ///< Its process is killed: only `room_crashed` is told; peers' sockets close 1011.
    exception,  ///< Its process fails: `peer_deleted` for each peer, then `room_crashed`.
};

/// How a server stops.
enum class server_stop {
    /// Without a word, as one whose machine is switched off or whose process is killed.
    abrupt,
    /// As the real server does when it is asked to stop, in most cases (protocol: "A server that
    /// stops"): new connections are refused, webhooks are not posted any more, each room crashes,
    /// and REST calls on open connections are answered with 500, every other time without a body.
    /// After `server_options::graceful_stop_time` all connections end without a close frame.
    graceful,
};

/// What `server::send_frame` sends.
enum class frame_opcode { text, binary, ping, pong };

/// A REST request that the server has received.
struct seen_request {
    std::size_t node = 0;  ///< Which node received it: 0 is the first.
    std::string method;    ///< In capitals, as `GET`.
    std::string target;    ///< As sent, with the query.
    /// Names in lower case, in alphabetical order; of `authorization` only the scheme is kept.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;  ///< At most its first 64 KiB.
    int status = 0;    ///< What was answered.
};

/// How a server socket has ended.
struct seen_close {
    /// Who ended it.
    enum class by {
        client,      ///< The client sent a close frame.
        server,      ///< The server sent a close frame.
        connection,  ///< TCP ended without one.
    };

    by side = by::connection;  ///< Who ended it.
    std::uint16_t code = 0;    ///< 1005 for a close frame without a code; 0 without a close frame.
    std::string reason;        ///< The close frame's text, or empty.
};

/// A Jellyfish-compatible server for tests.
///
/// It runs on one thread of its own. Any member may be called from any thread, also from several
/// at once; a control has taken effect when it returns: what it makes the server tell is on its
/// way before the next control does anything. Members must not be called from the logger.
///
/// A forked child must neither use nor destroy it, since its thread is the parent's only: end the
/// child with `_exit`, or execute a program.
///
/// @code
/// jellyfish::testing::server server;
/// auto options = jellyfish::client_options().server_address(server.address());
/// @endcode
class JELLYFISH_DECL server {
public:
    /// Listens when it returns.
    /// @throws std::invalid_argument when an option has a value that cannot be used.
    /// @throws boost::system::system_error when it cannot listen, or when a certificate or a key
    ///     cannot be used.
    explicit server(const server_options& options = server_options());

    /// Stops abruptly.
    ~server();

    server(const server&) = delete;
    server& operator=(const server&) = delete;

    /// `127.0.0.1:PORT`, with the path prefix when there is one: as `client_options` takes it.
    /// @throws std::out_of_range when there is no such node.
    [[nodiscard]] std::string address(std::size_t node = 0) const;
    /// @throws std::out_of_range when there is no such node.
    [[nodiscard]] std::uint16_t port(std::size_t node = 0) const;

    /// Ends all connections without a close frame, and forgets all rooms. New connections are
    /// refused; the ports stay reserved. Idempotent. Other controls than `restart` have no effect
    /// afterwards.
    /// @param how An abrupt stop, the default, has ended everything when this returns. A graceful
    ///     one has begun, and goes on by itself (`open_connections` is 0 at its end) unless an
    ///     abrupt stop, `restart` or the destructor ends it at once.
    void stop(server_stop how = server_stop::abrupt);

    /// Listens again on the same ports, with no room, after `stop`; stops abruptly first when it
    /// runs.
    /// The certificate and its key are read anew, and the authorities for webhooks. What `stall`,
    /// `refuse_connections` and the like have set is forgotten.
    /// @throws boost::system::system_error when it cannot listen, or when a certificate or a key
    ///     cannot be used: then it stays stopped, and may be restarted later.
    void restart();

    // What happens in rooms. All throw std::invalid_argument when a room, a peer, a component or a
    // track is unknown, or a text is no JSON; in a cluster the room is looked for on all nodes.

    /// A room crashes, and is gone.
    void crash_room(const std::string& room_id, room_crash how = room_crash::killed);
    /// A peer crashes, and is gone. With an empty reason its socket closes with `Internal server
    /// error`.
    void crash_peer(const std::string& room_id, const std::string& peer_id,
                    const std::string& reason = "");
    /// A component crashes, and is gone.
    void crash_component(const std::string& room_id, const std::string& component_id);

    /// A peer or a component begins to send a track. Its metadata is JSON text; empty is `null`.
    void add_track(const std::string& room_id, const track_endpoint& endpoint, const track& value);
    /// A track's metadata changes; its type does not.
    void update_track(const std::string& room_id, const track_endpoint& endpoint,
                      const track& value);
    /// A peer or a component ends a track.
    void remove_track(const std::string& room_id, const std::string& track_id);
    /// Changes a peer's metadata, which is JSON text.
    void update_peer_metadata(const std::string& room_id, const std::string& peer_id,
                              const std::string& metadata);

    /// Tells that a component's stream can be played.
    void make_hls_playable(const std::string& room_id, const std::string& component_id);
    /// Tells that a room's stream was uploaded. The room need not exist (any more).
    void upload_hls(const std::string& room_id);
    /// Tells that the upload of a room's stream has failed. The room need not exist (any more).
    void crash_hls_upload(const std::string& room_id);

    /// A peer's token; `age` seconds old, so that one older than 24 h has expired. The room and
    /// the peer need not exist. A secret.
    [[nodiscard]] std::string make_peer_token(const std::string& room_id,
                                              const std::string& peer_id,
                                              std::chrono::seconds age = {}) const;
    /// Sends a media event to a connected peer, as a media engine would.
    void send_media_event(const std::string& room_id, const std::string& peer_id,
                          const std::string& data);

    // What goes over server sockets (`/socket/server/websocket`) and to webhooks.

    /// Sends a notification to all subscribed sockets, and to the room's webhook; metrics go to
    /// the sockets that have subscribed to metrics. The rooms do not change. Nothing is sent for
    /// `disconnected`, `reconnected` and `dropped`, which are not on the wire.
    void notify(const notification& value);

    /// Sends bytes that are not framed to the connection of each authenticated socket.
    void send_raw(std::string_view bytes);

    /// Sends one whole frame to each authenticated socket. Of the payload of a ping or a pong only
    /// the first 125 bytes are sent.
    void send_frame(frame_opcode opcode, std::string_view payload);

    /// Closes all server sockets with a close frame, and ends their connections.
    void close_sockets(std::uint16_t code, std::string_view reason = {});

    // What happens to connections.

    /// Ends all connections at once, without a close frame: server sockets, peers' sockets, HTTP.
    /// Rooms stay; their peers are disconnected.
    /// @param reset With a TCP reset instead of an orderly end.
    void drop_connections(bool reset = false);

    /// Connections are refused (`ECONNREFUSED`) as long as this is on; open ones stay.
    void refuse_connections(bool on);

    /// Connections are accepted and ended at once as long as this is on; open ones stay.
    void hang_up_connections(bool on);

    /// As long as this is on, the server accepts connections, reads and carries out what it is
    /// told, but writes nothing: no HTTP answer, no frame. Afterwards all that was held back comes.
    void stall(bool on);

    /// Each HTTP answer, the one to an upgrade too, comes so much later; zero turns that off.
    void delay_responses(std::chrono::milliseconds delay);

    /// The next `count` REST requests are not carried out but answered with this status. A later
    /// call replaces an earlier one.
    /// @param with_body The body is `{"errors":{"detail":"…"}}`; otherwise it is empty.
    /// @throws std::invalid_argument when the status is not from 200 to 999.
    void fail_requests(std::size_t count, int status, bool with_body = true);

    /// What all coming reports hold; empty: computed from the state, `{}` when there is nothing.
    /// @throws std::invalid_argument when it is neither empty nor JSON text.
    void set_metrics(const std::string& json);

    /// Sends a metrics report now, beside those that come once in an interval.
    void report_metrics();

    // Observation.

    /// Server sockets that have subscribed to notifications.
    [[nodiscard]] std::size_t subscribed_sockets() const;
    /// Server sockets that have subscribed to metrics.
    [[nodiscard]] std::size_t metrics_sockets() const;
    /// Server sockets that have authenticated.
    [[nodiscard]] std::size_t authenticated_sockets() const;
    /// Peers' sockets that have authenticated.
    [[nodiscard]] std::size_t peer_sockets() const;
    /// TCP connections, sockets included.
    [[nodiscard]] std::size_t open_connections() const;
    /// TCP connections that have been accepted so far.
    [[nodiscard]] std::uint64_t accepted_connections() const;
    /// REST requests that have been answered so far.
    [[nodiscard]] std::uint64_t requests() const;
    /// The last 1000 of them, the oldest first.
    [[nodiscard]] std::vector<seen_request> seen_requests() const;
    /// How the last 1000 server sockets have ended, the oldest first.
    [[nodiscard]] std::vector<seen_close> seen_closes() const;
    /// Pongs that clients have sent on server sockets.
    [[nodiscard]] std::uint64_t pongs() const;
    /// Notifications that webhooks have received, whatever they answered.
    [[nodiscard]] std::uint64_t delivered_webhooks() const;
    /// Notifications that webhooks have not received: see the log for why.
    [[nodiscard]] std::uint64_t failed_webhooks() const;
    /// The ids of the rooms of all nodes, sorted.
    [[nodiscard]] std::vector<std::string> rooms() const;
    /// The last 1000 media events of a peer, the oldest first; of a peer that is still there.
    [[nodiscard]] std::vector<std::string> media_events(const std::string& room_id,
                                                        const std::string& peer_id) const;

    /// Waits until a condition holds. It is evaluated on the calling thread: at once, whenever the
    /// server's state has changed, and every 20 ms in case it looks at something else.
    /// @return false when it has not held within the limit.
    bool wait_for(const std::function<bool()>& condition,
                  std::chrono::milliseconds limit = std::chrono::seconds(5)) const;

private:
    class impl;

    std::unique_ptr<impl> impl_;
};

}  // namespace jellyfish::testing
