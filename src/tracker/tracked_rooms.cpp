#include "tracker/tracked_rooms.hpp"

#include <utility>

namespace jellyfish::detail {

tracked_rooms::tracked_rooms(asio::any_io_executor executor, const room_tracker_options& options,
                             std::string address)
    : options_(options),
      waits_(wait_group::make(std::move(executor))),
      writable_(waits_->make_queue(wait_kind::event, "wait")),
      connection_(
          waits_, [this] { return queue_->empty(); }, "start"),
      queue_(std::make_shared<queue_type>(waits_, options_.queue_limit(), overflow_policy::pause)) {
    const std::lock_guard lock(mutex());
    waits_->set_address(std::move(address));
    queue_->on_writable([this] { notify_writable(); });
    queue_->on_drained([this] { connection_.check_drained(); });
}

tracked_rooms::~tracked_rooms() {
    const std::lock_guard lock(mutex());
    queue_->on_writable(nullptr);  // Consumers may keep the queue.
    queue_->on_drained(nullptr);
}

// ---- for the session

std::vector<fetch_request> tracked_rooms::update(
    generation session, const std::function<void(room_reconciler&)>& report) {
    const std::lock_guard lock(mutex());
    if (!connection_.is_current(session)) return {};
    report(reconciler_);
    queue_changes();
    if (reconciler_.is_current()) connection_.set_ready(session);
    notify_writable();
    return reconciler_.take_fetches();
}

void tracked_rooms::queue_changes() {
    std::vector<view_change> changes = reconciler_.take_changes();
    changes_ += changes.size();
    for (const view_change& each : changes)
        synthesized_ += each.synthesized ? 1 : 0;
    if (options_.changes()) queue_->push(changes);
}

bool tracked_rooms::count_failure(generation session, bool snapshot) {
    const std::lock_guard lock(mutex());
    ++failed_requests_;
    return snapshot && connection_.is_current(session) &&
           connection_.state() == session_state::connecting;
}

void tracked_rooms::set_ended(generation session, const error_code& code,
                              const diagnostics_ptr& info) {
    const std::lock_guard lock(mutex());
    if (!connection_.set_ended(session, code, info)) return;
    end_view();
    queue_->end(connection_.failure(), connection_.failure_info());
}

/// Ignores later responses.
void tracked_rooms::end_view() {
    reconciler_.end();
    queue_changes();
    notify_writable();
}

bool tracked_rooms::is_writable() {
    switch (connection_.state()) {
        case session_state::connecting:
        case session_state::ready:
            return reconciler_.has_capacity() && queue_->capacity_left() != 0;
        default:
            return true;  // Never pause.
    }
}

void tracked_rooms::notify_writable() {
    if (!writable_.empty() && is_writable()) writable_.notify();
}

bool tracked_rooms::has_capacity() {
    const std::lock_guard lock(mutex());
    return is_writable();
}

void tracked_rooms::wait_writable(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    if (is_writable()) {
        writable_.complete(std::move(handler), {});
    } else {
        writable_.add(std::move(handler));
    }
}

// ---- for the tracker

std::optional<generation> tracked_rooms::begin(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    const auto session = connection_.begin(std::move(handler));
    if (session) queue_->reopen();
    return session;
}

bool tracked_rooms::lives(generation session) const {
    const std::lock_guard lock(mutex());
    return connection_.is_current(session) && (connection_.state() == session_state::connecting ||
                                               connection_.state() == session_state::ready);
}

void tracked_rooms::on_start_cancelled(std::function<void()> callback) {
    const std::lock_guard lock(mutex());
    connection_.on_connect_cancelled([this, callback = std::move(callback)] {
        end_view();
        callback();
    });
}

bool tracked_rooms::set_closing() {
    const std::lock_guard lock(mutex());
    const bool lives = connection_.set_closing();
    if (lives) end_view();
    if (connection_.state() == session_state::closed) queue_->end();
    return lives;
}

void tracked_rooms::destroy() {
    const std::lock_guard lock(mutex());
    connection_.destroy();
    queue_->destroy();
    writable_.destroy();
}

// ---- for users

std::vector<room_ptr> tracked_rooms::rooms() const {
    const std::lock_guard lock(mutex());
    std::vector<room_ptr> all;
    all.reserve(reconciler_.view().rooms().size());
    for (const auto& [id, each] : reconciler_.view().rooms())
        all.push_back(each);
    return all;
}

room_ptr tracked_rooms::find(std::string_view room_id) const {
    const std::lock_guard lock(mutex());
    return reconciler_.view().find(room_id);
}

session_state tracked_rooms::state() const {
    const std::lock_guard lock(mutex());
    const session_state state = connection_.state();
    const bool outdated = state == session_state::ready && !reconciler_.is_current();
    return outdated ? session_state::restoring : state;
}

room_tracker_stats tracked_rooms::stats() const {
    const std::lock_guard lock(mutex());
    room_tracker_stats counted;
    counted.rooms = reconciler_.view().rooms().size();
    counted.queued = queue_->size();
    counted.changes = changes_;
    counted.synthesized = synthesized_;
    counted.repeated = reconciler_.repeated();
    counted.snapshots = reconciler_.snapshots();
    counted.failed_requests = failed_requests_;
    return counted;
}

}  // namespace jellyfish::detail
