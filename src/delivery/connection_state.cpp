#include "delivery/connection_state.hpp"

#include <utility>

#include <boost/asio/error.hpp>

namespace jellyfish::detail {

connection_state::connection_state(std::shared_ptr<wait_group> waits,
                                   std::function<bool()> everything_taken,
                                   const char* connect_operation)
    : waits_(std::move(waits)),
      everything_taken_(std::move(everything_taken)),
      connect_(waits_->make_queue(wait_kind::event, connect_operation)),
      ready_(waits_->make_queue(wait_kind::event, "wait_ready")),
      closed_(waits_->make_queue(wait_kind::event, "close")),
      drained_(waits_->make_queue(wait_kind::event, "drain")) {
    const std::lock_guard lock(waits_->mutex());
    connect_.on_abandoned([this] {
        if (state_ != session_state::connecting) return;
        state_ = session_state::idle;
        ++generation_;
        if (on_connect_cancelled_) on_connect_cancelled_();
    });
}

connection_state::~connection_state() {
    const std::lock_guard lock(waits_->mutex());
    connect_.on_abandoned(nullptr);
}

error_code connection_state::closed_code() const noexcept {
    return destroyed_ ? error_code(asio::error::operation_aborted) : error_code(errc::closed);
}

/// Whether the connection is established, or will be.
bool connection_state::is_up(generation of) const noexcept {
    return is_current(of) && (state_ == session_state::connecting ||
                              state_ == session_state::ready || state_ == session_state::restoring);
}

std::optional<generation> connection_state::begin(operation_handler<> handler) {
    if (is_closing()) {
        connect_.complete(std::move(handler), closed_code());
        return std::nullopt;
    }
    if (is_up(generation_)) {
        connect_.complete(std::move(handler), errc::already_connected);
        return std::nullopt;
    }
    state_ = session_state::connecting;
    failure_ = {};
    failure_info_ = nullptr;
    connect_.add(std::move(handler));
    return ++generation_;
}

bool connection_state::set_ready(generation of) {
    if (!is_up(of) || state_ == session_state::ready) return false;
    state_ = session_state::ready;
    connect_.notify();
    ready_.notify();
    return true;
}

bool connection_state::set_lost(generation of) {
    // A first connection that fails is not lost: it was never ready.
    if (!is_up(of) || state_ == session_state::connecting) return false;
    state_ = session_state::restoring;
    return true;
}

bool connection_state::set_ended(generation of, const error_code& code,
                                 const diagnostics_ptr& info) {
    if (state_ == session_state::closing && is_current(of)) {
        end(session_state::closed);
        return true;
    }
    if (!is_up(of)) return false;
    failure_ = code;
    failure_info_ = info;
    end(session_state::failed);
    return true;
}

bool connection_state::set_closing() {
    if (is_closing()) return false;
    if (!is_up(generation_)) {
        failure_ = {};
        failure_info_ = nullptr;
        end(session_state::closed);
        return false;
    }
    state_ = session_state::closing;
    notify_connecting(errc::closed, nullptr);
    return true;
}

void connection_state::end(session_state state) {
    state_ = state;
    ++generation_;  // Ignore later events.
    if (state == session_state::failed) {
        notify_connecting(failure_, failure_info_);
    } else {
        notify_connecting(errc::closed, nullptr);
        closed_.notify();
        check_drained();
    }
}

void connection_state::notify_connecting(const error_code& code, const diagnostics_ptr& info) {
    connect_.notify_all(code, info);
    ready_.notify_all(code, info);
}

void connection_state::destroy() {
    destroyed_ = true;
    state_ = session_state::closed;
    ++generation_;
    on_connect_cancelled_ = nullptr;
    for (wait_queue* each : {&connect_, &ready_, &closed_, &drained_})
        each->destroy();
}

void connection_state::wait_ready(operation_handler<> handler) {
    const std::lock_guard lock(waits_->mutex());
    if (state_ == session_state::ready) {
        ready_.complete(std::move(handler), {});
    } else if (state_ == session_state::failed) {
        ready_.complete(std::move(handler), failure_, failure_info_);
    } else if (is_closing()) {
        ready_.complete(std::move(handler), closed_code());
    } else {
        ready_.add(std::move(handler));
    }
}

void connection_state::wait_closed(operation_handler<> handler) {
    const std::lock_guard lock(waits_->mutex());
    if (state_ != session_state::closed) {
        closed_.add(std::move(handler));
    } else {
        closed_.complete(std::move(handler), destroyed_ ? closed_code() : error_code());
    }
}

void connection_state::wait_drained(operation_handler<> handler) {
    const std::lock_guard lock(waits_->mutex());
    if (destroyed_) {
        drained_.complete(std::move(handler), closed_code());
    } else {
        drained_.add(std::move(handler));
        check_drained();
    }
}

}  // namespace jellyfish::detail
