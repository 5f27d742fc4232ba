#pragma once

#include <jellyfish/notifier_options.hpp>

#include "async/wait_queue.hpp"
#include "delivery/fifo.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/error.hpp>

namespace jellyfish::detail {

/// The result of an attempt to pop an item.
enum class pop_result : std::uint8_t {
    popped,
    empty,   ///< Nothing is queued yet: wait.
    failed,  ///< The source failed. Reported once, with the reason.
    closed,  ///< No more items follow.
};

/// A bounded queue between one source and any number of consumers, on any threads. The mutex is
/// that of the `wait_group`, so that an owner can combine changes of several objects.
///
/// A consumer that waits is notified, and then pops. If it is cancelled or destroyed in between,
/// the item is still queued, and the next consumer is notified.
template <class T>
class delivery_queue {
public:
    using storage_type = typename storage_of<T>::type;
    using batch_type = typename storage_type::batch_type;
    using time_point = wait_queue::time_point;

    delivery_queue(std::shared_ptr<wait_group> waits, std::size_t limit, overflow_policy overflow)
        // Capped so that `limit_ + beyond` cannot overflow.
        : limit_(std::min(limit, SIZE_MAX / 2)),
          overflow_(overflow),
          waits_(std::move(waits)),
          pop_(waits_->make_queue(wait_kind::item, "next")),
          available_(waits_->make_queue(wait_kind::event, "wait")) {
        const std::lock_guard lock(mutex());
        pop_.on_abandoned([this] { pop_.notify(items_.pops()); });
    }
    ~delivery_queue() {
        const std::lock_guard lock(mutex());
        waits_->release(pop_);
        waits_->release(available_);
    }
    delivery_queue(const delivery_queue&) = delete;
    delivery_queue& operator=(const delivery_queue&) = delete;

    [[nodiscard]] std::mutex& mutex() const noexcept { return waits_->mutex(); }

    // ---- for the source, with the mutex held

    [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }

    /// Whether there is nothing to pop.
    [[nodiscard]] bool empty() const noexcept { return items_.pops() == 0; }

    /// Returns how many items may be pushed now; `beyond` is added to the limit. If it is 0, the
    /// `on_writable` callback is called once enough slots are free.
    [[nodiscard]] std::size_t capacity_left(std::size_t beyond = 0) noexcept {
        if (overflow_ != overflow_policy::pause) return SIZE_MAX;
        const std::size_t free = free_slots(beyond);
        if (stage_ == stage::open) pops_matter_ = free == 0;
        return free;
    }

    /// Sets the callback, which is called with the mutex held.
    /// @param slots How many slots are free then; 0: half of them.
    void on_writable(std::function<void()> callback, std::size_t slots = 0) {
        on_writable_ = std::move(callback);
        writable_slots_ = slots != 0 ? slots : limit_ - limit_ / 2;
    }

    /// Sets the callback, which is called with the mutex held when the last item of a queue that
    /// has ended is popped.
    void on_drained(std::function<void()> callback) { on_drained_ = std::move(callback); }

    /// Queues a batch under the overflow policy and leaves it empty. With `pause`, everything is
    /// queued: the source must not push more than `capacity_left()`.
    /// @param reports The queue in which the loss is reported, unless the policy is `fail`.
    /// @return How many items were lost.
    std::size_t push(batch_type& batch, delivery_queue& reports) {
        std::size_t lost = 0;
        if (draining_ || overflow_ == overflow_policy::fail) lost = cut_to_limit(batch);
        items_.push(batch);
        if (draining_) {
            reports.count_lost(lost);
        } else if (overflow_ == overflow_policy::drop_oldest) {
            const std::size_t excess = items_.size() - std::min(limit_, items_.size());
            lost = items_.drop(excess, &reports == this);
            if (&reports != this) reports.count_lost(lost);
        }
        notify_consumers();
        return lost;
    }
    std::size_t push(batch_type& batch) { return push(batch, *this); }

    /// Queues a batch and leaves it empty, ignoring the limit.
    void push_beyond_limit(batch_type& batch) {
        items_.push(batch);
        notify_consumers();
    }

    /// Calls `visit` with each item, oldest first, and removes those for which it returns true.
    template <class Visit>
    void remove_if(Visit visit) {
        items_.remove_if(visit);
    }

    /// Queues an item, ignoring the limit.
    void push_beyond_limit(T item) {
        items_.push(std::move(item));
        notify_consumers();
    }

    /// Removes the newest item if it satisfies a predicate. Returns whether it did.
    template <class Predicate>
    [[nodiscard]] bool remove_last_if(Predicate predicate) {
        return items_.remove_last_if(predicate);
    }

    /// From now on, keeps only the items that fit, whatever the policy, and reports the loss last:
    /// the source is about to close and does not wait for consumers.
    void set_draining() noexcept { draining_ = true; }

    /// Ends the queue: no more items follow. Consumers take what is queued; then one of them
    /// receives the failure, and the others find the queue closed.
    /// @param code Not set if there is no failure.
    void end(const error_code& code = {}, const diagnostics_ptr& info = nullptr) {
        if (stage_ == stage::destroyed) return;
        stage_ = stage::ended;
        failure_ = code;
        failure_info_ = info;
        failure_reported_ = !code;
        pops_matter_ = true;
        // These have found the queue empty.
        available_.notify_all(end_code(), info);
        // Each pops again, which reports how the queue ended.
        pop_.notify();
    }

    /// Reopens the queue for a new source. Queued items remain queued.
    void reopen() noexcept {
        stage_ = stage::open;
        draining_ = false;
        pops_matter_ = false;
    }

    /// Completes all operations, now and later, with `operation_aborted`.
    void destroy() {
        stage_ = stage::destroyed;
        on_writable_ = nullptr;
        on_drained_ = nullptr;
        available_.destroy();
        pop_.destroy();
        failure_ = asio::error::operation_aborted;
        failure_info_ = pop_.info_of("next");
    }

    /// Whether a consumer has ever taken, or waited for, an item.
    [[nodiscard]] bool consumed() const noexcept { return consumed_; }
    void set_consumed() noexcept { consumed_ = true; }

    // ---- for consumers, from any thread

    /// Pops the oldest item, if there is one.
    [[nodiscard]] std::optional<T> try_pop() {
        std::optional<T> popped;
        const std::lock_guard lock(mutex());
        (void)pop(popped);
        return popped;
    }

    /// Pops the oldest item into `out`, whose memory is reused. Returns false if nothing is queued.
    [[nodiscard]] bool try_pop(T& out) {
        const std::lock_guard lock(mutex());
        return pop(out);
    }

    /// Pops the oldest item, or reports how the queue has ended.
    [[nodiscard]] pop_result try_pop(std::optional<T>& out, error_code& code,
                                     diagnostics_ptr& info) {
        const std::lock_guard lock(mutex());
        if (stage_ != stage::destroyed) {
            if (pop(out)) return pop_result::popped;
            if (stage_ == stage::open) return pop_result::empty;
            if (std::exchange(failure_reported_, true)) return pop_result::closed;
        }
        code = failure_;
        info = failure_info_;
        return pop_result::failed;
    }

    /// Completes when there may be an item to pop, or the queue has ended. Cancelling it loses
    /// nothing.
    void wait_pop(operation_handler<> handler, std::optional<time_point> deadline = std::nullopt) {
        const std::lock_guard lock(mutex());
        consumed_ = true;
        if (stage_ == stage::destroyed) {
            pop_.complete(std::move(handler), failure_, failure_info_);
            return;
        }
        // Queued like any other wait, so that it can be cancelled, but notified immediately.
        pop_.add(std::move(handler), deadline, deadline ? "next_for" : "next");
        if (stage_ == stage::ended) {
            pop_.notify();
        } else {
            pop_.notify(items_.pops());
        }
    }

    /// Completes when an item is queued, without popping it. Fails if none follows.
    void wait_available(operation_handler<> handler) {
        const std::lock_guard lock(mutex());
        consumed_ = true;
        if (stage_ != stage::destroyed && !empty()) {
            available_.complete(std::move(handler), {});
        } else if (stage_ == stage::open) {
            available_.add(std::move(handler));
        } else {
            available_.complete(std::move(handler), end_code(), failure_info_);
        }
    }

private:
    enum class stage : std::uint8_t { open, ended, destroyed };

    [[nodiscard]] std::size_t free_slots(std::size_t beyond = 0) const noexcept {
        const std::size_t limit = limit_ + beyond;
        return limit - std::min(limit, items_.size());
    }

    [[nodiscard]] error_code end_code() const noexcept {
        return failure_ ? failure_ : error_code(errc::closed);
    }

    std::size_t cut_to_limit(batch_type& batch) {
        const std::size_t kept = std::min(batch.size(), free_slots());
        const std::size_t lost = batch.size() - kept;
        if (lost != 0) storage_type::cut(batch, kept);
        return lost;
    }

    /// Reports lost items behind everything that is queued.
    void count_lost(std::size_t count) {
        if (count == 0) return;
        items_.count_dropped_here(count);
        notify_consumers();
    }

    void notify_consumers() {
        const std::size_t pops = items_.pops();
        if (pops == 0) return;
        pop_.notify(pops);
        available_.notify();
    }

    template <class Out>
    [[nodiscard]] bool pop(Out& out) {
        consumed_ = true;
        if (empty()) return false;
        items_.pop_into(out);
        if (pops_matter_) popped();
        return true;
    }

    void popped() {
        if (stage_ == stage::ended) {
            if (empty() && on_drained_) on_drained_();
        } else if (free_slots() >= writable_slots_) {
            pops_matter_ = false;
            if (on_writable_) on_writable_();
        }
    }

    const std::size_t limit_;
    const overflow_policy overflow_;
    const std::shared_ptr<wait_group> waits_;
    wait_queue& pop_;
    wait_queue& available_;

    // Guarded by the mutex.
    storage_type items_;
    stage stage_ = stage::open;
    bool draining_ = false;
    bool pops_matter_ = false;  // A callback waits for free slots, or for the last item.
    bool failure_reported_ = false;
    bool consumed_ = false;
    error_code failure_;
    diagnostics_ptr failure_info_;
    std::size_t writable_slots_ = 1;
    std::function<void()> on_writable_;
    std::function<void()> on_drained_;
};

}  // namespace jellyfish::detail
