#include "sandbox/sockets/sockets.hpp"

#include "sandbox/server/core.hpp"
#include "sandbox/server/node.hpp"
#include "sandbox/sockets/messages.hpp"
#include "wire/server_message.hpp"

#include <utility>

namespace jellyfish::testing::detail {
namespace {

constexpr std::uint16_t close_normal = 1000;
constexpr std::uint16_t close_unknown_data = 1003;
constexpr std::uint16_t close_internal_error = 1011;
constexpr std::size_t max_media_events = 1'000;

}  // namespace

socket_base::socket_base(core& server, std::shared_ptr<web_socket> socket)
    : core_(server), socket_(std::move(socket)), idle_(server.io()), ping_(server.io()) {}

void socket_base::start(const http_request& request) {
    watch_idle();
    socket_->start(request, shared_from_this());
}

void socket_base::watch_idle() {
    idle_.expires_at(socket_->last_received() + core_.options().socket_idle_timeout());
    idle_.async_wait([self = shared_from_this()](boost::system::error_code code) {
        if (code || self->closed_) return;
        const auto limit = self->core_.options().socket_idle_timeout();
        if (self->socket_->last_received() + limit <= std::chrono::steady_clock::now()) {
            self->close(close_normal, {});
        } else {
            self->watch_idle();
        }
    });
}

void socket_base::ping_later() {
    ping_.async_wait([self = shared_from_this()](boost::system::error_code code) {
        if (code || self->closed_) return;
        self->socket_->send(frame_kind::ping, {});
        self->ping_.expires_at(self->ping_.expiry() + self->core_.options().ping_interval());
        self->ping_later();
    });
}

void socket_base::set_authenticated() {
    authenticated_ = true;
    ping_.expires_after(core_.options().ping_interval());
    ping_later();
    core_.changed();
}

void socket_base::close(std::uint16_t code, std::string_view reason) {
    if (closed_) return;
    socket_->close(code, reason);
    lose();
}

void socket_base::crash() {
    core_.log(log_level::error, "A socket's process has failed on a message");
    close(close_internal_error, {});
}

void socket_base::lose() {
    if (closed_) return;
    closed_ = true;
    idle_.cancel();
    ping_.cancel();
    on_closed();
    core_.changed();
}

void socket_base::on_end() {
    lose();
    on_gone();
    core_.changed();
}

void server_socket::on_message(bool is_text, std::string_view payload) {
    if (is_text) {
        reject();
    } else if (!authenticated()) {
        authenticate(payload);
    } else {
        subscribe(payload);
    }
}

void server_socket::reject() {
    core_.log(log_level::warning,
              "Received unexpected message on server WS. Closing the connection.");
    end(close_unknown_data, "operation not allowed");
}

void server_socket::authenticate(std::string_view payload) {
    const auto message = read_server_message(payload);
    if (!message) return crash();
    const auto* request = std::get_if<jellyfish::detail::wire::auth_request>(&*message);
    if (request == nullptr) {
        core_.log(log_level::warning,
                  "Received message on server WS that is not auth_request. "
                  "Closing the connection.");
        return end(close_normal, "invalid auth request");
    }
    if (request->token != core_.options().server_api_token()) {
        core_.log(log_level::warning,
                  "Authentication failed, reason: invalid token. Closing the connection.");
        return end(close_normal, "invalid token");
    }
    socket().send(frame_kind::binary, encode(jellyfish::detail::wire::authenticated{}));
    core_.log(log_level::info, "Server WS authenticated.");
    set_authenticated();
}

void server_socket::subscribe(std::string_view payload) {
    const auto message = read_server_message(payload);
    if (!message) return crash();
    const auto* request = std::get_if<jellyfish::detail::wire::subscribe_request>(&*message);
    if (request == nullptr) return reject();
    const bool has_metrics = core_.options().api() == server_api::jellyfish;
    if (request->type != 1 && !(request->type == 2 && has_metrics)) return crash();
    (request->type == 1 ? notifications_ : metrics_) = true;
    socket().send(frame_kind::binary,
                  encode(jellyfish::detail::wire::subscribe_response{request->type}));
    core_.changed();
}

void server_socket::on_pong() {
    ++core_.stats().pongs;
    core_.changed();
}

void server_socket::on_client_close(std::uint16_t code, std::string_view reason) {
    recorded_ = true;
    core_.record(seen_close{seen_close::by::client, code, std::string(reason)});
}

void server_socket::end(std::uint16_t code, std::string_view reason) {
    if (closed()) return;
    recorded_ = true;
    core_.record(seen_close{seen_close::by::server, code, std::string(reason)});
    close(code, reason);
}

void server_socket::on_closed() {
    if (!recorded_) core_.record(seen_close{});
    core_.log(log_level::info, "Server WebSocket stopped");
}

void server_socket::on_gone() { core_.remove(*this); }

room_socket::room_socket(core& server, node& place, std::shared_ptr<web_socket> socket)
    : socket_base(server, std::move(socket)), node_(place), id_(server.new_socket_id()) {}

std::string room_socket::connect(const std::string& token) {
    const auto verdict = core_.tokens().check(token, std::chrono::system_clock::now());
    if (verdict.result == peer_tokens::verdict::kind::invalid) return "invalid token";
    if (verdict.result == peer_tokens::verdict::kind::expired) return "expired token";
    const auto* room = node_.rooms().find(verdict.room_id);
    if (room != nullptr) {
        const auto peer = room->peers.find(verdict.peer_id);
        if (peer != room->peers.end() && !is_for(peer->second.type)) return "invalid token";
    }
    room_id_ = verdict.room_id;
    peer_id_ = verdict.peer_id;
    core_.add(id_, std::static_pointer_cast<room_socket>(shared_from_this()));
    const connect_error error = node_.rooms().connect_peer(room_id_, peer_id_, id_);
    if (error == connect_error::none) return {};
    core_.remove(id_);
    switch (error) {
        case connect_error::room_not_found:
            return "room not found";
        case connect_error::peer_not_found:
            return "peer not found";
        default:
            return "peer already connected";
    }
}

bool room_socket::authenticate(const std::optional<std::string>& token, std::string response) {
    if (!token) {
        core_.log(log_level::warning,
                  "Received message from unauthenticated peer that is not authRequest. "
                  "Closing the connection.");
        close(close_normal, "unauthenticated");
        return false;
    }
    const std::string error = connect(*token);
    if (!error.empty()) {
        core_.log(log_level::warning,
                  "Authentication failed, reason: " + error + ". Closing the connection.");
        close(close_normal, error);
        return false;
    }
    socket().send(frame_kind::binary, std::move(response));
    set_authenticated();
    return true;
}

void room_socket::on_closed() {
    if (!peer_id_.empty()) node_.rooms().disconnect_peer(room_id_, peer_id_, id_);
}

void room_socket::on_gone() { core_.remove(id_); }

void peer_socket::on_message(bool is_text, std::string_view payload) {
    if (is_text && !authenticated()) return crash();
    if (is_text) {
        core_.log(log_level::warning, "Received unexpected text message from peer " + peer_id());
        return;
    }
    auto message = read_peer_message(payload);
    if (!message) return crash();
    if (!authenticated()) {
        authenticate(message->token, peer_authenticated_bytes());
        return;
    }
    if (!message->media_event) {
        core_.log(log_level::warning, "Received unexpected message from peer " + peer_id());
        return;
    }
    media_events_.push_back(std::move(*message->media_event));
    if (media_events_.size() > max_media_events) media_events_.pop_front();
    core_.changed();
}

void peer_socket::send_media_event(const std::string& data) {
    socket().send(frame_kind::binary, media_event_bytes(data));
}

}  // namespace jellyfish::testing::detail
