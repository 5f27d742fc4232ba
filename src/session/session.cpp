#include "session/session.hpp"

#include "websocket/frame_encoder.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jellyfish::detail {
namespace {

std::string new_key(const std::function<std::uint32_t()>& random) {
    std::array<std::uint8_t, 16> bytes{};
    for (std::uint8_t& byte : bytes)
        byte = static_cast<std::uint8_t>(random());
    return ws::make_key(bytes);
}

std::string close_text(const ws::frame_result& frame) {
    if (frame.code == static_cast<std::uint16_t>(ws::close_code::no_status)) return "no close code";
    std::string text = "close code " + std::to_string(frame.code);
    if (!frame.payload.empty()) text.append(": ").append(frame.payload);
    return text;
}

}  // namespace

session::session(session_parameters settings, const session_kind& kind, std::string first_message,
                 time_point now)
    : settings_(std::move(settings)),
      kind_(&kind),
      first_message_(std::move(first_message)),
      response_(""),
      frames_(settings_.max_message_size),
      last_received_(now),
      next_keep_alive_(now) {
    const std::string key = new_key(settings_.random);
    response_ = ws::handshake_response(key);
    outbound_ = ws::upgrade_request(settings_.address, settings_.scheme, kind.path, key,
                                    settings_.user_agent);
    step_limit_.start(now, settings_.upgrade_timeout);
    end_info_.address = settings_.address.url(settings_.scheme, kind.path);
}

const char* session::operation_of(session_phase phase) const noexcept {
    switch (phase) {
        case session_phase::upgrading:
            return "upgrade to WebSocket";
        case session_phase::authenticating:
            return "authenticate";
        case session_phase::subscribing:
            return "subscribe";
        case session_phase::ready:
            return kind_->purpose;
        case session_phase::closing:
        case session_phase::closed:
            break;
    }
    return "close";
}

std::size_t session::begin_receive(std::string_view bytes, time_point now) {
    if (bytes.size() > unused_) {
        last_received_ = now;
        probing_ = false;
    }
    if (phase_ != session_phase::upgrading) return 0;
    const std::size_t used = read_upgrade(bytes, now);
    if (phase_ == session_phase::upgrading) needed_ = bytes.size() - used + 1;
    return used;
}

std::size_t session::read_upgrade(std::string_view bytes, time_point now) {
    const std::size_t used = response_.read(bytes);
    if (response_.failure()) {
        end_info_.status = response_.info().status;
        end(response_.failure(), response_.info().detail);
    } else if (response_.done()) {
        enter(session_phase::authenticating, now);
        send_message(std::exchange(first_message_, {}));
    }
    return used;
}

void session::handle_frame(const ws::frame_result& frame) {
    switch (frame.event) {
        case ws::frame_event::need_more:
        case ws::frame_event::fragment:
        case ws::frame_event::pong:
        case ws::frame_event::binary:
            break;
        case ws::frame_event::text:
            fail(errc::unexpected_message, "a text message", ws::close_code::unsupported_data);
            break;
        case ws::frame_event::ping:
            reply_to_ping(frame.payload);
            break;
        case ws::frame_event::close:
            handle_close(frame);
            break;
        case ws::frame_event::violation:
            fail(errc::websocket_protocol, frame.problem, ws::close_code::protocol_error);
            break;
        case ws::frame_event::bad_text:
            fail(errc::websocket_protocol, frame.problem, ws::close_code::invalid_payload);
            break;
        case ws::frame_event::too_big:
            fail(errc::message_too_big,
                 "over " + std::to_string(settings_.max_message_size) + " bytes",
                 ws::close_code::message_too_big);
            break;
    }
}

void session::reply_to_ping(std::string_view payload) {
    if (phase_ == session_phase::closing) return;
    // A server that pings without reading must not make outbound_ grow without limit. A pong for
    // the latest ping is enough (RFC 6455, section 5.5.3).
    if (outbound_.size() < outbound_limit) {
        late_pong_.reset();
        send_frame(ws::opcode::pong, payload);
    } else {
        late_pong_.emplace(payload);
    }
}

std::string& session::outbound() {
    if (late_pong_ && outbound_.empty()) {
        const std::string payload = *std::exchange(late_pong_, std::nullopt);
        // Nothing may follow a close frame.
        if (phase_ != session_phase::closing && phase_ != session_phase::closed)
            send_frame(ws::opcode::pong, payload);
    }
    return outbound_;
}

bool session::is_rejection(const ws::frame_result& frame) const {
    return frame.payload == "invalid token";
}

void session::handle_close(const ws::frame_result& frame) {
    if (phase_ == session_phase::closing) {
        end(error_code(), close_text(frame));
        return;
    }
    const bool rejected = phase_ == session_phase::authenticating && is_rejection(frame);
    const std::string text = close_text(frame);
    if (frame.code == static_cast<std::uint16_t>(ws::close_code::no_status)) {
        send_frame(ws::opcode::close, {});
    } else {
        ws::append_close_frame(outbound_, static_cast<ws::close_code>(frame.code), {},
                               settings_.random());
    }
    end(rejected ? errc::authentication_refused : errc::closed_by_server, text);
}

void session::receive_end(const error_code& cause) {
    if (phase_ == session_phase::closed) return;
    if (phase_ == session_phase::closing) {
        end(error_code(), {});
    } else {
        std::string detail = cause ? cause.message() : "end of stream";
        if (phase_ == session_phase::upgrading) detail += " before a response";
        end(errc::connection_lost, std::move(detail));
    }
    outbound_.clear();  // The server no longer reads.
}

void session::tick(time_point now) {
    if (now < deadline()) return;
    if (phase_ == session_phase::ready) {
        tick_ready(now);
        return;
    }
    if (phase_ == session_phase::closed || !step_limit_.is_expired(now)) return;
    switch (phase_) {
        case session_phase::upgrading:
            end(errc::connect_timeout, "no response to the upgrade request");
            break;
        case session_phase::authenticating:
            fail(errc::authentication_timeout, "no response to the token",
                 ws::close_code::policy_violation);
            break;
        case session_phase::subscribing:
            fail(errc::authentication_timeout, "a subscription was not confirmed",
                 ws::close_code::policy_violation);
            break;
        case session_phase::closing:
            end(error_code(), "the server did not complete the closing handshake in time");
            break;
        case session_phase::ready:
        case session_phase::closed:
            break;
    }
}

void session::tick_ready(time_point now) {
    if (paused_) {
        send_frame(ws::opcode::pong, {});
        next_keep_alive_ = now + keep_alive_interval;
    } else if (expects_response_ && response_limit_.is_expired(now)) {
        fail(errc::authentication_timeout, "a subscription was not confirmed",
             ws::close_code::policy_violation);
    } else if (now < silence_deadline()) {
        return;
    } else if (!probing_) {
        probing_ = true;
        probe_limit_.start(now,
                           std::min<time_point::duration>(settings_.idle_timeout, probe_timeout));
        send_frame(ws::opcode::ping, {});
    } else if (probe_limit_.is_expired(now)) {
        fail(errc::idle_timeout, "no data from the server, not even after a ping",
             ws::close_code::policy_violation);
    }
}

session::time_point session::silence_deadline() const noexcept {
    return probing_ ? probe_limit_.at() : last_received_ + settings_.idle_timeout;
}

session::time_point session::deadline() const noexcept {
    if (phase_ == session_phase::closed) return time_point::max();
    if (phase_ != session_phase::ready) return step_limit_.at();
    if (paused_) return next_keep_alive_;
    return expects_response_ ? std::min(silence_deadline(), response_limit_.at())
                             : silence_deadline();
}

void session::expect_response(time_point now) {
    expects_response_ = true;
    response_limit_.start(now, settings_.authentication_timeout);
}

void session::close(time_point now) {
    if (phase_ == session_phase::upgrading) {
        outbound_.clear();
        end(error_code(), {});
    } else if (phase_ != session_phase::closing && phase_ != session_phase::closed) {
        ws::append_close_frame(outbound_, ws::close_code::normal, {}, settings_.random());
        enter(session_phase::closing, now);
    }
}

void session::abort(error_code code, std::string detail) {
    if (phase_ == session_phase::closed) return;
    fail(code, std::move(detail), ws::close_code::policy_violation);
}

void session::set_paused(bool paused, time_point now) {
    if (paused_ == paused) return;
    paused_ = paused;
    probing_ = false;
    if (paused) next_keep_alive_ = now + keep_alive_interval;
    // Nothing was read while paused: restart the timeouts.
    last_received_ = std::max(last_received_, now);
    response_limit_.start(now, settings_.authentication_timeout);
}

void session::send_frame(ws::opcode kind, std::string_view payload) {
    ws::append_frame(outbound_, kind, payload, settings_.random());
}

void session::enter(session_phase phase, time_point now) {
    phase_ = phase;
    // Authentication and subscription share one limit.
    if (phase == session_phase::authenticating) {
        step_limit_.start(now, settings_.authentication_timeout);
    } else if (phase == session_phase::ready) {
        was_ready_ = true;
    } else if (phase == session_phase::closing) {
        step_limit_.start(now, settings_.close_timeout);
    }
}

void session::fail(error_code code, std::string detail, ws::close_code close_with) {
    if (phase_ == session_phase::closing) {
        // Already closing: an error of the server makes no difference.
        end(error_code(), std::move(detail));
        return;
    }
    if (phase_ != session_phase::upgrading) {
        ws::append_close_frame(outbound_, close_with, {}, settings_.random());
    }
    end(code, std::move(detail));
}

/// Returns which options to check, unless an earlier session was ready with them.
std::string session::hint(const error_code& code) const {
    const bool upgrading = phase_ == session_phase::upgrading;
    if (settings_.known_server || (!upgrading && phase_ != session_phase::authenticating))
        return {};
    constexpr int first_of_servers_failures = 500;
    const std::string server = std::string("a ") + kind_->server + " server";
    if (code == errc::upgrade_refused && end_info_.status < first_of_servers_failures)
        return "check the path prefix, and that this is " + server;
    const bool lost = code == errc::connection_lost;
    if (upgrading && (lost || code == errc::malformed_upgrade) && settings_.scheme != "wss")
        return "check that this is " + server +
               "; if the port requires TLS, see client_options::secure";
    if (lost || code == errc::malformed_upgrade || code == errc::unexpected_message ||
        code == errc::websocket_protocol || code == errc::malformed_message)
        return "check that this is " + server;
    return {};
}

void session::end(error_code code, std::string detail) {
    if (const std::string help = hint(code); !help.empty())
        detail += detail.empty() ? help : " (" + help + ")";
    end_info_.operation = operation_of(phase_);
    end_info_.detail = std::move(detail);
    end_code_ = code;
    phase_ = session_phase::closed;
}

}  // namespace jellyfish::detail
