#include "notifier/inbox.hpp"

#include <algorithm>
#include <mutex>
#include <utility>
#include <variant>

#include <boost/asio/error.hpp>

namespace jellyfish::detail {
namespace {

constexpr wait_reason reason_of(event_type type) noexcept {
    return type == event_type::metrics ? wait_reason::metrics_subscription
                                       : wait_reason::server_subscription;
}

}  // namespace

inbox::inbox(asio::any_io_executor executor, std::size_t limit, overflow_policy overflow)
    // What is received while closing is counted beyond the limit.
    : limit_(std::min(limit, SIZE_MAX / 2)),
      overflow_(overflow),
      waits_(wait_list::make(std::move(executor))) {
    const std::lock_guard lock(mutex());
    waits_->on_refused([this](wait_reason reason) { refused(reason); });
    waits_->on_cancelled([this](wait_reason reason) {
        if (reason != wait_reason::connect || state_ != notifier_state::connecting) return;
        state_ = notifier_state::idle;
        ++session_;
        if (on_connect_cancelled_) on_connect_cancelled_();
    });
}

inbox::~inbox() {
    const std::lock_guard lock(mutex());
    waits_->on_refused(nullptr);
    waits_->on_cancelled(nullptr);
}

// ---- for the session

std::size_t inbox::room_locked(std::size_t beyond) const noexcept {
    if (overflow_ != overflow_policy::pause) return SIZE_MAX;
    const std::size_t fullest = std::max(
        queue_.size(), handled_.server_notifications || handled_.metrics ? handlers_.size() : 0);
    return limit_ + beyond - std::min(limit_ + beyond, fullest);
}

std::size_t inbox::room(std::size_t beyond) {
    const std::lock_guard lock(mutex());
    const std::size_t free = room_locked(beyond);
    room_wanted_ = free == 0;
    return free;
}

void inbox::on_room(std::function<void()> callback) {
    const std::lock_guard lock(mutex());
    on_room_ = std::move(callback);
}

bool inbox::push(session_id session, notification_slots& batch) {
    const std::lock_guard lock(mutex());
    if (destroyed_ || session != session_) {
        batch.clear();
        return true;
    }
    const std::size_t given = batch.size();
    // What comes while closing is kept as far as there is room: nobody waits for more of it.
    if (overflow_ == overflow_policy::fail || state_ == notifier_state::closing)
        cut_to_limit(batch);
    const std::size_t cut = given - batch.size();
    route(batch);
    if (cut != 0 && state_ == notifier_state::closing) queue_of_markers().note_dropped(cut);
    if (overflow_ == overflow_policy::drop_oldest) {
        for (notification_queue* each : {&queue_, &handlers_}) {
            const std::size_t excess = each->size() - std::min(limit_, each->size());
            // Without a handler of it, that some were dropped before others goes to `next()`.
            const bool here = each == &queue_ || handled_.server_notifications;
            each->drop(excess, here);
            if (!here) queue_.note_dropped(excess);
            dropped_ += excess;
        }
    }
    wake_takers();
    return cut == 0 || overflow_ != overflow_policy::fail;
}

void inbox::push_beyond_limit(session_id session, notification_slots& batch) {
    const std::lock_guard lock(mutex());
    if (!destroyed_ && session == session_) {
        route(batch);
        wake_takers();
    }
    batch.clear();
}

void inbox::cut_to_limit(notification_slots& batch) {
    const std::size_t fullest = std::max(queue_.size(), handlers_.size());
    const std::size_t free = limit_ - std::min(limit_, fullest);
    if (batch.size() <= free) return;
    dropped_ += batch.size() - free;
    received_ += batch.size() - free;
    batch.cut(free);
}

void inbox::route(notification_slots& batch) {
    if (batch.empty()) return;
    received_ += batch.size();
    close_gap();
    seam_since_.reset();
    if (!handled_.server_notifications && !handled_.metrics) {
        queue_.push(batch);
        return;
    }
    for (notification& each : batch) {
        const bool metrics = std::holds_alternative<metrics_report>(each);
        const bool handled = metrics ? handled_.metrics : handled_.server_notifications;
        (handled ? handlers_ : queue_).push(std::move(each));
    }
    batch.clear();
}

notification_queue& inbox::queue_of_markers() noexcept {
    return handled_.server_notifications ? handlers_ : queue_;
}

/// Puts into the stream what the server did not send.
void inbox::put(notification value) { queue_of_markers().push(std::move(value)); }

/// Before the first notification of a restored session, at the latest when it is ready.
void inbox::close_gap() {
    if (!gap_since_) return;
    const auto gap = std::chrono::steady_clock::now() - *gap_since_;
    seam_since_ = std::exchange(gap_since_, std::nullopt);
    ++reconnects_;
    server_address_ = attempted_address_;
    put(reconnected{std::chrono::duration_cast<std::chrono::milliseconds>(gap), attempts_});
}

void inbox::wake_takers() {
    if (!queue_.empty()) {
        waits_->wake(wait_reason::take, queue_.takes());
        waits_->wake(wait_reason::look);
    }
    if (!handlers_.empty()) waits_->wake(wait_reason::handle);
}

void inbox::refused(wait_reason reason) {
    if (reason == wait_reason::take) waits_->wake(wait_reason::take, queue_.takes());
}

void inbox::make_room() {
    // Reading goes on when half of the room is free again, not for each notification.
    if (!room_wanted_ || room_locked() * 2 < limit_) return;
    room_wanted_ = false;
    if (on_room_) on_room_();
}

// ---- state

notifier_state inbox::state() const {
    const std::lock_guard lock(mutex());
    return state_;
}

std::string inbox::server_address() const {
    const std::lock_guard lock(mutex());
    return server_address_;
}

std::optional<session_id> inbox::begin(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    switch (state_) {
        case notifier_state::idle:
        case notifier_state::failed:
            break;
        case notifier_state::connecting:
        case notifier_state::ready:
        case notifier_state::restoring:
            waits_->complete(std::move(handler), errc::already_connected);
            return std::nullopt;
        case notifier_state::closing:
        case notifier_state::closed:
            waits_->complete(std::move(handler), closed_code());
            return std::nullopt;
    }
    state_ = notifier_state::connecting;
    failure_ = {};
    failure_info_ = nullptr;
    failure_told_ = false;
    gap_since_.reset();
    seam_since_.reset();
    waits_->add(wait_reason::connect, std::move(handler));
    return ++session_;
}

void inbox::on_connect_cancelled(std::function<void()> callback) {
    const std::lock_guard lock(mutex());
    on_connect_cancelled_ = std::move(callback);
}

void inbox::set_ready(session_id session) {
    const std::lock_guard lock(mutex());
    if (session != session_) return;
    if (state_ != notifier_state::connecting && state_ != notifier_state::restoring) return;
    state_ = notifier_state::ready;
    server_address_ = attempted_address_;
    close_gap();
    wake_takers();
    waits_->wake(wait_reason::connect);
    waits_->wake(wait_reason::ready);
}

void inbox::set_unready(session_id session) {
    const std::lock_guard lock(mutex());
    if (session == session_ && state_ == notifier_state::ready) state_ = notifier_state::restoring;
}

void inbox::set_lost(session_id session, const error_code& code, const diagnostics_ptr& info,
                     time_point since) {
    const std::lock_guard lock(mutex());
    if (session != session_) return;
    if (state_ != notifier_state::ready && state_ != notifier_state::restoring) return;
    state_ = notifier_state::restoring;
    for (const wait_reason reason :
         {wait_reason::server_subscription, wait_reason::metrics_subscription})
        waits_->wake(reason, SIZE_MAX, code, info);
    if (gap_since_ || reopen_gap()) return;
    gap_since_ = since;
    put(disconnected{code, info ? info->detail : std::string()});
    wake_takers();
}

/// A gap behind which nothing has come, and nobody has taken its end, becomes one with the next:
/// else a connection that fails again and again would fill the queue.
bool inbox::reopen_gap() {
    if (!seam_since_ || !queue_of_markers().take_back_reconnected()) return false;
    gap_since_ = std::exchange(seam_since_, std::nullopt);
    return true;
}

void inbox::begin_attempt(session_id session, std::uint32_t attempts, std::string_view server) {
    const std::lock_guard lock(mutex());
    if (session != session_) return;
    attempts_ = attempts;
    attempted_address_ = server;
}

void inbox::confirm_subscription(session_id session, event_type type) {
    const std::lock_guard lock(mutex());
    if (session == session_) waits_->wake(reason_of(type));
}

void inbox::wake_session_waiters(const error_code& code, const diagnostics_ptr& info) {
    for (const wait_reason reason :
         {wait_reason::connect, wait_reason::ready, wait_reason::server_subscription,
          wait_reason::metrics_subscription}) {
        waits_->wake(reason, SIZE_MAX, code, info);
    }
}

bool inbox::set_closing() {
    const std::lock_guard lock(mutex());
    switch (state_) {
        case notifier_state::closing:
        case notifier_state::closed:
            return false;
        case notifier_state::idle:
        case notifier_state::failed:
            close_locked();
            return false;
        case notifier_state::connecting:
        case notifier_state::ready:
        case notifier_state::restoring:
            break;
    }
    state_ = notifier_state::closing;
    wake_session_waiters(errc::closed, nullptr);
    return true;
}

void inbox::set_ended(session_id session, const error_code& code, const diagnostics_ptr& info) {
    const std::lock_guard lock(mutex());
    if (session != session_) return;
    if (state_ == notifier_state::closing) {
        close_locked();
        return;
    }
    if (state_ != notifier_state::connecting && state_ != notifier_state::ready &&
        state_ != notifier_state::restoring) {
        return;
    }
    state_ = notifier_state::failed;
    failure_ = code;
    failure_info_ = info;
    wake_session_waiters(code, info);
    // What is queued comes first; those who wait find nothing queued.
    waits_->wake(wait_reason::look, SIZE_MAX, code, info);
    // They find out for themselves: the first is told the failure, the others the end.
    waits_->wake(wait_reason::take);
    waits_->wake(wait_reason::handle);
}

void inbox::close_locked() {
    state_ = notifier_state::closed;
    wake_session_waiters(errc::closed, nullptr);
    waits_->wake(wait_reason::look, SIZE_MAX, errc::closed);
    waits_->wake(wait_reason::take);
    waits_->wake(wait_reason::handle);
    waits_->wake(wait_reason::closed);
}

void inbox::destroy() {
    const std::lock_guard lock(mutex());
    destroyed_ = true;
    state_ = notifier_state::closed;
    on_room_ = nullptr;
    on_connect_cancelled_ = nullptr;
    waits_->wake_all(asio::error::operation_aborted);
}

/// What an operation fails with that comes after the end.
error_code inbox::closed_code() const {
    return destroyed_ ? error_code(asio::error::operation_aborted) : error_code(errc::closed);
}

void inbox::set_handled(handled_kinds kinds) {
    const std::lock_guard lock(mutex());
    handled_ = kinds;
}

handled_kinds inbox::handled() const {
    const std::lock_guard lock(mutex());
    return handled_;
}

// ---- for those who wait

take_result inbox::try_take(std::optional<notification>& out, error_code& code,
                            diagnostics_ptr& info) {
    const std::lock_guard lock(mutex());
    if (destroyed_) {
        code = asio::error::operation_aborted;
        return take_result::failed;
    }
    if (!queue_.empty()) {
        queue_.pop_into(out);
        make_room();
        return take_result::taken;
    }
    if (state_ == notifier_state::closed) return take_result::ended;
    if (state_ != notifier_state::failed) return take_result::empty;
    if (failure_told_) return take_result::ended;
    failure_told_ = true;
    code = failure_;
    info = failure_info_;
    return take_result::failed;
}

void inbox::take_queued(std::optional<notification>& out) {
    const std::lock_guard lock(mutex());
    if (queue_.empty()) return;
    queue_.pop_into(out);
    make_room();
}

bool inbox::take_queued(notification& out) {
    const std::lock_guard lock(mutex());
    if (queue_.empty()) return false;
    queue_.pop_into(out);
    make_room();
    return true;
}

take_result inbox::try_take_handled(std::optional<notification>& out) {
    const std::lock_guard lock(mutex());
    if (destroyed_) return take_result::ended;
    if (!handlers_.empty()) {
        handlers_.pop_into(out);
        make_room();
        return take_result::taken;
    }
    const bool over = state_ == notifier_state::closed || state_ == notifier_state::failed;
    return over ? take_result::ended : take_result::empty;
}

void inbox::wait_take(operation_handler<> handler, std::optional<time_point> deadline) {
    const std::lock_guard lock(mutex());
    if (destroyed_) {
        waits_->complete(std::move(handler), asio::error::operation_aborted);
        return;
    }
    const bool over = state_ == notifier_state::closed || state_ == notifier_state::failed;
    waits_->add(wait_reason::take, std::move(handler), deadline);
    // It waits like all others, so that it can be cancelled until it takes, but is woken at once.
    if (over) {
        waits_->wake(wait_reason::take);
    } else if (!queue_.empty()) {
        waits_->wake(wait_reason::take, queue_.takes());
    }
}

void inbox::wait_look(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    if (destroyed_) {
        waits_->complete(std::move(handler), asio::error::operation_aborted);
    } else if (!queue_.empty()) {
        waits_->complete(std::move(handler), {});
    } else if (state_ == notifier_state::closed) {
        waits_->complete(std::move(handler), errc::closed);
    } else if (state_ == notifier_state::failed) {
        waits_->complete(std::move(handler), failure_, failure_info_);
    } else {
        waits_->add(wait_reason::look, std::move(handler));
    }
}

void inbox::wait_handled(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    const bool over =
        destroyed_ || state_ == notifier_state::closed || state_ == notifier_state::failed;
    if (over || !handlers_.empty()) {
        waits_->complete(std::move(handler), {});
    } else {
        waits_->add(wait_reason::handle, std::move(handler));
    }
}

void inbox::wait_ready(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    switch (state_) {
        case notifier_state::ready:
            waits_->complete(std::move(handler), {});
            break;
        case notifier_state::failed:
            waits_->complete(std::move(handler), failure_, failure_info_);
            break;
        case notifier_state::closing:
        case notifier_state::closed:
            waits_->complete(std::move(handler), closed_code());
            break;
        case notifier_state::idle:
        case notifier_state::connecting:
        case notifier_state::restoring:
            waits_->add(wait_reason::ready, std::move(handler));
            break;
    }
}

void inbox::wait_closed(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    if (destroyed_) {
        waits_->complete(std::move(handler), asio::error::operation_aborted);
    } else if (state_ == notifier_state::closed) {
        waits_->complete(std::move(handler), {});
    } else {
        waits_->add(wait_reason::closed, std::move(handler));
    }
}

bool inbox::wait_subscribed(event_type type, operation_handler<> handler, time_point deadline) {
    const std::lock_guard lock(mutex());
    if (state_ != notifier_state::ready) {
        const bool over = state_ == notifier_state::closing || state_ == notifier_state::closed;
        waits_->complete(std::move(handler), over ? closed_code() : errc::not_connected);
        return false;
    }
    waits_->add(reason_of(type), std::move(handler), deadline);
    return true;
}

void inbox::complete(operation_handler<> handler, const error_code& code,
                     const diagnostics_ptr& info) {
    const std::lock_guard lock(mutex());
    waits_->complete(std::move(handler), code, info);
}

void inbox::count_into(notifier_stats& stats) const {
    const std::lock_guard lock(mutex());
    stats.received = received_;
    stats.dropped = dropped_;
    stats.reconnects = reconnects_;
    stats.queued = queue_.size() + handlers_.size();
}

}  // namespace jellyfish::detail
