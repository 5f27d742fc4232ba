#include "async/wait_queue.hpp"

#include "async/executors.hpp"
#include "async/resume_scope.hpp"
#include "async/time_limit.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

namespace jellyfish::detail {

struct wait_queue::waiter final : public resumable, public std::enable_shared_from_this<waiter> {
    enum class state : std::uint8_t { waiting, notified, done };

    waiter(wait_reason r, operation_handler<> h, asio::any_completion_executor e, bool lists)
        : reason(r), handler(std::move(h)), executor(std::move(e)), on_executor_of_list(lists) {}
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;

    /// If the context is destroyed before the handler of a notified waiter is called, passes the
    /// notification on to another waiter.
    ~waiter() {
        if (list) list->hand_on(*this);
    }

    void resume(const asio::any_io_executor& here) override {
        if (on_executor_of_list && here == list->executor_)
            deliver();
        else
            asio::dispatch(executor, [self = shared_from_this()] { self->deliver(); });
    }

    void post() override {
        asio::post(list->executor_,
                   asio::bind_executor(executor, [self = shared_from_this()] { self->deliver(); }));
    }

    void deliver() { std::exchange(list, nullptr)->deliver(shared_from_this()); }

    wait_reason reason;
    operation_handler<> handler;
    asio::any_completion_executor executor;  // Tracks outstanding work.
    bool on_executor_of_list;

    // Guarded by the list's mutex until `done`.
    waiter::state state = waiter::state::waiting;
    bool rejected = false;
    error_code code;
    diagnostics_ptr info;
    std::optional<asio::steady_timer> timer;
    time_limit limit;  // Of the timer.

    std::shared_ptr<wait_queue> list;  // Set from notification until the handler is called.
};

wait_queue::wait_queue(asio::any_io_executor executor)
    : executor_(std::move(executor)),
      completion_executor_(erased_io_context_executor(executor_)),
      registry_(shutdown_registry::of(executor_)) {}

std::shared_ptr<wait_queue> wait_queue::make(asio::any_io_executor executor) {
    std::shared_ptr<wait_queue> list(new wait_queue(std::move(executor)));
    list->registry_->add(list);
    return list;
}

wait_queue::~wait_queue() { registry_->remove(this); }

wait_queue::waiter_ptr wait_queue::make_waiter(wait_reason reason, operation_handler<> handler) {
    const asio::any_completion_executor executor =
        erased_io_context_executor(asio::get_associated_executor(handler, completion_executor_));
    return std::make_shared<waiter>(
        reason, std::move(handler),
        asio::prefer(executor, asio::execution::outstanding_work.tracked),
        executor == completion_executor_);
}

void wait_queue::add(wait_reason reason, operation_handler<> handler,
                     std::optional<time_point> deadline) {
    const waiter_ptr w = make_waiter(reason, std::move(handler));
    auto slot = asio::get_associated_cancellation_slot(w->handler);
    if (slot.is_connected()) {
        slot.assign(
            [list = weak_from_this(), weak = std::weak_ptr(w)](asio::cancellation_type type) {
                if (type == asio::cancellation_type::none) return;
                const auto self = list.lock();
                const auto target = weak.lock();
                if (self && target) self->cancel(target);
            });
    }
    if (deadline) {
        const auto now = time_point::clock::now();
        w->limit.start(now, *deadline - now);
        w->timer.emplace(executor_);
        arm(w);
    }
    waiting_.push_back(w);
}

void wait_queue::arm(const waiter_ptr& w) {
    w->timer->expires_at(w->limit.at());
    w->timer->async_wait([list = weak_from_this(), weak = std::weak_ptr(w)](error_code code) {
        const auto self = list.lock();
        const auto target = weak.lock();
        if (!code && self && target) self->expire(target);
    });
}

void wait_queue::notify(wait_reason reason, std::size_t count, const error_code& code,
                        const diagnostics_ptr& info) {
    for (auto it = waiting_.begin(); it != waiting_.end() && count > 0;) {
        if ((*it)->reason == reason) {
            post(*it, code, info);
            it = waiting_.erase(it);
            --count;
        } else {
            ++it;
        }
    }
}

void wait_queue::notify_all(const error_code& code, const diagnostics_ptr& info) {
    for (const waiter_ptr& w : waiting_)
        post(w, code, info);
    waiting_.clear();
}

bool wait_queue::waits(wait_reason reason) const noexcept {
    return std::ranges::any_of(waiting_, [&](const auto& w) { return w->reason == reason; });
}

void wait_queue::destroy_handlers() {
    std::list<waiter_ptr> abandoned;
    {
        const std::lock_guard lock(mutex_);
        abandoned.swap(waiting_);
        for (const waiter_ptr& w : abandoned)
            w->state = waiter::state::done;
    }
    // The handlers are destroyed here, without the lock, because they may own the object.
}

void wait_queue::complete(operation_handler<> handler, const error_code& code,
                          const diagnostics_ptr& info) {
    const waiter_ptr w = make_waiter(wait_reason::closed, std::move(handler));
    post(w, code, info);
}

void wait_queue::post(const waiter_ptr& w, const error_code& code, const diagnostics_ptr& info) {
    w->state = waiter::state::notified;
    w->code = code;
    w->info = info;
    w->timer.reset();
    w->list = shared_from_this();
    resume_scope::resume(w);
}

void wait_queue::deliver(const waiter_ptr& w) {
    {
        const std::lock_guard lock(mutex_);
        w->state = waiter::state::done;
        if (w->rejected) {
            if (on_rejected_) on_rejected_(w->reason);
            w->code = asio::error::operation_aborted;
            w->info = nullptr;
        }
    }
    auto slot = asio::get_associated_cancellation_slot(w->handler);
    if (slot.is_connected()) slot.clear();
    operation_handler<> handler(std::move(w->handler));
    std::move(handler)(w->code, std::move(w->info));
}

void wait_queue::hand_on(const waiter& w) {
    const std::lock_guard lock(mutex_);
    if (!w.code && on_rejected_) on_rejected_(w.reason);
}

void wait_queue::cancel(const waiter_ptr& w) {
    const std::lock_guard lock(mutex_);
    if (w->state == waiter::state::waiting) {
        waiting_.remove(w);
        const wait_reason reason = w->reason;
        post(w, asio::error::operation_aborted, nullptr);
        if (on_cancelled_) on_cancelled_(reason);
    } else if (w->state == waiter::state::notified && w->reason == wait_reason::pop && !w->code) {
        w->rejected = true;
    }
}

void wait_queue::expire(const waiter_ptr& w) {
    const std::lock_guard lock(mutex_);
    if (w->state != waiter::state::waiting) return;
    // The deadline of a pop is the user's and is not extended; other limits are for the server.
    if (w->reason != wait_reason::pop && !w->limit.is_expired(time_point::clock::now())) {
        arm(w);
        return;
    }
    waiting_.remove(w);
    post(w, errc::timeout, nullptr);
}

}  // namespace jellyfish::detail
