#include "sandbox/http/connection.hpp"

#include "model/names.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace jellyfish::testing::detail {
namespace {

using clock = std::chrono::steady_clock;
using tcp = asio::ip::tcp;

constexpr std::chrono::seconds linger_time{1};

}  // namespace

connection::connection(tcp::socket socket, asio::ssl::context* tls,
                       std::shared_ptr<connection_gate> gate)
    : socket_(std::move(socket)),
      gate_(std::move(gate)),
      linger_(socket_.get_executor()),
      last_received_(clock::now()) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    if (tls != nullptr) tls_.emplace(socket_, *tls);
}

asio::awaitable<bool> connection::handshake(std::chrono::milliseconds limit) {
    if (!tls_) co_return true;
    const auto self = shared_from_this();
    asio::steady_timer timer(executor(), limit);
    timer.async_wait([self](error_code code) {
        if (!code) self->abort();
    });
    const auto result = co_await tls_->async_handshake(asio::ssl::stream_base::server,
                                                       asio::as_tuple(asio::use_awaitable));
    timer.cancel();
    last_received_ = clock::now();
    co_return !std::get<0>(result) && open_;
}

void connection::read(asio::mutable_buffer buffer, read_handler handler) {
    auto done = [self = shared_from_this(), handler = std::move(handler)](
                    error_code code, std::size_t size) mutable {
        if (size > 0) self->last_received_ = clock::now();
        if (code) self->on_read_end();
        std::move(handler)(code, size);
    };
    if (tls_) {
        tls_->async_read_some(buffer, std::move(done));
    } else {
        socket_.async_read_some(buffer, std::move(done));
    }
}

/// Called when nothing more can be read: no later read would complete.
void connection::on_read_end() {
    read_ended_ = true;
    if (shut_down_ && !tls_) close();
}

asio::awaitable<std::tuple<error_code, std::size_t>> connection::read_some(
    asio::mutable_buffer buffer) {
    auto token = asio::as_tuple(asio::use_awaitable);
    return asio::async_initiate<decltype(token), void(error_code, std::size_t)>(
        [this, buffer](auto handler) { read(buffer, std::move(handler)); }, token);
}

asio::awaitable<connection::received> connection::receive(std::string& out, std::size_t most,
                                                          clock::time_point deadline) {
    const auto self = shared_from_this();
    const auto late = std::make_shared<bool>(false);
    asio::steady_timer timer(executor(), deadline);
    timer.async_wait([self, late](error_code code) {
        if (code) return;
        *late = true;
        error_code ignored;
        self->socket_.cancel(ignored);
    });
    const std::size_t begin = out.size();
    out.resize(begin + most);
    const auto result = co_await read_some(asio::buffer(out.data() + begin, most));
    const std::size_t size = std::get<1>(result);
    timer.cancel();
    out.resize(begin + size);
    if (size > 0) co_return received::data;
    co_return *late&& open_ ? received::timeout : received::end;
}

void connection::write(std::string_view bytes) {
    if (!open_ || finishing_) return;
    out_ += bytes;
    if (queued() > max_queued) return abort(true);
    write_some();
}

void connection::when_drained(asio::any_completion_handler<void(error_code)> handler) {
    if (open_ && queued() > little_queued) {
        drained_.push_back(std::move(handler));
        return;
    }
    asio::post(executor(), [handler = std::move(handler), open = open_]() mutable {
        std::move(handler)(open ? error_code() : error_code(asio::error::operation_aborted));
    });
}

void connection::flush() { write_some(); }

void connection::write_some() {
    if (writing_ || !open_ || gate_->stalled) return;
    if (out_.empty()) {
        if (finishing_) shut_down();
        return;
    }
    writing_ = true;
    in_flight_.swap(out_);
    auto done = [self = shared_from_this()](error_code code, std::size_t) {
        self->on_written(code);
    };
    if (tls_) {
        asio::async_write(*tls_, asio::buffer(in_flight_), std::move(done));
    } else {
        asio::async_write(socket_, asio::buffer(in_flight_), std::move(done));
    }
}

void connection::on_written(error_code code) {
    writing_ = false;
    in_flight_.clear();
    if (code) return abort();
    if (queued() <= little_queued) notify_drained();
    write_some();
}

void connection::notify_drained() {
    const error_code code = open_ ? error_code() : error_code(asio::error::operation_aborted);
    for (auto& handler : std::exchange(drained_, {})) {
        asio::post(executor(),
                   [handler = std::move(handler), code]() mutable { std::move(handler)(code); });
    }
}

void connection::finish() {
    if (!open_ || finishing_) return;
    finishing_ = true;
    write_some();
}

void connection::shut_down() {
    linger_.expires_after(linger_time);
    linger_.async_wait([self = shared_from_this()](error_code code) {
        if (!code) self->close();
    });
    if (tls_) {
        // Sends close_notify; the peer's close_notify or the timer closes the connection.
        tls_->async_shutdown([self = shared_from_this()](error_code) { self->close(); });
        return;
    }
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    if (read_ended_) return close();
    shut_down_ = true;
    discarded_.resize(16'384);
    discard();
}

void connection::discard() {
    socket_.async_read_some(asio::buffer(discarded_),
                            [self = shared_from_this()](error_code code, std::size_t) {
                                if (!self->open_) return;
                                if (code) return self->close();
                                self->discard();
                            });
}

void connection::abort(bool reset) {
    if (!open_) return;
    if (reset) {
        error_code ignored;
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    }
    close();
}

void connection::close() {
    if (!open_) return;
    open_ = false;
    linger_.cancel();
    error_code ignored;
    socket_.close(ignored);
    out_.clear();
    notify_drained();
    gate_->on_change();
}

}  // namespace jellyfish::testing::detail
