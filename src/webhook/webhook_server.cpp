#include "webhook/webhook_server.hpp"

#include <jellyfish/error.hpp>

#include "async/bounded_timeout.hpp"
#include "async/log.hpp"
#include "async/time_limit.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

namespace jellyfish::detail {
namespace {

using asio::ip::tcp;
using std::chrono::milliseconds;

/// The minimum interval between checks of the deadlines.
constexpr milliseconds timer_interval{5};
/// How long to pause accepting when the system runs out of sockets.
constexpr milliseconds accept_pause{100};
/// During close(), how long before the timeout held requests are rejected.
constexpr milliseconds drop_time{1'000};
/// During close(), how many accepted connections may wait for each of `max_connections`.
constexpr std::size_t waiting_per_place = 16;

[[noreturn]] void reject(errc code, std::string address, std::string detail) {
    throw error(code, {"listen", std::move(address), std::move(detail), 0, ""});
}

std::string printed(const webhook_options& options, std::uint16_t port) {
    const bool v6 = options.address().find(':') != std::string::npos;
    return (options.secure() ? "https://" : "http://") + (v6 ? "[" : std::string()) +
           options.address() + (v6 ? "]:" : ":") + std::to_string(port);
}

bool is_shortage(const error_code& code) noexcept {
    return code == asio::error::no_descriptors || code == asio::error::no_memory ||
           code == asio::error::no_buffer_space ||
           code == boost::system::errc::too_many_files_open_in_system;
}

}  // namespace

webhook_server::webhook_server(strand executor, const webhook_options& options,
                               std::shared_ptr<notification_stream> to, generation session,
                               std::shared_ptr<webhook_counters> counters)
    : executor_(std::move(executor)),
      options_(options),
      rules_(options),
      stream_(std::move(to)),
      session_(session),
      counters_(std::move(counters)),
      tls_(make_server_tls(options_)),
      acceptor_(executor_),
      timer_(executor_) {}

// ---- from any thread

std::uint16_t webhook_server::open() {
    address_ = printed(options_, options_.port());
    error_code code;
    const auto address = asio::ip::make_address(options_.address(), code);
    if (code) reject(errc::invalid_option, address_, "address must be an IP address");
    if (tls_) tls_->reload("listen");
    const tcp::endpoint endpoint(address, options_.port());
    acceptor_.open(endpoint.protocol(), code);
    if (!code) acceptor_.set_option(tcp::acceptor::reuse_address(true), code);
    if (!code && address.is_v6()) acceptor_.set_option(asio::ip::v6_only(false), code);
    if (!code) acceptor_.bind(endpoint, code);
    if (!code) acceptor_.non_blocking(true, code);
    if (!code) acceptor_.listen(tcp::acceptor::max_listen_connections, code);
    if (code == asio::error::address_in_use) reject(errc::address_in_use, address_, "");
    if (code) reject(errc::listen_failed, address_, code.message());
    const std::uint16_t port = acceptor_.local_endpoint().port();
    address_ = printed(options_, port);
    return port;
}

void webhook_server::start() {
    asio::post(executor_, [self = shared_from_this()] {
        if (self->ended_) return;
        // Set even if close() was called, which still serves the connections in the backlog.
        self->stream_->on_writable(
            [weak = self->weak_from_this()] {
                const auto server = weak.lock();
                if (server) asio::post(server->executor_, [server] { server->on_writable(); });
            },
            1);
        if (self->closing_) return;
        self->log(log_level::info, "listening on " + self->address_);
        self->accept();
    });
}

void webhook_server::close() {
    asio::post(executor_, [self = shared_from_this()] { self->begin_close(); });
}

void webhook_server::stop() {
    asio::post(executor_, [self = shared_from_this()] { self->end_all(); });
}

void webhook_server::abort(error_code code, std::string detail) {
    asio::post(executor_, [self = shared_from_this(), code, detail = std::move(detail)] {
        self->fail(code, detail);
    });
}

void webhook_server::reload_tls() {
    if (tls_) tls_->reload("reload TLS");
}

// ---- accepting

void webhook_server::accept() {
    acceptor_.async_wait(tcp::acceptor::wait_read,
                         [self = shared_from_this()](const error_code& code) {
                             if (code) {
                                 self->accepted(code, tcp_socket(self->executor_));
                             } else {
                                 self->accept_waiting();
                             }
                         });
}

asio::any_io_executor webhook_server::executor_of_sockets() const {
    return tls_ ? asio::any_io_executor(executor_) : executor_.get_inner_executor();
}

/// Accepts pending connections one at a time, so that the data of each is read before the next one
/// may exceed `max_connections`.
void webhook_server::accept_waiting() {
    if (ended_ || closing_) return;
    tcp_socket socket(executor_of_sockets());
    error_code code;
    socket.accept_from(acceptor_, code);
    if (code == asio::error::would_block) {
        accept();
    } else {
        accepted(code, std::move(socket));
    }
}

void webhook_server::accepted(const error_code& code, tcp_socket socket) {
    if (ended_ || closing_) return;
    const bool ended = code == asio::error::operation_aborted ||
                       code == asio::error::bad_descriptor ||
                       code == asio::error::invalid_argument;  // No longer listening.
    if (code && !ended && code != asio::error::connection_aborted) {
        log_often(log_level::warning, "cannot accept a connection: " + code.message());
        if (is_shortage(code)) (void)make_place();
        accept_at_ = clock::now() + accept_pause;
        watch(accept_at_);
        return;
    }
    if (ended) {
        fail(errc::listen_failed, code.message());
        return;
    }
    // Otherwise the connection was aborted before it was accepted.
    if (!code) begin_connection(std::move(socket));
    asio::post(executor_, [self = shared_from_this()] { self->accept_waiting(); });
}

void webhook_server::begin_connection(tcp_socket socket) {
    counters_->count_accepted();
    if (connections_.size() >= options_.max_connections() && !make_place()) {
        counters_->count_rejected_connection();
        return;
    }
    add_connection(std::move(socket));
}

std::shared_ptr<webhook_connection> webhook_server::add_connection(tcp_socket socket) {
    auto connection = std::make_shared<webhook_connection>(shared_from_this());
    connections_.push_back(connection);
    counters_->set_connections(connections_.size());
    connection->start(std::move(socket), tls_ ? tls_->current() : nullptr);
    return connection;
}

// ---- accepting during close()

/// Accepts the connections in the backlog, whose requests may have arrived. Connections made
/// later are not served.
void webhook_server::accept_the_rest() {
    error_code code;
    for (int left = tcp::acceptor::max_listen_connections;
         left >= 0 && (!code || code == asio::error::connection_aborted); --left) {
        tcp_socket socket(executor_of_sockets());
        socket.accept_from(acceptor_, code);
        if (!code) add_waiting(std::move(socket));
    }
    if (is_shortage(code))
        log_often(log_level::warning, "cannot accept a connection: " + code.message());
    begin_waiting();
}

void webhook_server::add_waiting(tcp_socket socket) {
    counters_->count_accepted();
    error_code ignored;
    if (socket.available(ignored) == 0) return;  // Nothing was received.
    if (waiting_.size() / waiting_per_place >= options_.max_connections()) {
        counters_->count_rejected_connection();
        log_often(log_level::warning, "closed a connection: too many are waiting during close()");
        return;
    }
    waiting_.push_back(std::move(socket));
}

void webhook_server::begin_waiting() {
    for (std::size_t taken = places_taken();
         !waiting_.empty() && taken < options_.max_connections(); ++taken) {
        tcp_socket socket = std::move(waiting_.front());
        waiting_.pop_front();
        add_connection(std::move(socket))->end();
    }
}

void webhook_server::drop_waiting() {
    for (; !waiting_.empty(); waiting_.pop_front()) {
        counters_->count_rejected_connection();
        log_often(log_level::warning, "closed a connection: not served before close_timeout");
    }
}

/// Returns how many connections count towards `max_connections` during close(). Lingering ones do
/// not: their client may keep them open indefinitely, and closing them earlier might lose the last
/// response.
std::size_t webhook_server::places_taken() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        connections_, [](const auto& each) { return !each->is_lingering(); }));
}

void webhook_server::place_freed() {
    if (waiting_.empty()) return;
    asio::post(executor_, [self = shared_from_this()] { self->begin_waiting(); });
}

/// Closes the least useful silent connection. Returns false if there is none.
bool webhook_server::make_place() {
    const std::shared_ptr<webhook_connection>* victim = nullptr;
    for (const auto& each : connections_) {
        if (!each->is_silent()) continue;
        const bool worse =
            victim == nullptr || std::pair(each->has_posted(), each->silent_since()) <
                                     std::pair((*victim)->has_posted(), (*victim)->silent_since());
        if (worse) victim = &each;
    }
    if (victim == nullptr) return false;
    counters_->count_rejected_connection();
    log_often(log_level::warning, "closed a silent connection: max_connections reached");
    const auto kept = *victim;
    kept->close();
    return true;
}

void webhook_server::remove(const webhook_connection& connection) {
    const auto found = std::ranges::find_if(
        connections_, [&](const auto& each) { return each.get() == &connection; });
    if (found == connections_.end()) return;
    std::swap(*found, connections_.back());
    connections_.pop_back();
    counters_->set_connections(connections_.size());
    place_freed();
    finish_close();
}

// ---- for connections

void webhook_server::deliver() {
    counters_->set_last_notification(clock::now());
    (void)stream_->push(session_, batch_);
}

void webhook_server::hold(const std::shared_ptr<webhook_connection>& connection) {
    std::erase_if(held_, [&](const auto& each) {
        const auto other = each.lock();
        return !other || other == connection;
    });
    held_.push_back(connection);
    // Asks for the callback if there is no slot.
    if (capacity_left() != 0)
        asio::post(executor_, [self = shared_from_this()] { self->on_writable(); });
    watch(drop_at_);
}

void webhook_server::on_writable() {
    while (!held_.empty() && !ended_ && capacity_left() != 0) {
        const auto connection = held_.front().lock();
        held_.pop_front();
        if (connection) connection->on_writable();
    }
}

void webhook_server::record_rejections(const std::vector<webhook_rejection>& rejections) {
    counters_->count_rejected(rejections.size());
    counters_->count_invalid_signatures(static_cast<std::size_t>(
        std::ranges::count(rejections, true, &webhook_rejection::invalid_signature)));
    if (!options_.logger()) return;
    for (const webhook_rejection& each : rejections) {
        log_often(log_level::warning, "rejected a request with status " +
                                          std::to_string(each.status) + ": " + each.detail);
    }
}

void webhook_server::count_dropped(std::size_t count) {
    counters_->count_dropped(count);
    log_often(log_level::warning,
              "notifications dropped because the queue was full: " + std::to_string(count) +
                  "; consume faster, or raise webhook_options::queue_limit");
}

void webhook_server::count_failed_handshake(const error_code& code) {
    counters_->count_failed_handshake();
    log_often(log_level::warning, "TLS handshake failed: " + code.message());
}

// ---- time

void webhook_server::watch(clock::time_point deadline) {
    if (deadline < armed_ && !ended_) arm(deadline);
}

void webhook_server::arm(clock::time_point at) {
    armed_ = std::max(at, clock::now() + timer_interval);
    timer_.expires_at(armed_);
    timer_.async_wait([self = shared_from_this()](const error_code& code) {
        if (!code && !self->ended_) self->on_timer();
    });
}

void webhook_server::on_timer() {
    armed_ = clock::time_point::max();
    const auto now = clock::now();
    if (accept_at_ <= now) {
        accept_at_ = clock::time_point::max();
        if (!closing_) accept();
    }
    on_writable();
    if (was_missed(close_at_, now) && !std::exchange(close_renewed_, true)) start_close_limit();
    if (close_at_ <= now) drop_waiting();
    const connections all = connections_;
    for (const auto& each : all) {
        if (close_at_ <= now) {
            each->close();
        } else if (each->deadline() <= now || (each->is_held() && drop_at_ <= now)) {
            each->expire();
        }
    }
    if (close_at_ <= now) finish_close();  // The waiting connections may have been the last ones.
    if (ended_) return;
    clock::time_point next = std::min(close_at_, accept_at_);
    for (const auto& each : connections_) {
        next = std::min(next, each->deadline());
        if (each->is_held()) next = std::min(next, drop_at_);
    }
    if (next != clock::time_point::max()) watch(next);
}

// ---- closing

void webhook_server::begin_close() {
    if (ended_ || closing_) return;
    closing_ = true;
    start_close_limit();
    watch(drop_at_);
    const connections all = connections_;
    for (const auto& each : all)
        each->end();
    accept_the_rest();
    acceptor_.close();
    finish_close();
}

void webhook_server::start_close_limit() {
    const auto limit = bounded_timeout(options_.close_timeout());
    close_at_ = clock::now() + limit;
    drop_at_ = close_at_ - std::min<clock::duration>(limit / 2, drop_time);
}

void webhook_server::finish_close() {
    if (!closing_ || ended_ || acceptor_.is_open()) return;
    if (!connections_.empty() || !waiting_.empty()) return;
    end_all();
    stream_->set_ended(session_, error_code(), nullptr);
}

void webhook_server::end_all() {
    if (std::exchange(ended_, true)) return;
    acceptor_.close();
    timer_.cancel();
    stream_->on_writable(nullptr);
    waiting_.clear();
    const connections all = std::exchange(connections_, {});
    for (const auto& each : all)
        each->close();
    held_.clear();
    counters_->set_connections(0);
    log(log_level::info, "stopped listening on " + address_);
}

void webhook_server::fail(error_code code, std::string detail) {
    if (ended_) return;
    end_all();
    diagnostics info{"listen", address_, std::move(detail), 0, ""};
    log(log_level::error, describe(code, info));
    stream_->set_ended(session_, code, std::make_shared<const diagnostics>(std::move(info)));
}

void webhook_server::log(log_level level, std::string_view text) const {
    write_log(options_.logger(), level, "webhook", text);
}

/// Rate-limited, for messages that clients can trigger.
void webhook_server::log_often(log_level level, std::string_view text) {
    if (!options_.logger()) return;
    const auto kept_back = throttle_.pass(clock::now());
    if (!kept_back) return;
    std::string line(text);
    if (*kept_back != 0) line += " (" + std::to_string(*kept_back) + " messages suppressed)";
    log(level, line);
}

}  // namespace jellyfish::detail
