#include "async/wait_queue.hpp"

#include "async/executors.hpp"
#include "async/resume_scope.hpp"
#include "async/time_limit.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/steady_timer.hpp>

namespace jellyfish::detail {

struct wait_queue::waiter final : public resumable, public std::enable_shared_from_this<waiter> {
    enum class state : std::uint8_t { waiting, notified, done };

    waiter(wait_queue& q, operation_handler<> h, const char* o, asio::any_completion_executor e,
           bool of_group)
        : queue(q),
          handler(std::move(h)),
          operation(o),
          executor(std::move(e)),
          on_executor_of_group(of_group) {}
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;

    /// If the context is destroyed before the handler of a notified waiter is called, passes the
    /// notification on to another waiter.
    ~waiter() {
        if (group) queue.hand_on(*this);
    }

    void resume(const asio::any_io_executor& here) override {
        if (on_executor_of_group && here == group->executor_)
            deliver();
        else
            asio::dispatch(executor, [self = shared_from_this()] { self->deliver(); });
    }

    void post() override {
        asio::post(group->executor_,
                   asio::bind_executor(executor, [self = shared_from_this()] { self->deliver(); }));
    }

    void deliver() {
        const auto kept = std::exchange(group, nullptr);
        queue.deliver(*this);
    }

    wait_queue& queue;  // Valid while the group lives.
    operation_handler<> handler;
    const char* operation;
    asio::any_completion_executor executor;  // Tracks outstanding work.
    bool on_executor_of_group;

    // Guarded by the group's mutex until `done`.
    waiter::state state = waiter::state::waiting;
    bool rejected = false;
    error_code code;
    diagnostics_ptr info;
    std::optional<asio::steady_timer> timer;
    time_limit limit;  // Of the timer.

    std::shared_ptr<wait_group> group;  // Set from notification until the handler is called.
};

// ---- the queue

wait_queue::waiter_ptr wait_queue::make_waiter(operation_handler<> handler, const char* operation) {
    const asio::any_completion_executor& fallback = group_.completion_executor_;
    const asio::any_completion_executor executor =
        erased_io_context_executor(asio::get_associated_executor(handler, fallback));
    return std::make_shared<waiter>(
        *this, std::move(handler), operation,
        asio::prefer(executor, asio::execution::outstanding_work.tracked), executor == fallback);
}

void wait_queue::add(operation_handler<> handler, std::optional<time_point> deadline,
                     const char* operation) {
    const waiter_ptr w = make_waiter(std::move(handler), operation ? operation : operation_);
    auto slot = asio::get_associated_cancellation_slot(w->handler);
    if (slot.is_connected()) {
        slot.assign([group = group_.weak_from_this(),
                     weak = std::weak_ptr(w)](asio::cancellation_type type) {
            if (type == asio::cancellation_type::none) return;
            const auto kept = group.lock();
            const auto target = weak.lock();
            if (kept && target) target->queue.cancel(target);
        });
    }
    if (deadline) {
        const auto now = time_point::clock::now();
        w->limit.start(now, *deadline - now);
        w->timer.emplace(group_.executor_);
        arm(w);
    }
    waiting_.push_back(w);
}

void wait_queue::arm(const waiter_ptr& w) {
    w->timer->expires_at(w->limit.at());
    w->timer->async_wait(
        [group = group_.weak_from_this(), weak = std::weak_ptr(w)](error_code code) {
            const auto kept = group.lock();
            const auto target = weak.lock();
            if (!code && kept && target) target->queue.expire(target);
        });
}

void wait_queue::notify(std::size_t count, const error_code& code, const diagnostics_ptr& info) {
    for (; count > 0 && !waiting_.empty(); --count) {
        post(waiting_.front(), code, info);
        waiting_.pop_front();
    }
}

void wait_queue::complete(operation_handler<> handler, const error_code& code,
                          const diagnostics_ptr& info) {
    post(make_waiter(std::move(handler), operation_), code, info);
}

void wait_queue::destroy() {
    destroyed_ = true;
    // With diagnostics, since the queue may serve another object before these are delivered.
    for (; !waiting_.empty(); waiting_.pop_front())
        post(waiting_.front(), asio::error::operation_aborted,
             info_of(waiting_.front()->operation));
}

diagnostics_ptr wait_queue::info_of(const char* operation) const {
    const char* const detail = destroyed_ ? "the object was destroyed" : "";
    return std::make_shared<const diagnostics>(
        diagnostics{operation, group_.address_, detail, 0, ""});
}

void wait_queue::post(const waiter_ptr& w, const error_code& code, const diagnostics_ptr& info) {
    w->state = waiter::state::notified;
    w->code = code;
    w->info = info;
    w->timer.reset();
    w->group = group_.shared_from_this();
    resume_scope::resume(w);
}

void wait_queue::deliver(waiter& w) {
    {
        const std::lock_guard lock(group_.mutex_);
        w.state = waiter::state::done;
        if (w.rejected) {
            if (on_abandoned_) on_abandoned_();
            w.code = asio::error::operation_aborted;
            w.info = nullptr;
        }
        if (w.code && !w.info) w.info = info_of(w.operation);
    }
    auto slot = asio::get_associated_cancellation_slot(w.handler);
    if (slot.is_connected()) slot.clear();
    operation_handler<> handler(std::move(w.handler));
    std::move(handler)(w.code, std::move(w.info));
}

void wait_queue::hand_on(const waiter& w) {
    const std::lock_guard lock(group_.mutex_);
    if (!w.code && kind_ == wait_kind::item && on_abandoned_) on_abandoned_();
}

void wait_queue::cancel(const waiter_ptr& w) {
    const std::lock_guard lock(group_.mutex_);
    if (w->state == waiter::state::waiting) {
        waiting_.remove(w);
        post(w, asio::error::operation_aborted, nullptr);
        if (on_abandoned_) on_abandoned_();
    } else if (w->state == waiter::state::notified && kind_ == wait_kind::item && !w->code) {
        w->rejected = true;
    }
}

void wait_queue::expire(const waiter_ptr& w) {
    const std::lock_guard lock(group_.mutex_);
    if (w->state != waiter::state::waiting) return;
    if (kind_ == wait_kind::event && !w->limit.is_expired(time_point::clock::now())) {
        arm(w);
        return;
    }
    waiting_.remove(w);
    post(w, errc::timeout, nullptr);
}

// ---- the group

wait_group::wait_group(asio::any_io_executor executor)
    : executor_(std::move(executor)),
      completion_executor_(erased_io_context_executor(executor_)),
      registry_(shutdown_registry::of(executor_)) {}

std::shared_ptr<wait_group> wait_group::make(asio::any_io_executor executor) {
    std::shared_ptr<wait_group> group(new wait_group(std::move(executor)));
    group->registry_->add(group);
    return group;
}

wait_group::~wait_group() { registry_->remove(this); }

wait_queue& wait_group::make_queue(wait_kind kind, const char* operation) {
    const std::lock_guard lock(mutex_);
    if (unused_ == nullptr) return queues_.emplace_back(*this, kind, operation);
    wait_queue& reused = *unused_;
    unused_ = reused.next_unused_;
    reused.kind_ = kind;
    reused.operation_ = operation;
    reused.destroyed_ = false;
    return reused;
}

void wait_group::release(wait_queue& queue) noexcept {
    queue.on_abandoned(nullptr);
    // An operation that was notified but not completed yet still refers to the queue. If it is
    // destroyed, the callback of the next user is called needlessly.
    queue.next_unused_ = unused_;
    unused_ = &queue;
}

void wait_group::destroy_handlers() {
    std::list<wait_queue::waiter_ptr> abandoned;
    {
        const std::lock_guard lock(mutex_);
        for (wait_queue& each : queues_)
            abandoned.splice(abandoned.end(), each.waiting_);
        for (const auto& each : abandoned)
            each->state = wait_queue::waiter::state::done;
    }
    // The handlers are destroyed here, without the lock, because they may own the object.
}

}  // namespace jellyfish::detail
