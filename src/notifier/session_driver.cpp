#include "notifier/session_driver.hpp"

#include "async/bounded_timeout.hpp"
#include "async/log.hpp"
#include "http/user_agent.hpp"
#include "net/connect.hpp"
#include "net/connect_failure.hpp"

#include <algorithm>
#include <exception>
#include <random>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <openssl/rand.h>

namespace jellyfish::detail {
namespace {

/// The timeout for sending the last bytes of a session.
constexpr std::chrono::seconds drain_timeout{1};

/// How many notifications may be queued beyond the limit until a session is ready.
constexpr std::size_t handshake_capacity = 64;

/// Masking keys must be unpredictable (RFC 6455, section 10.3).
std::uint32_t random_bits() {
    std::uint32_t bits = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&bits), sizeof bits) == 1) return bits;
    return std::random_device()();  // Fall back to the system's source, which also seeds OpenSSL's.
}

}  // namespace

session_driver::session_driver(strand executor, session_config plan, std::shared_ptr<inbox> to,
                               std::shared_ptr<traffic> counters,
                               std::weak_ptr<session_events> owner)
    : executor_(std::move(executor)),
      reads_(executor_),
      plan_(std::move(plan)),
      inbox_(std::move(to)),
      traffic_(std::move(counters)),
      owner_(std::move(owner)),
      timer_(executor_) {
    connect_limit_.start(std::chrono::steady_clock::now(),
                         bounded_timeout(plan_.client.connect_timeout()));
}

template <class Text>
void session_driver::log(log_level level, const Text& text) const {
    write_log(plan_.client.logger(), level, "notifier", text);
}

session_parameters session_driver::settings_of(const session_config& plan, time_point deadline,
                                               time_point now) {
    session_parameters settings;
    settings.address = parse_server_address(plan.client.server_address());
    settings.scheme = plan.client.secure() ? "wss" : "ws";
    settings.token = plan.client.server_api_token();
    settings.user_agent = http::user_agent(plan.client.user_agent());
    settings.events = plan.options.events();
    settings.known_server = plan.was_ready;
    settings.max_message_size = plan.options.max_message_size();
    settings.upgrade_timeout = deadline - now;  // The time left after TCP and TLS.
    settings.authentication_timeout = bounded_timeout(plan.options.authentication_timeout());
    settings.idle_timeout = bounded_timeout(plan.options.idle_timeout());
    settings.close_timeout = bounded_timeout(plan.options.close_timeout());
    settings.random = random_bits;
    return settings;
}

// ---- for the owner

void session_driver::start() {
    inbox_->on_writable([weak = weak_from_this()] {
        if (const auto runner = weak.lock())
            asio::post(runner->executor_, [runner] { runner->on_writable(); });
    });
    asio::co_spawn(executor_, connect_stream(plan_),
                   asio::bind_cancellation_slot(
                       cancel_connect_.slot(),
                       [self = shared_from_this()](std::exception_ptr failure,
                                                   std::unique_ptr<stream> connection) {
                           self->connected(std::move(failure), std::move(connection));
                       }));
}

void session_driver::close() {
    if (closing_ || finished_) return;
    if (!session_) {
        closing_ = true;
        cancel_connect_.emit(asio::cancellation_type::terminal);
        return;
    }
    keep_what_was_read();
    closing_ = true;
    session_->close(std::chrono::steady_clock::now());
    on_writable();  // Resume reading even if the queue is full, to receive the close frame.
}

void session_driver::stop() {
    end_reported_ = true;
    cancel_connect_.emit(asio::cancellation_type::terminal);
    finish();
}

void session_driver::subscribe(event_type type) {
    if (!session_ || finished_) return;
    session_->subscribe(type, std::chrono::steady_clock::now());
    announced_subscriptions_.reset();  // Complete the operation even if already subscribed.
    step();
}

bool session_driver::abort(error_code code, std::string detail) {
    if (!session_ || finished_ || session_->phase() == session_phase::closed) return false;
    keep_what_was_read();
    if (session_->phase() == session_phase::closed) return false;  // Closed by buffered input.
    session_->abort(code, std::move(detail));
    asio::post(executor_, [self = shared_from_this()] { self->step(); });
    return true;
}

// ---- connecting

asio::awaitable<std::unique_ptr<stream>> session_driver::connect_stream(
    const session_config& plan) {
    server_address address = parse_server_address(plan.client.server_address());
    tls_context_ptr context = plan.tls ? plan.tls->current() : nullptr;
    co_return co_await connect(std::move(address), std::move(context),
                               bounded_timeout(plan.client.connect_timeout()),
                               bounded_timeout(plan.options.idle_timeout()), plan.known);
}

void session_driver::connected(std::exception_ptr failure, std::unique_ptr<stream> connection) {
    if (finished_) return;
    const auto now = std::chrono::steady_clock::now();
    if (!failure) {
        stream_ = std::move(connection);
        // Restarts the timeout if the process was suspended while connecting.
        (void)connect_limit_.is_expired(now);
        try {
            session_.emplace(settings_of(plan_, connect_limit_.at(), now), now);
        } catch (...) {  // Out of memory, or no random numbers.
            failure = std::current_exception();
            stream_->close();
        }
    }
    if (failure) {
        diagnostics info;
        const error_code code = code_of_failure(failure, info);
        if (info.operation.empty()) info.operation = "connect";
        finished_ = true;
        report_end(closing_ ? error_code() : code, std::move(info));
        return;
    }
    if (closing_) session_->close(now);
    step();
}

// ---- the session

void session_driver::step() {
    if (finished_ || leaving_) return;
    decode();
    flush();
    if (session_->phase() == session_phase::closed) {
        drain();
        return;
    }
    if (!paused_) read();
    arm_timer();
}

void session_driver::decode() {
    const auto now = std::chrono::steady_clock::now();
    while (session_->phase() != session_phase::closed) {
        // Queued notifications of an earlier session must not block the handshake.
        const bool ready = session_->phase() == session_phase::ready;
        std::size_t capacity = inbox_->capacity_left(ready ? 0 : handshake_capacity);
        if (closing_) capacity = SIZE_MAX;  // The inbox drops what does not fit.
        if (capacity == 0) {
            if (!paused_)
                log(log_level::info, "queue full: reading paused until notifications are taken");
            paused_ = true;
            if (write_failed_) report_unready();
            session_->set_paused(true, now);
            return;
        }
        if (paused_) {
            paused_ = false;
            session_->set_paused(false, now);
        }
        const std::size_t used = session_->receive(buffer_.data(), now, batch_, capacity);
        buffer_.consume(used);
        const bool filled = batch_.size() == capacity;
        announce();  // Report readiness before delivering the notifications of the same read.
        deliver();
        if (!filled) return;
    }
}

/// Queues the content of the buffer when a session is closed while reading is paused, since reading
/// is not resumed. At most one buffer of notifications exceeds the limit.
void session_driver::keep_what_was_read() {
    if (!paused_) return;
    const auto now = std::chrono::steady_clock::now();
    buffer_.consume(session_->receive(buffer_.data(), now, batch_, SIZE_MAX));
    inbox_->push_beyond_limit(plan_.id, batch_);
}

void session_driver::deliver() {
    traffic_->ignored.store(session_->ignored(), std::memory_order_relaxed);
    if (batch_.empty()) return;
    messages_of_read_ += batch_.size();
    if (!inbox_->push(plan_.id, batch_)) {
        session_->abort(errc::slow_consumer, "more than " +
                                                 std::to_string(plan_.options.queue_limit()) +
                                                 " notifications were queued");
    }
}

/// Reports readiness and confirmed subscriptions to the owner. Most reads change nothing.
void session_driver::announce() {
    if (!session_->was_ready()) return;
    const std::array subscribed{session_->subscribed(event_type::server_notification),
                                session_->subscribed(event_type::metrics)};
    if (announced_subscriptions_ == subscribed) return;
    announced_subscriptions_ = subscribed;
    if (!std::exchange(announced_, true)) {
        log(log_level::info, [&] { return "session ready: " + session_->end_info().address; });
        if (const auto owner = owner_.lock()) owner->on_ready();
    }
    for (const event_type type : {event_type::server_notification, event_type::metrics}) {
        if (!session_->subscribed(type)) continue;
        if (const auto owner = owner_.lock()) owner->on_subscribed(type);
    }
}

void session_driver::report_unready() {
    if (const auto owner = owner_.lock()) owner->on_unready();
}

void session_driver::on_writable() {
    if (finished_ || leaving_ || !session_) return;
    step();
}

// ---- bytes

void session_driver::read() {
    if (reading_) return;
    reading_ = true;
    const auto room = buffer_.prepare(session_->needed());
    offered_ = room.size();
    const asio::mutable_buffer buffer(room.data(), room.size());
    reads_.read_some(*stream_, buffer,
                     [self = shared_from_this()](const error_code& code, std::size_t bytes) {
                         self->on_read(code, bytes);
                     });
}

void session_driver::on_read(error_code code, std::size_t bytes) {
    reading_ = false;
    if (finished_ || leaving_) return;
    buffer_.commit(bytes);
    choose_buffer_size(bytes);
    if (bytes != 0) {
        traffic_->bytes_received.fetch_add(bytes, std::memory_order_relaxed);
        traffic_->last_byte_at.store(std::chrono::steady_clock::now().time_since_epoch().count(),
                                     std::memory_order_relaxed);
    }
    if (code) {
        decode();
        session_->receive_end(code == asio::error::eof ? error_code() : code);
    }
    step();
}

/// An idle session keeps a small buffer, since a process may have thousands. Large messages that
/// fill the buffer get a larger one, which saves system calls. For small messages a buffer that
/// fits in the processor's cache is faster.
void session_driver::choose_buffer_size(std::size_t read) noexcept {
    small_reads_ = read < idle_buffer_size / 2 ? small_reads_ + 1 : 0;
    const std::size_t messages = std::exchange(messages_of_read_, 0);
    if (read == offered_) {
        // Keep the estimate if the read completed no message.
        if (messages != 0)
            large_messages_ =
                messages * large_message <= read && offered_ >= receive_buffer::normal_size / 2;
        buffer_.set_size(large_messages_ ? large_buffer_size : receive_buffer::normal_size);
    } else if (small_reads_ >= small_reads_of_an_idle_session) {
        buffer_.set_size(idle_buffer_size);
    }
}

void session_driver::flush() {
    if (!writing_.empty() || session_->outbound().empty()) return;
    if (write_failed_) {
        session_->outbound().clear();
        return;
    }
    writing_.swap(session_->outbound());
    written_ = 0;
    stream_->async_write_some(
        asio::buffer(writing_),
        asio::bind_executor(executor_, [self = shared_from_this()](error_code code, std::size_t n) {
            self->on_write(code, n);
        }));
}

void session_driver::on_write(error_code code, std::size_t bytes) {
    if (finished_) return;
    traffic_->bytes_sent.fetch_add(bytes, std::memory_order_relaxed);
    written_ += bytes;
    if (!code && written_ < writing_.size()) {
        stream_->async_write_some(asio::buffer(writing_) + written_,
                                  asio::bind_executor(executor_, [self = shared_from_this()](
                                                                     error_code ec, std::size_t n) {
                                      self->on_write(ec, n);
                                  }));
        return;
    }
    writing_.clear();
    if (code) {
        // Read what the server sent before: it explains more than a broken pipe.
        write_failed_ = true;
        session_->outbound().clear();
        if (leaving_) {
            finish();
        } else if (paused_) {
            log(log_level::warning,
                [&] { return "connection lost while reading is paused: " + code.message(); });
            report_unready();
        }
        return;
    }
    flush();
    if (leaving_ && writing_.empty()) finish();
}

// ---- time

void session_driver::arm_timer() {
    const time_point deadline = session_->deadline();
    // Do not re-arm the timer when a read postpones the deadline: its handler checks.
    if (armed_for_ <= deadline) return;
    armed_for_ = deadline;
    timer_.expires_at(deadline);
    timer_.async_wait([self = shared_from_this()](error_code code) {
        if (code || self->finished_ || self->leaving_) return;
        self->armed_for_ = time_point::max();
        self->session_->tick(std::chrono::steady_clock::now());
        self->step();
    });
}

// ---- closing

void session_driver::drain() {
    leaving_ = true;
    timer_.cancel();
    const error_code code = session_->end_code();
    if (code) report_end(code, session_->end_info());
    flush();
    if (writing_.empty()) {
        finish();
        return;
    }
    timer_.expires_after(drain_timeout);
    timer_.async_wait([self = shared_from_this()](error_code ec) {
        if (!ec) self->finish();
    });
}

void session_driver::finish() {
    if (finished_) return;
    finished_ = true;
    timer_.cancel();
    if (!stream_) {
        report_end(error_code(), {});
        return;
    }
    const bool clean =
        session_ && session_->phase() == session_phase::closed && !session_->end_code();
    if (!clean || reading_) {  // A TLS shutdown reads, so it cannot overlap another read.
        stream_->close();
        report_end(error_code(), {});
        return;
    }
    stream_->shutdown(asio::bind_executor(executor_, [self = shared_from_this()] {
        self->stream_->close();
        self->report_end(error_code(), {});
    }));
}

void session_driver::report_end(const error_code& code, diagnostics info) {
    if (std::exchange(end_reported_, true)) return;
    if (const auto owner = owner_.lock()) owner->on_end(code, std::move(info));
}

}  // namespace jellyfish::detail
