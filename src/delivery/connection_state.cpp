#include "delivery/connection_state.hpp"

#include <utility>

#include <boost/asio/error.hpp>

namespace jellyfish::detail {

connection_state::connection_state(const std::shared_ptr<wait_group>& waits)
    : waits_(waits),
      connect_(waits_->make_queue(wait_kind::event)),
      ready_(waits_->make_queue(wait_kind::event)),
      closed_(waits_->make_queue(wait_kind::event)) {
    const std::lock_guard lock(waits_->mutex());
    connect_.on_abandoned([this] {
        if (stage_ != connection_stage::connecting) return;
        stage_ = connection_stage::idle;
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
    return is_current(of) &&
           (stage_ == connection_stage::connecting || stage_ == connection_stage::ready ||
            stage_ == connection_stage::restoring);
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
    stage_ = connection_stage::connecting;
    failure_ = {};
    failure_info_ = nullptr;
    connect_.add(std::move(handler));
    return ++generation_;
}

bool connection_state::set_ready(generation of) {
    if (!is_up(of) || stage_ == connection_stage::ready) return false;
    stage_ = connection_stage::ready;
    connect_.notify();
    ready_.notify();
    return true;
}

bool connection_state::set_lost(generation of) {
    // A first connection that fails is not lost: it was never there.
    if (!is_up(of) || stage_ == connection_stage::connecting) return false;
    stage_ = connection_stage::restoring;
    return true;
}

bool connection_state::set_ended(generation of, const error_code& code,
                                 const diagnostics_ptr& info) {
    if (stage_ == connection_stage::closing && is_current(of)) {
        end(connection_stage::closed);
        return true;
    }
    if (!is_up(of)) return false;
    failure_ = code;
    failure_info_ = info;
    end(connection_stage::failed);
    return true;
}

bool connection_state::set_closing() {
    if (is_closing()) return false;
    if (!is_up(generation_)) {
        failure_ = {};
        failure_info_ = nullptr;
        end(connection_stage::closed);
        return false;
    }
    stage_ = connection_stage::closing;
    notify_connecting(errc::closed, nullptr);
    return true;
}

void connection_state::end(connection_stage stage) {
    stage_ = stage;
    ++generation_;  // Ignore later events.
    if (stage == connection_stage::failed) {
        notify_connecting(failure_, failure_info_);
    } else {
        notify_connecting(errc::closed, nullptr);
        closed_.notify();
    }
}

void connection_state::notify_connecting(const error_code& code, const diagnostics_ptr& info) {
    connect_.notify_all(code, info);
    ready_.notify_all(code, info);
}

void connection_state::destroy() {
    destroyed_ = true;
    stage_ = connection_stage::closed;
    ++generation_;
    on_connect_cancelled_ = nullptr;
    for (wait_queue* each : {&connect_, &ready_, &closed_})
        each->notify_all(closed_code());
}

void connection_state::wait_ready(operation_handler<> handler) {
    const std::lock_guard lock(waits_->mutex());
    if (stage_ == connection_stage::ready) {
        ready_.complete(std::move(handler), {});
    } else if (stage_ == connection_stage::failed) {
        ready_.complete(std::move(handler), failure_, failure_info_);
    } else if (is_closing()) {
        ready_.complete(std::move(handler), closed_code());
    } else {
        ready_.add(std::move(handler));
    }
}

void connection_state::wait_closed(operation_handler<> handler) {
    const std::lock_guard lock(waits_->mutex());
    if (stage_ != connection_stage::closed) {
        closed_.add(std::move(handler));
    } else {
        closed_.complete(std::move(handler), destroyed_ ? closed_code() : error_code());
    }
}

}  // namespace jellyfish::detail
