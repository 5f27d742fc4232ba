#pragma once

#include <jellyfish/detail/initiate.hpp>

#include "async/shutdown_registry.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_io_executor.hpp>

namespace jellyfish::detail {

class wait_group;

/// What the operations of a queue wait for.
enum class wait_kind : std::uint8_t {
    /// An event, which concerns all of them. A deadline limits the server, and may be extended; see
    /// `time_limit`.
    event,
    /// An item, which one of them takes. A notified operation can still be cancelled until its
    /// handler is called. A deadline is set by the user and is exact.
    item,
};

/// The pending operations that wait for the same reason, oldest first. Belongs to a `wait_group`,
/// whose mutex must be held while a member is called unless stated otherwise.
///
/// Handlers are called on their own executors, never under the lock.
class wait_queue {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// @param operation The name of the operations that wait, for diagnostics.
    wait_queue(wait_group& group, wait_kind kind, const char* operation) noexcept
        : group_(group), kind_(kind), operation_(operation) {}
    wait_queue(const wait_queue&) = delete;
    wait_queue& operator=(const wait_queue&) = delete;

    /// Called under the lock when an operation is cancelled while it waits. With `wait_kind::item`
    /// also when one that was notified with success takes nothing: because it was cancelled, or
    /// because it was destroyed with the context of its executor.
    void on_abandoned(std::function<void()> callback) { on_abandoned_ = std::move(callback); }

    /// Whether no operation waits.
    [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }

    /// Adds an operation, which fails with `errc::timeout` at the deadline.
    /// @param operation Its name, unless that of the queue applies.
    void add(operation_handler<> handler, std::optional<time_point> deadline = std::nullopt,
             const char* operation = nullptr);

    /// Completes up to `count` operations with success, oldest first.
    void notify(std::size_t count = SIZE_MAX) {
        if (!empty()) notify(count, {}, nullptr);
    }

    /// Completes all operations.
    void notify_all(const error_code& code, const diagnostics_ptr& info = nullptr) {
        notify(SIZE_MAX, code, info);
    }

    /// Completes all operations with `operation_aborted`: the object was destroyed.
    void destroy();

    /// Returns the default diagnostics of a failed operation: its name and the server's address.
    [[nodiscard]] diagnostics_ptr info_of(const char* operation) const;

    /// Completes an operation that need not wait, as if by `post`. Does not require the mutex.
    void complete(operation_handler<> handler, const error_code& code,
                  const diagnostics_ptr& info = nullptr);

private:
    friend class wait_group;
    struct waiter;
    using waiter_ptr = std::shared_ptr<waiter>;

    [[nodiscard]] waiter_ptr make_waiter(operation_handler<> handler, const char* operation);
    void notify(std::size_t count, const error_code& code, const diagnostics_ptr& info);
    void post(const waiter_ptr& w, const error_code& code, const diagnostics_ptr& info);
    void arm(const waiter_ptr& w);
    void deliver(waiter& w);
    void hand_on(const waiter& w);
    void cancel(const waiter_ptr& w);
    void expire(const waiter_ptr& w);

    wait_group& group_;
    wait_kind kind_;
    const char* operation_;
    bool destroyed_ = false;
    wait_queue* next_unused_ = nullptr;
    std::list<waiter_ptr> waiting_;
    std::function<void()> on_abandoned_;
};

/// The mutex of an object, and the queues of operations that wait for events in it.
class wait_group final : public std::enable_shared_from_this<wait_group>, public handler_owner {
public:
    /// @param executor Runs timers, and handlers without an associated executor.
    [[nodiscard]] static std::shared_ptr<wait_group> make(asio::any_io_executor executor);

    ~wait_group();

    [[nodiscard]] std::mutex& mutex() noexcept { return mutex_; }

    /// Adds a queue, which lives as long as the group. Locks the mutex.
    /// @param operation The name of the operations that wait, for diagnostics.
    [[nodiscard]] wait_queue& make_queue(wait_kind kind, const char* operation);

    /// Releases a queue without waiting operations for reuse by `make_queue()`. Requires the mutex.
    void release(wait_queue& queue) noexcept;

    /// Sets the address of the server, for diagnostics. Requires the mutex.
    void set_address(std::string address) { address_ = std::move(address); }

    /// Destroys all waiting operations without completing them: their context is being destroyed.
    void destroy_handlers() override;

private:
    friend class wait_queue;

    explicit wait_group(asio::any_io_executor executor);

    asio::any_io_executor executor_;
    asio::any_completion_executor completion_executor_;  // `executor_`, unwrapped.
    std::shared_ptr<shutdown_registry> registry_;
    std::mutex mutex_;
    std::list<wait_queue> queues_;
    wait_queue* unused_ = nullptr;  // The first of a list, so that release() allocates nothing.
    std::string address_;
};

}  // namespace jellyfish::detail
