#include "delivery/delivery_stream.hpp"

#include <chrono>
#include <utility>

namespace jellyfish::detail {

delivery_stream::delivery_stream(asio::any_io_executor executor)
    : waits_(wait_group::make(std::move(executor))),
      connection_(waits_, [this] { return everything_taken(); }) {
    const std::lock_guard lock(mutex());
    connection_.on_connect_cancelled([this] {
        if (stop_connecting_) stop_connecting_();
        on_cancelled();
    });
}

// ---- for the session

void delivery_stream::restore() {
    lost_ = false;
    ++reconnects_;
    server_address_ = attempted_address_;
    on_restored(std::chrono::steady_clock::now(), attempts_);
}

void delivery_stream::set_ready(generation session) {
    const std::lock_guard lock(mutex());
    if (!connection_.set_ready(session)) return;
    server_address_ = attempted_address_;
    close_gap();
    on_ready();
}

void delivery_stream::set_unready(generation session) {
    const std::lock_guard lock(mutex());
    connection_.set_lost(session);
}

void delivery_stream::set_lost(generation session, const error_code& code,
                               const diagnostics_ptr& info, time_point since) {
    const std::lock_guard lock(mutex());
    if (!connection_.set_lost(session)) return;
    lost_ = true;
    on_lost({code, info ? info->detail : std::string()}, info, since);
}

void delivery_stream::begin_attempt(generation session, std::uint32_t attempts,
                                    std::string_view server) {
    const std::lock_guard lock(mutex());
    if (!connection_.is_current(session)) return;
    attempts_ = attempts;
    attempted_address_ = server;
    waits_->set_address(attempted_address_);
}

void delivery_stream::set_ended(generation session, const error_code& code,
                                const diagnostics_ptr& info) {
    const std::lock_guard lock(mutex());
    if (connection_.set_ended(session, code, info)) on_end();
}

// ---- for the public object

session_state delivery_stream::state() const {
    const std::lock_guard lock(mutex());
    return connection_.state();
}

std::string delivery_stream::server_address() const {
    const std::lock_guard lock(mutex());
    return server_address_;
}

std::optional<generation> delivery_stream::begin(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    const auto session = connection_.begin(std::move(handler));
    if (session) {
        lost_ = false;
        on_begin();
    }
    return session;
}

bool delivery_stream::is_current(generation session) const {
    const std::lock_guard lock(mutex());
    return connection_.is_current(session);
}

void delivery_stream::set_address(std::string address) {
    const std::lock_guard lock(mutex());
    waits_->set_address(std::move(address));
}

void delivery_stream::on_connect_cancelled(std::function<void()> callback) {
    const std::lock_guard lock(mutex());
    stop_connecting_ = std::move(callback);
}

bool delivery_stream::set_closing() {
    const std::lock_guard lock(mutex());
    const bool lives = connection_.set_closing();
    if (lives) {
        on_closing();
    } else if (connection_.state() == session_state::closed) {
        on_end();
    }
    return lives;
}

void delivery_stream::destroy() {
    const std::lock_guard lock(mutex());
    connection_.destroy();
    stop_connecting_ = nullptr;
    on_destroy();
}

}  // namespace jellyfish::detail
