#include "fakes/scripted_pool.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <list>
#include <stdexcept>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace jellyfish::test {

/// The pool's end of a link.
class scripted_stream final : public detail::stream {
public:
    explicit scripted_stream(scripted_link_ptr link) : link_(std::move(link)) {}
    ~scripted_stream() override { link_->close(); }

    [[nodiscard]] executor_type get_executor() noexcept override { return link_->executor_; }

    [[nodiscard]] bool may_complete_anywhere() const noexcept override {
        return link_->completes_anywhere_;
    }

    void read_some(asio::mutable_buffer buffer, detail::io_handler handler) override {
        if (link_->read_) throw std::logic_error("two reads at a time");
        link_->read_.emplace(scripted_link::pending_read{buffer, std::move(handler)});
        link_->serve_read();
    }

    void write_some(asio::const_buffer buffer, detail::io_handler handler) override {
        if (link_->write_) throw std::logic_error("two writes at a time");
        ++link_->write_operations_;
        link_->write_.emplace(scripted_link::pending_write{buffer, std::move(handler)});
        if (link_->closed_) {
            link_->fail_write(asio::error::operation_aborted);
        } else if (!link_->held_) {
            link_->pass_write(link_->write_limit_);
        }
    }

    [[nodiscard]] std::size_t write_now(asio::const_buffer buffer) noexcept override {
        if (link_->closed_) return 0;
        const std::size_t n = std::min(buffer.size(), std::exchange(link_->at_once_, 0));
        link_->received_.append(static_cast<const char*>(buffer.data()), n);
        return n;
    }

    [[nodiscard]] bool is_quiet() noexcept override {
        return !link_->closed_ && link_->incoming_.empty() && !link_->end_;
    }

    void shutdown(asio::any_completion_handler<void()> handler) override {
        link_->close();
        asio::post(link_->executor_, std::move(handler));
    }

    void close() noexcept override { link_->close(); }

private:
    scripted_link_ptr link_;
};

// ---- the link

namespace {

/// The handler of a completed operation. (Copying it would make it wrap itself endlessly.)
template <class Pending>
detail::io_handler take_handler(std::optional<Pending>& pending) {
    detail::io_handler handler(std::move(pending->handler));
    pending.reset();
    return handler;
}

}  // namespace

std::unique_ptr<detail::stream> scripted_link::connect(const scripted_link_ptr& link) {
    return std::make_unique<scripted_stream>(link);
}

error_code scripted_link::asio_eof() { return asio::error::eof; }

void scripted_link::feed(std::string_view bytes) {
    incoming_.append(bytes);
    serve_read();
}

void scripted_link::end(const error_code& code) {
    end_ = code;
    serve_read();
}

void scripted_link::serve_read() {
    if (!read_) return;
    if (closed_) {
        complete(take_handler(read_), asio::error::operation_aborted, 0);
    } else if (!incoming_.empty()) {
        const std::size_t n = std::min(incoming_.size(), read_->buffer.size());
        std::memcpy(read_->buffer.data(), incoming_.data(), n);
        incoming_.erase(0, n);
        complete(take_handler(read_), {}, n);
    } else if (end_) {
        complete(take_handler(read_), *end_, 0);
    }
}

void scripted_link::pass_write(std::size_t bytes) {
    const std::size_t n = std::min(bytes, write_->buffer.size());
    received_.append(static_cast<const char*>(write_->buffer.data()), n);
    complete(take_handler(write_), {}, n);
}

void scripted_link::fail_write(const error_code& code) { complete(take_handler(write_), code, 0); }

void scripted_link::close() {
    closed_ = true;
    serve_read();
    if (write_) fail_write(asio::error::operation_aborted);
}

void scripted_link::complete(detail::io_handler handler, const error_code& code,
                             std::size_t bytes) {
    const auto on =
        asio::get_associated_executor(handler, asio::any_completion_executor(executor_));
    asio::post(executor_,
               asio::bind_executor(on, [handler = std::move(handler), code, bytes]() mutable {
                   std::move(handler)(code, bytes);
               }));
}

// ---- the pool's I/O

namespace {

void complete_attempt(const asio::any_io_executor& executor,
                      detail::pool_io::connect_handler handler, const error_code& code,
                      diagnostics info, std::unique_ptr<detail::stream> connection) {
    const auto on = asio::get_associated_executor(handler, asio::any_completion_executor(executor));
    asio::post(executor,
               asio::bind_executor(on, [handler = std::move(handler), code, info = std::move(info),
                                        connection = std::move(connection)]() mutable {
                   std::move(handler)(code, std::move(info), std::move(connection));
               }));
}

/// Removes an attempt from the list. Its handler is moved, since it is not assignable.
detail::pool_io::connect_handler take(scripted_state& state,
                                      std::list<detail::pool_io::connect_handler>::iterator place) {
    auto handler = std::move(*place);
    state.attempts.erase(place);
    return handler;
}

detail::pool_io::connect_handler take_first(scripted_state& state) {
    if (state.attempts.empty()) throw std::logic_error("no attempt to connect was made");
    auto handler = take(state, state.attempts.begin());
    // Whether it succeeds or fails, it can no longer be cancelled.
    asio::get_associated_cancellation_slot(handler).clear();
    return handler;
}

scripted_link_ptr new_link(scripted_state& state, const asio::any_io_executor& executor) {
    auto link = std::make_shared<scripted_link>(executor);
    if (state.complete_anywhere) link->complete_anywhere();
    if (state.hold_writes) link->hold_writes();
    state.links.push_back(link);
    return link;
}

}  // namespace

void scripted_pool_io::schedule_at(time_point when, std::function<void()> callback) {
    ++state_->timers_requested;
    state_->scheduled_time = when;
    state_->on_timer = [executor = executor_, callback = std::move(callback)] {
        asio::post(executor, callback);
    };
}

void scripted_pool_io::cancel_schedule() {
    state_->scheduled_time.reset();
    state_->on_timer = nullptr;
}

void scripted_pool_io::connect(connect_handler handler) {
    ++state_->attempts_made;
    if (state_->connect_at_once) {
        const asio::any_io_executor of_link =
            state_->complete_anywhere ? asio::any_io_executor(executor_) : plain_;
        auto stream = scripted_link::connect(new_link(*state_, of_link));
        complete_attempt(plain_, std::move(handler), {}, {}, std::move(stream));
        return;
    }
    state_->attempts.push_back(std::move(handler));
    const auto place = std::prev(state_->attempts.end());
    auto slot = asio::get_associated_cancellation_slot(*place);
    slot.assign([state = state_, plain = plain_, place](asio::cancellation_type) {
        ++state->attempts_cancelled;
        complete_attempt(plain, take(*state, place), asio::error::operation_aborted, {}, nullptr);
    });
}

std::unique_ptr<detail::pool_io> scripted_pool::make_pool_io(
    const detail::pool_driver::strand& executor) {
    return std::make_unique<scripted_pool_io>(executor, context_.get_executor(), state_);
}

void scripted_pool::settle() {
    context_.restart();
    context_.poll();
}

void scripted_pool::pass(std::chrono::milliseconds time) {
    state_->now += time;
    if (state_->scheduled_time && *state_->scheduled_time <= state_->now) {
        state_->scheduled_time.reset();
        std::exchange(state_->on_timer, nullptr)();
    }
    settle();
}

void scripted_pool::connect_one() {
    auto handler = take_first(*state_);
    auto stream = scripted_link::connect(new_link(*state_, context_.get_executor()));
    complete_attempt(context_.get_executor(), std::move(handler), {}, {}, std::move(stream));
    settle();
}

void scripted_pool::refuse_one(errc code, std::string detail) {
    diagnostics info;
    info.detail = std::move(detail);
    complete_attempt(context_.get_executor(), take_first(*state_), code, std::move(info), nullptr);
    settle();
}

std::string http_ok(std::string_view body, std::string_view headers) {
    return std::string("HTTP/1.1 200 OK\r\ncontent-length: ")
        .append(std::to_string(body.size()))
        .append("\r\n")
        .append(headers)
        .append("\r\n")
        .append(body);
}

}  // namespace jellyfish::test
