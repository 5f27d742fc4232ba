#include "webhook/webhook_connection.hpp"

#include "async/bounded_timeout.hpp"
#include "async/time_limit.hpp"
#include "webhook/webhook_server.hpp"

#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <openssl/ssl.h>

namespace jellyfish::detail {
namespace {

/// How long input is read and discarded after the last response. If the socket were closed
/// immediately, the response might get lost.
constexpr std::chrono::seconds linger_time{1};

}  // namespace

webhook_connection::webhook_connection(const std::shared_ptr<webhook_server>& server)
    : server_(server),
      session_(server->rules(), server->options().header_limit(), server->options().body_limit()),
      executor_(server->executor()) {}

void webhook_connection::start(tcp_socket socket, const tls_identity_ptr& identity) {
    const auto server = server_.lock();
    if (!server) return;
    error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    secure_ = identity != nullptr;
    if (secure_) {
        enter(*server, state::handshake, server->options().handshake_timeout());
        start_handshake(std::move(socket), identity);
        return;
    }
    stream_ = make_tcp_stream(std::move(socket));
    enter(*server, state::first, server->options().header_timeout());
    read();
}

void webhook_connection::start_handshake(tcp_socket socket, const tls_identity_ptr& identity) {
    handshaking_ = std::make_shared<tls_socket>(std::move(socket), *identity);
    const auto done = [self = shared_from_this(), identity](const error_code& code) {
        const auto server = self->server_.lock();
        if (!server || self->state_ == state::closed) return;
        if (code) {
            const bool cancelled = self->ending_ && code == asio::error::operation_aborted;
            if (!cancelled) server->count_failed_handshake(code);
            self->close();
            return;
        }
        self->stream_ = make_tls_stream(identity, std::exchange(self->handshaking_, nullptr));
        self->enter(*server, state::first, server->options().header_timeout());
        self->read();  // Even while closing: the request follows the handshake.
    };
    handshaking_->async_handshake(asio::ssl::stream_base::server, done);
}

// ---- reading

void webhook_connection::read() {
    if (reading_) return;
    reading_ = true;
    const auto space = buffer_.prepare(0);
    stream_->read_some(
        asio::buffer(space.data(), space.size()),
        io_handler(asio::bind_executor(
            executor_, [self = shared_from_this()](const error_code& code, std::size_t bytes) {
                self->on_read(code, bytes);
            })));
}

void webhook_connection::on_read(const error_code& code, std::size_t bytes) {
    reading_ = false;
    if (state_ == state::closed) return;
    const auto server = server_.lock();
    const bool cancelled = ending_ && code == asio::error::operation_aborted;
    if ((code && !cancelled) || !server) {
        close();
        return;
    }
    if (cancelled && state_ == state::lingering) {
        read();
        return;
    }
    if (cancelled) {
        read_on(*server);
        return;
    }
    server->counters().count_received(bytes);
    buffer_.commit(bytes);
    if (state_ == state::lingering) {
        buffer_.consume(buffer_.data().size());
        read();
        return;
    }
    silent_since_ = clock::now();
    process(*server);
}

/// Passes the buffered input to the session and sends its output.
void webhook_connection::process(webhook_server& server) {
    notification_slots& batch = server.batch();
    if (ending_ && !stream_->has_unread()) session_.end_with_input();
    for (;;) {
        buffer_.consume(session_.read(buffer_.data(), server.capacity_left(), batch));
        if (!batch.empty()) {
            posted_ = true;
            server.deliver();  // Before the response is sent.
        }
        if (session_.phase() != webhook_phase::held || server.capacity_left() == 0) break;
        session_.release(batch, server.capacity_left());
    }
    server.counters().count_ignored(session_.take_ignored());
    if (session_.has_rejections()) server.record_rejections(session_.take_rejections());
    send(server);
}

void webhook_connection::on_writable() {
    if (state_ != state::held && state_ != state::writing) return;
    const auto server = server_.lock();
    if (!server || session_.phase() != webhook_phase::held || server->capacity_left() == 0) return;
    silent_since_ = clock::now();
    session_.release(server->batch(), server->capacity_left());
    process(*server);
}

// ---- writing

void webhook_connection::send(webhook_server& server) {
    std::string& output = session_.output();
    const bool responded = !output.empty();
    if (responded && sending_.empty()) {
        const std::size_t sent = stream_->write_now(asio::buffer(output));
        server.counters().count_sent(sent);
        if (sent == output.size()) {
            output.clear();
        } else {
            sending_.swap(output);
            sent_ = sent;
            write_rest();
        }
    }
    resume(server, responded);
}

void webhook_connection::write_rest() {
    stream_->write_some(
        asio::buffer(sending_) + sent_,
        io_handler(asio::bind_executor(
            executor_, [self = shared_from_this()](error_code code, std::size_t bytes) {
                self->on_written(code, bytes);
            })));
}

void webhook_connection::on_written(const error_code& code, std::size_t bytes) {
    if (state_ == state::closed) return;
    const auto server = server_.lock();
    if (code || !server) {
        close();
        return;
    }
    server->counters().count_sent(bytes);
    silent_since_ = clock::now();
    sent_ += bytes;
    if (sent_ < sending_.size()) {
        write_rest();
        return;
    }
    sending_.clear();
    send(*server);
}

// ---- the next step

/// Waits for what the session's phase requires, unless a write is pending.
void webhook_connection::resume(webhook_server& server, bool responded) {
    const webhook_options& options = server.options();
    const webhook_phase phase = session_.phase();
    if (phase == webhook_phase::held) {
        if (responded || state_ != state::held)
            enter(server, state::held, options.full_queue_timeout());
        server.hold(shared_from_this());
        return;
    }
    if (!sending_.empty()) {
        if (responded || state_ != state::writing)
            enter(server, state::writing, options.write_timeout());
        return;
    }
    switch (phase) {
        case webhook_phase::idle:
            if (responded || state_ != state::first)
                enter(server, state::idle, options.idle_timeout());
            break;
        case webhook_phase::header:
            if (responded || state_ != state::header)
                enter(server, state::header, options.header_timeout());
            break;
        case webhook_phase::body:
            if (responded || state_ != state::body)
                enter(server, state::body, options.body_timeout());
            break;
        case webhook_phase::held:
            break;
        case webhook_phase::closed:
            finish(server);
            return;
    }
    read_on(server);
}

/// Reads on, unless closing and everything received was read.
void webhook_connection::read_on(webhook_server& server) {
    if (ending_ && !stream_->has_unread()) session_.end();
    if (session_.phase() != webhook_phase::closed) {
        read();
    } else if (state_ == state::first) {
        close();  // Nothing was received, so there is no response to lose.
    } else {
        finish(server);
    }
}

void webhook_connection::enter(webhook_server& server, state next,
                               std::chrono::milliseconds limit) {
    state_ = next;
    // Processing input takes time that must not count against the client. Between requests, where
    // the timeout is long, the time of the last byte is precise enough.
    if (next != state::idle) silent_since_ = clock::now();
    limit_ = bounded_timeout(limit);
    renewed_ = false;
    deadline_ = silent_since_ + limit_;
    server.watch(deadline_);
}

void webhook_connection::finish(webhook_server& server) {
    if (state_ == state::lingering) return;
    enter(server, state::lingering, ending_ ? server.options().close_timeout() : linger_time);
    server.place_freed();
    buffer_.consume(buffer_.data().size());
    if (secure_ && session_.ended_cleanly() && !reading_) {
        stream_->shutdown([self = shared_from_this()] { self->close(); });
        return;
    }
    stream_->end_writing();
    read();
}

void webhook_connection::expire() {
    const auto server = server_.lock();
    if (!server) return;
    const auto now = clock::now();
    // A held notification waits for this process, not for the client.
    if (state_ != state::held && was_missed(deadline_, now) && !std::exchange(renewed_, true)) {
        deadline_ = now + limit_;
        return;
    }
    silent_since_ = now;
    switch (state_) {
        case state::held:
            server->count_dropped(session_.drop());
            process(*server);
            return;
        case state::header:
        case state::body:
            server->counters().count_timed_out();
            session_.expire();
            process(*server);
            return;
        case state::handshake:
        case state::first:
        case state::writing:
            server->counters().count_timed_out();
            close();
            return;
        case state::idle:
        case state::lingering:
            close();
            return;
        case state::closed:
            return;
    }
}

void webhook_connection::end() {
    if (ending_ || state_ == state::lingering || state_ == state::closed) return;
    ending_ = true;
    if (handshaking_) {
        // Let a handshake finish that has begun, or whose first bytes have arrived.
        error_code ignored;
        if (SSL_get_state(handshaking_->native_handle()) == TLS_ST_BEFORE &&
            handshaking_->next_layer().available(ignored) == 0)
            handshaking_->next_layer().cancel(ignored);
    } else if (reading_ && sending_.empty()) {  // Otherwise the last response is being sent.
        stream_->cancel_read();  // Completes the read; then has_unread() is reliable.
    } else if (state_ == state::held && buffer_.data().empty() && !stream_->has_unread()) {
        session_.end();
    }
}

void webhook_connection::close() {
    if (state_ == state::closed) return;
    state_ = state::closed;
    deadline_ = clock::time_point::max();
    if (stream_) stream_->close();
    if (handshaking_) handshaking_->next_layer().close();
    if (const auto server = server_.lock()) server->remove(*this);
}

}  // namespace jellyfish::detail
