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
#include <utility>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace jellyfish::detail {

/// The event that an operation waits for.
enum class wait_reason : std::uint8_t {
    pop,                   ///< A notification to pop with `next()`.
    available,             ///< A notification is available, without popping it.
    handle,                ///< A notification for the handlers.
    ready,                 ///< An established session.
    connect,               ///< The session that this operation establishes.
    server_subscription,   ///< Confirmation of the server notification subscription.
    metrics_subscription,  ///< Confirmation of the metrics subscription.
    closed,                ///< The socket is closed.
};

/// The pending operations of one object, which wait for events in it.
///
/// Its mutex is the object's mutex: "under the lock" means with `mutex()` held. Handlers are called
/// on their own executors, never under the lock. A notified `pop` operation can still be cancelled
/// until its handler is called, and any notified operation may be destroyed with the context of its
/// executor. In both cases `on_rejected` passes the notification on to another operation.
class wait_queue final : public std::enable_shared_from_this<wait_queue>, public handler_owner {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// @param executor Runs timers, and handlers without an associated executor.
    [[nodiscard]] static std::shared_ptr<wait_queue> make(asio::any_io_executor executor);

    ~wait_queue();

    [[nodiscard]] std::mutex& mutex() noexcept { return mutex_; }

    /// Called under the lock when an operation was notified with success but popped nothing.
    void on_rejected(std::function<void(wait_reason)> callback) {
        on_rejected_ = std::move(callback);
    }

    /// Called under the lock when a waiting operation was cancelled.
    void on_cancelled(std::function<void(wait_reason)> callback) {
        on_cancelled_ = std::move(callback);
    }

    /// Adds an operation, which fails with `errc::timeout` at the deadline. Except for `pop`, the
    /// deadline is a limit for the server and may be extended, see `time_limit`. Under the lock.
    void add(wait_reason reason, operation_handler<> handler,
             std::optional<time_point> deadline = std::nullopt);

    /// Completes up to `count` operations that wait for `reason`, oldest first. Under the lock.
    void notify(wait_reason reason, std::size_t count = SIZE_MAX, const error_code& code = {},
                const diagnostics_ptr& info = nullptr);

    /// Completes all operations. Under the lock.
    void notify_all(const error_code& code, const diagnostics_ptr& info = nullptr);

    /// Whether an operation waits for `reason`. Under the lock.
    [[nodiscard]] bool waits(wait_reason reason) const noexcept;

    /// Destroys all waiting operations without completing them: their context is being destroyed.
    void destroy_handlers() override;

    /// Completes an operation that need not wait, as if by `post`.
    void complete(operation_handler<> handler, const error_code& code,
                  const diagnostics_ptr& info = nullptr);

private:
    struct waiter;
    using waiter_ptr = std::shared_ptr<waiter>;

    explicit wait_queue(asio::any_io_executor executor);

    [[nodiscard]] waiter_ptr make_waiter(wait_reason reason, operation_handler<> handler);
    void post(const waiter_ptr& w, const error_code& code, const diagnostics_ptr& info);
    void deliver(const waiter_ptr& w);
    void hand_on(const waiter& w);
    void cancel(const waiter_ptr& w);
    void arm(const waiter_ptr& w);
    void expire(const waiter_ptr& w);

    asio::any_io_executor executor_;
    asio::any_completion_executor completion_executor_;  // `executor_`, unwrapped.
    std::shared_ptr<shutdown_registry> registry_;
    std::mutex mutex_;
    std::list<waiter_ptr> waiting_;
    std::function<void(wait_reason)> on_rejected_;
    std::function<void(wait_reason)> on_cancelled_;
};

}  // namespace jellyfish::detail
