#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/detail/config.hpp>
#include <jellyfish/logger.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/room.hpp>
#include <jellyfish/testing/request_failure.hpp>
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
/// A Jellyfish-compatible media server inside a test's process: the REST API, sockets,
/// notifications and webhooks of the real server without media, with controls for faults that a
/// test cannot provoke in a real server.

namespace jellyfish::testing {

/// How a room crashes.
enum class room_crash {
    killed,     ///< The process is killed: only `room_crashed`; peers' sockets close (1011).
    exception,  ///< Its process fails: `peer_deleted` for each peer, then `room_crashed`.
};

/// How a server stops.
enum class server_stop {
    /// Without notice, as if the machine were switched off or the process killed.
    abrupt,
    /// Like most shutdowns of the real server (protocol: "A server that stops"). New connections
    /// are refused, webhooks are no longer posted, and each room crashes. REST requests on open
    /// connections get status 500, every other time without a body. After
    /// `server_options::graceful_stop_time`, all connections close without a close frame.
    graceful,
};

/// The type of frame that `server::send_frame` sends.
enum class frame_opcode { text, binary, ping, pong };

/// A REST request received by the server.
struct seen_request {
    std::size_t node = 0;  ///< The node that received it; 0 is the first.
    std::string method;    ///< In upper case, such as `GET`.
    std::string target;    ///< As sent, with the query.
    /// Names in lower case, sorted; of `authorization`, only the scheme is kept.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;  ///< The first 64 KiB at most.
    int status = 0;    ///< The status of the response.
};

/// How a server socket was closed.
struct seen_close {
    /// Which side closed it.
    enum class by {
        client,      ///< The client sent a close frame.
        server,      ///< The server sent a close frame.
        connection,  ///< TCP closed without a close frame.
    };

    by side = by::connection;  ///< Which side closed it.
    std::uint16_t code = 0;    ///< 1005 for a close frame without a code; 0 without a close frame.
    std::string reason;        ///< The reason in the close frame, or empty.
};

/// The tracks, audio and requests that an agent has sent, over all its sockets.
struct seen_agent {
    /// A track of the agent.
    struct outgoing_track {
        jellyfish::track value;         ///< The track as the agent added it.
        std::string encoding;           ///< `pcm16` or `opus`.
        std::uint32_t sample_rate = 0;  ///< In Hz.
        std::uint32_t channels = 0;     ///< The number of channels.
    };

    /// Audio of a track.
    struct packet {
        std::string track_id;  ///< The track's id.
        std::string data;      ///< The audio.
    };

    std::vector<outgoing_track> tracks;    ///< The tracks added in its latest session.
    std::vector<packet> packets;           ///< The last 1000 packets, oldest first.
    std::uint64_t received = 0;            ///< The number of packets.
    std::uint64_t removed_tracks = 0;      ///< The number of removed tracks.
    std::uint64_t captures = 0;            ///< The number of requests for an image.
    std::vector<std::string> interrupted;  ///< The track ids of its last 1000 interruptions.
};

/// A Jellyfish-compatible server for tests.
///
/// It runs on its own thread. Any member may be called from any thread, also concurrently, but not
/// from the logger. When a control returns, it has taken effect: whatever it makes the server send
/// precedes the effects of the next control.
///
/// A forked child must neither use nor destroy the server, since its thread exists only in the
/// parent: terminate the child with `_exit`, or execute a program.
///
/// @code
/// jellyfish::testing::server server;
/// jellyfish::room_api rooms(executor, server.options());
/// @endcode
class JELLYFISH_DECL server {
public:
    /// Starts to listen before it returns.
    /// @throws std::invalid_argument if an option is invalid.
    /// @throws boost::system::system_error if it cannot listen, or if a certificate or a key is
    ///     invalid, including a CA certificate for webhooks.
    explicit server(const server_options& options = server_options());

    /// Stops abruptly.
    ~server();

    server(const server&) = delete;
    server& operator=(const server&) = delete;

    /// Returns `127.0.0.1:PORT`, with the path prefix if there is one, in the form that
    /// `client_options` accepts.
    /// @throws std::out_of_range if there is no such node.
    [[nodiscard]] std::string address(std::size_t node = 0) const;
    /// Returns the options for a client of this server, with its address, API and token, and with
    /// TLS if the server uses it. With TLS, add the CA certificate.
    [[nodiscard]] client_options options() const;

    /// Returns the URL of a server with Fishjam's API, such as
    /// `http://127.0.0.1:4000/api/v1/connect/sandbox`. Pass it to `client_options::fishjam_id`, or
    /// to another SDK as its Fishjam id.
    [[nodiscard]] std::string fishjam_url() const;
    /// Returns the port of a node.
    /// @throws std::out_of_range if there is no such node.
    [[nodiscard]] std::uint16_t port(std::size_t node = 0) const;

    /// Closes all connections without a close frame and removes all rooms. New connections are
    /// refused; the ports stay reserved. Idempotent. Until `restart`, other controls have no
    /// effect.
    /// @param how An abrupt stop, the default, is complete when this function returns. A graceful
    ///     stop only begins and completes in the background, when `open_connections` is 0. An
    ///     abrupt stop, `restart` or the destructor completes it immediately.
    void stop(server_stop how = server_stop::abrupt);

    /// Listens again on the same ports, without rooms. A running server is first stopped abruptly.
    /// Reloads the certificate, its key and the CA file for webhooks. Resets `stall`,
    /// `refuse_connections` and similar controls.
    /// @throws boost::system::system_error if it cannot listen, or if a certificate or a key is
    ///     invalid. The server then stays stopped and may be restarted later.
    void restart();

    /// Stops one node of a cluster abruptly: closes its connections without a close frame, removes
    /// its rooms without notice, and refuses new connections to its port. The other nodes continue;
    /// new rooms are placed on them. Idempotent.
    /// @throws std::out_of_range if there is no such node.
    void stop_node(std::size_t node);

    /// Restarts a node on the same port, without rooms. Stops it first if it is running. Has no
    /// effect while the whole server is stopped.
    /// @throws std::out_of_range if there is no such node.
    /// @throws boost::system::system_error if it cannot listen. It then stays stopped.
    void restart_node(std::size_t node);

    // Rooms without REST. They are created and reported as by the calls of the same name, and
    // deleted by these calls or by `crash_room` and the like. All throw std::invalid_argument, with
    // the server's text, if such a call would fail.

    /// Creates a room; returns its id. In a cluster, it is placed like one created by a call.
    std::string create_room(const room_config& config = room_config());
    /// Adds a peer to a room; returns its id. `make_peer_token` returns its token.
    /// @param room_id The room's id.
    /// @param type `webrtc`; with Fishjam, also `agent`.
    std::string add_peer(const std::string& room_id, const std::string& type = "webrtc");
    /// Adds a component to a room; returns its id.
    /// @param room_id The room's id.
    /// @param type `hls`, `rtsp`, `file`, `sip` or `recording`.
    /// @param options A JSON object of the call's options, such as `{"lowLatency":true}`.
    std::string add_component(const std::string& room_id, const std::string& type,
                              const std::string& options = "{}");

    // Events in rooms. All throw std::invalid_argument if a room, a peer, a component or a track is
    // unknown, or if a text is not JSON. In a cluster, the room is looked up on all nodes.

    /// Crashes and removes a room.
    void crash_room(const std::string& room_id, room_crash how = room_crash::killed);
    /// Crashes and removes a peer. With an empty reason, its socket closes with
    /// `Internal server error`.
    void crash_peer(const std::string& room_id, const std::string& peer_id,
                    const std::string& reason = "");
    /// Crashes and removes a component.
    void crash_component(const std::string& room_id, const std::string& component_id);

    /// Adds a track to a peer or a component. Its metadata is JSON text; empty means `null`.
    void add_track(const std::string& room_id, const track_endpoint& endpoint, const track& value);
    /// Updates a track's metadata, but not its type.
    void update_track(const std::string& room_id, const track_endpoint& endpoint,
                      const track& value);
    /// Removes a track from a peer or a component.
    void remove_track(const std::string& room_id, const std::string& track_id);
    /// Updates a peer's metadata, which is JSON text.
    void update_peer_metadata(const std::string& room_id, const std::string& peer_id,
                              const std::string& metadata);

    /// Reports a component's stream as playable.
    void make_hls_playable(const std::string& room_id, const std::string& component_id);
    /// Reports a room's stream as uploaded. The room need not exist.
    void upload_hls(const std::string& room_id);
    /// Reports that the upload of a room's stream failed. The room need not exist.
    void crash_hls_upload(const std::string& room_id);

    /// Returns a token for a peer, created `age` seconds ago; it is expired if that is more than
    /// 24 h. The room and the peer need not exist. A secret.
    [[nodiscard]] std::string make_peer_token(const std::string& room_id,
                                              const std::string& peer_id,
                                              std::chrono::seconds age = {}) const;
    /// Sends a media event to a connected peer, like a media engine.
    void send_media_event(const std::string& room_id, const std::string& peer_id,
                          const std::string& data);

    // Events of Fishjam that clients and media cause. Each function throws std::invalid_argument
    // if a token or an id is unknown.

    /// Connects the streamer with this token, as WHIP does; returns its id. Sends
    /// `streamer_connected` unless the streamer is already connected.
    std::string connect_streamer(const std::string& token);
    /// Disconnects a streamer.
    void disconnect_streamer(const std::string& token);
    /// Connects the viewer with this token, as WHEP does; returns its id. Sends `viewer_connected`
    /// unless the viewer is already connected.
    std::string connect_viewer(const std::string& token);
    /// Disconnects a viewer.
    void disconnect_viewer(const std::string& token);

    /// Sets and reports the status of a recording, for example `available` or `failed`.
    void set_recording_status(const std::string& recording_id, recording_status status);

    /// While on, calls that create a room, peer, livestream or recording fail with status 402.
    void exceed_quota(bool on);

    // Agents on `/socket/agent/websocket`. The tracks of an agent become the tracks of its peer.

    /// Sends audio of a peer to every other connected agent in the room. An agent whose subscribe
    /// mode is `manual` must be subscribed to the peer or track. The track need not exist.
    /// @throws std::invalid_argument if the room or the peer is unknown.
    void send_track_data(const std::string& room_id, const std::string& peer_id, const track& value,
                         std::string_view data);
    /// Plays a tone as a peer: from now on, sends 20 ms of it to the agents in the room every
    /// 20 ms, as PCM16 at 16 kHz. The track need not exist.
    /// @throws std::invalid_argument if the room or the peer is unknown.
    void play_tone(const std::string& room_id, const std::string& peer_id, const track& value,
                   std::chrono::milliseconds duration);
    /// Sends one message to each authenticated agent.
    void send_to_agents(std::string_view message);
    /// While on, each agent receives the audio that it sends, as audio of its own peer.
    void echo_agents(bool on);
    /// Sets the response to requests for an image. With empty data, the server does not respond.
    /// Default: a PNG image of one pixel.
    void set_image(const std::string& content_type, std::string_view data);
    /// Sends a close frame to all agents, then closes their connections.
    void close_agents(std::uint16_t code, std::string_view reason = {});
    /// Returns the number of authenticated agents.
    [[nodiscard]] std::size_t agent_sockets() const;
    /// Returns what an agent has sent. Returns an empty object if no agent with this id has
    /// connected.
    [[nodiscard]] seen_agent agent(const std::string& peer_id) const;

    // Traffic on server sockets (`/socket/server/websocket`) and webhooks.

    /// Sends a notification to all subscribed sockets and to the room's webhook; a metrics report
    /// goes only to sockets that are subscribed to metrics. The rooms do not change. Does nothing
    /// for `disconnected`, `reconnected` and `dropped`, which are never on the wire.
    void notify(const notification& value);

    /// Sends bytes without framing on the connection of each authenticated socket.
    void send_raw(std::string_view bytes);

    /// Sends one complete frame to each authenticated socket. The payload of a ping or a pong is
    /// truncated to 125 bytes.
    void send_frame(frame_opcode opcode, std::string_view payload);

    /// Closes all server sockets with a close frame, then their connections.
    void close_sockets(std::uint16_t code, std::string_view reason = {});

    // Faults of connections.

    /// Closes all connections immediately, without a close frame: server sockets, peers' sockets,
    /// HTTP. Rooms remain; their peers become disconnected.
    /// @param reset Whether to close with a TCP reset instead of an orderly shutdown.
    void drop_connections(bool reset = false);

    /// While on, connections are refused (`ECONNREFUSED`); open ones are not affected.
    void refuse_connections(bool on);

    /// While on, connections are accepted and immediately closed; open ones are not affected.
    void hang_up_connections(bool on);

    /// While on, the server accepts connections, and reads and processes requests and messages, but
    /// writes nothing: no HTTP response, no frame. When turned off, it sends everything held back.
    void stall(bool on);

    /// Delays each HTTP response, including those to WebSocket upgrades; zero disables the delay.
    void delay_responses(std::chrono::milliseconds delay);

    /// Responds to REST requests as described, without executing them. Replaces an earlier failure
    /// with the same method and path. If several match a request, the one added last applies.
    /// @throws std::invalid_argument if the status is not from 200 to 999, or the text is not
    ///     UTF-8.
    void fail_requests(const request_failure& failure);
    /// Fails the next `count` REST requests. Equivalent to
    /// `fail_requests(request_failure(status).times(count))`.
    void fail_requests(std::size_t count, int status) {
        fail_requests(request_failure(status).times(count));
    }
    /// Removes all failures set by `fail_requests`.
    void clear_request_failures();

    /// Sets the contents of all future metrics reports. Empty: computed from the state, `{}` if
    /// there is nothing to report.
    /// @throws std::invalid_argument if it is neither empty nor JSON text.
    void set_metrics(const std::string& json);

    /// Sends a metrics report now, in addition to the periodic ones.
    void report_metrics();

    // Observation.

    /// Returns the number of server sockets subscribed to notifications.
    [[nodiscard]] std::size_t subscribed_sockets() const;
    /// Returns the number of server sockets subscribed to metrics.
    [[nodiscard]] std::size_t metrics_sockets() const;
    /// Returns the number of authenticated server sockets.
    [[nodiscard]] std::size_t authenticated_sockets() const;
    /// Returns the number of authenticated peers' sockets, including agents'.
    [[nodiscard]] std::size_t peer_sockets() const;
    /// Returns the number of open TCP connections, sockets included.
    [[nodiscard]] std::size_t open_connections() const;
    /// Returns the number of TCP connections accepted so far.
    [[nodiscard]] std::uint64_t accepted_connections() const;
    /// Returns the number of completed REST requests.
    [[nodiscard]] std::uint64_t requests() const;
    /// Returns the last 1000 completed REST requests, oldest first.
    [[nodiscard]] std::vector<seen_request> seen_requests() const;
    /// Returns how the last 1000 server sockets were closed, oldest first.
    [[nodiscard]] std::vector<seen_close> seen_closes() const;
    /// Returns the number of pongs received on server sockets.
    [[nodiscard]] std::uint64_t pongs() const;
    /// Returns the number of notifications delivered to webhooks, whatever the response.
    [[nodiscard]] std::uint64_t delivered_webhooks() const;
    /// Returns the number of notifications not delivered to webhooks. The log contains the reasons.
    [[nodiscard]] std::uint64_t failed_webhooks() const;
    /// Returns the ids of the rooms on all nodes, sorted.
    [[nodiscard]] std::vector<std::string> rooms() const;
    /// Returns the last 1000 media events of an existing peer, oldest first.
    [[nodiscard]] std::vector<std::string> media_events(const std::string& room_id,
                                                        const std::string& peer_id) const;

    /// Waits until a condition holds. Evaluates it on the calling thread: immediately, after each
    /// change of the server's state, and every 20 ms in case it depends on something else.
    /// @return Whether the condition held within the limit.
    bool wait_for(const std::function<bool()>& condition,
                  std::chrono::milliseconds limit = std::chrono::seconds(5)) const;

private:
    class impl;

    std::unique_ptr<impl> impl_;
};

}  // namespace jellyfish::testing
