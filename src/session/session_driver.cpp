#include "session/session_driver.hpp"

#include "async/log.hpp"

#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::detail {
namespace {

using clock = std::chrono::steady_clock;

/// The timeout for sending the last bytes of a session.
constexpr std::chrono::seconds drain_timeout{1};

/// How many items may be queued beyond the limit until a session is ready.
constexpr std::size_t handshake_capacity = 64;

/// How many items are decoded before the overflow policy applies to them: a batch of notifications
/// may hold millions.
constexpr std::size_t most_at_once = 4'096;

}  // namespace

session_driver::session_driver(strand executor, session_context_ptr context, generation id,
                               std::unique_ptr<stream> connection,
                               std::unique_ptr<session_feed> feed)
    : executor_(std::move(executor)),
      reads_(executor_),
      context_(std::move(context)),
      id_(id),
      stream_(std::move(connection)),
      feed_(std::move(feed)),
      session_(feed_->state()),
      ended_(executor_, time_point::max()),
      timer_(executor_) {}

template <class Text>
void session_driver::log(log_level level, const Text& text) const {
    write_log(context_->client.logger(), level, context_->names.component, text);
}

// ---- requests

void session_driver::step() {
    if (stage_ != stage::open) return;
    decode();
    flush();
    if (session_.phase() == session_phase::closed) {
        drain();
        return;
    }
    if (!session_.paused()) read();
    arm_timer();
}

void session_driver::apply(const std::function<void(session_feed&)>& change) {
    if (stage_ != stage::open) return;
    change(*feed_);
    step();
}

void session_driver::close() {
    if (stage_ != stage::open) return;
    keep_what_was_read();
    feed_->prepare_to_close();
    session_.close(clock::now());
    step();
}

bool session_driver::abort(const error_code& code, const std::string& detail) {
    if (stage_ != stage::open) return false;
    keep_what_was_read();
    const bool open = session_.phase() != session_phase::closed;  // Unless closed by what was read.
    if (open) session_.abort(code, detail);
    step();
    return open;
}

void session_driver::stop() {
    finish();
    report_end();
}

asio::awaitable<void> session_driver::ended() {
    return ended_.async_wait(asio::redirect_error(asio::use_awaitable, ignored_));
}

// ---- items

void session_driver::decode() {
    const auto now = clock::now();
    while (session_.phase() != session_phase::closed) {
        const std::size_t capacity = capacity_left();
        if (capacity == 0) {
            pause(now);
            return;
        }
        session_.set_paused(false, now);
        buffer_.consume(feed_->receive(buffer_.data(), now, capacity));
        const bool filled = feed_->decoded() == capacity;
        announce(now);  // Report readiness before delivering the items of the same read.
        deliver();
        if (!filled) return;
    }
}

std::size_t session_driver::capacity_left() const {
    // While closing, read until the close frame: the stream drops what does not fit.
    if (session_.phase() == session_phase::closing) return most_at_once;
    // Queued items of an earlier session must not block the handshake.
    const bool ready = session_.phase() == session_phase::ready;
    const std::size_t left = context_->to->capacity_left(ready ? 0 : handshake_capacity);
    return std::clamp(left, std::size_t{ready ? 0U : 1U}, most_at_once);
}

void session_driver::pause(time_point now) {
    if (!session_.paused()) {
        const session_names& names = context_->names;
        if (context_->to->is_consumed())
            log(log_level::info,
                std::string("queue full: reading paused until ") + names.items + " are taken");
        else
            log(log_level::warning,
                std::string("queue full, and nobody has called next(): reading paused") +
                    names.how_to_take);
    }
    session_.set_paused(true, now);
    if (write_failed_) context_->to->set_unready(id_);
}

/// Queues the content of the buffer when a session is closed while reading is paused, since reading
/// is not resumed. At most the content of one buffer, or the rest of a batch, exceeds the limit.
void session_driver::keep_what_was_read() {
    if (!session_.paused()) return;
    for (bool more = true; more;) {
        buffer_.consume(feed_->receive(buffer_.data(), clock::now(), most_at_once));
        more = feed_->decoded() == most_at_once;
        feed_->deliver_beyond_limit();
    }
}

/// Reports readiness, and what else has changed. Most reads change nothing.
void session_driver::announce(time_point now) {
    if (!session_.was_ready()) return;
    if (!ready_since_) {
        ready_since_ = now;
        log(log_level::info, [&] { return "session ready: " + session_.end_info().address; });
        context_->to->set_ready(id_);
    }
    feed_->announce();
}

void session_driver::deliver() {
    const std::uint64_t ignored = session_.ignored();
    context_->counters->ignored.fetch_add(ignored - std::exchange(ignored_parts_, ignored),
                                          std::memory_order_relaxed);
    const std::size_t decoded = feed_->decoded();
    if (decoded == 0) return;
    messages_ += decoded;
    if (!feed_->deliver()) {
        session_.abort(errc::slow_consumer, "more than " +
                                                std::to_string(context_->options.queue_limit()) +
                                                " " + context_->names.items + " were queued");
    }
}

// ---- bytes

void session_driver::read() {
    if (reading_) return;
    reading_ = true;
    const auto space = buffer_.prepare(session_.needed());
    offered_ = space.size();
    reads_.read_some(*stream_, asio::mutable_buffer(space.data(), space.size()),
                     [self = shared_from_this()](const error_code& code, std::size_t bytes) {
                         self->on_read(code, bytes);
                     });
}

void session_driver::on_read(const error_code& code, std::size_t bytes) {
    reading_ = false;
    if (stage_ != stage::open) return;
    buffer_.commit(bytes);
    buffer_.set_size(read_size_.after_read(offered_, bytes, std::exchange(messages_, 0)));
    if (bytes != 0) {
        traffic& counters = *context_->counters;
        counters.bytes_received.fetch_add(bytes, std::memory_order_relaxed);
        counters.last_byte_at.store(clock::now().time_since_epoch().count(),
                                    std::memory_order_relaxed);
    }
    if (code) {
        decode();
        session_.receive_end(code == asio::error::eof ? error_code() : code);
    }
    step();
}

void session_driver::flush() {
    if (!writing_.empty()) return;
    feed_->prepare_to_send();
    if (session_.outbound().empty()) return;
    if (write_failed_) {
        session_.outbound().clear();
        return;
    }
    writing_.swap(session_.outbound());
    written_ = 0;
    write();
}

void session_driver::write() {
    stream_->async_write_some(
        asio::buffer(writing_) + written_,
        asio::bind_executor(executor_,
                            [self = shared_from_this()](const error_code& code, std::size_t bytes) {
                                self->on_write(code, bytes);
                            }));
}

void session_driver::on_write(const error_code& code, std::size_t bytes) {
    if (stage_ == stage::closed) return;
    context_->counters->bytes_sent.fetch_add(bytes, std::memory_order_relaxed);
    written_ += bytes;
    if (!code && written_ < writing_.size()) {
        write();
        return;
    }
    writing_.clear();
    if (code) {
        // Read what the server sent before: it explains more than a broken pipe.
        write_failed_ = true;
        session_.outbound().clear();
        if (stage_ == stage::open && session_.paused()) {
            log(log_level::warning,
                [&] { return "connection lost while reading is paused: " + code.message(); });
            context_->to->set_unready(id_);
        }
    }
    flush();
    if (stage_ == stage::draining && writing_.empty()) finish();
}

// ---- time

void session_driver::arm_timer() {
    const time_point deadline = session_.deadline();
    // Do not re-arm the timer when a read postpones the deadline: its handler checks.
    if (armed_for_ <= deadline) return;
    armed_for_ = deadline;
    timer_.expires_at(deadline);
    timer_.async_wait([self = shared_from_this()](const error_code& code) {
        if (code || self->stage_ != stage::open) return;
        self->armed_for_ = time_point::max();
        self->session_.tick(clock::now());
        self->step();
    });
}

// ---- closing

void session_driver::drain() {
    stage_ = stage::draining;
    if (session_.end_code()) report_end();
    flush();
    if (writing_.empty()) {
        finish();
        return;
    }
    timer_.expires_after(drain_timeout);
    timer_.async_wait([self = shared_from_this()](const error_code& code) {
        if (!code) self->finish();
    });
}

void session_driver::finish() {
    if (std::exchange(stage_, stage::closed) == stage::closed) return;
    timer_.cancel();
    const bool clean = session_.phase() == session_phase::closed && !session_.end_code();
    if (!clean || reading_) {  // A TLS shutdown reads, so it cannot overlap another read.
        stream_->close();
        report_end();
        return;
    }
    stream_->shutdown(asio::bind_executor(executor_, [self = shared_from_this()] {
        self->stream_->close();
        self->report_end();
    }));
}

/// Resumes, through the context, the coroutine that awaits `ended()`.
void session_driver::report_end() { ended_.expires_at(time_point()); }

}  // namespace jellyfish::detail
