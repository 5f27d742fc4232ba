#pragma once

#include <jellyfish/logger.hpp>

#include "async/shutdown_registry.hpp"
#include "rest/pool_io.hpp"
#include "rest/pooled_call.hpp"
#include "rest/pooled_connection.hpp"

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <string_view>
#include <vector>

#include <boost/asio/cancellation_signal.hpp>

namespace jellyfish::detail {

struct pool_settings {
    std::size_t max_connections = 8;
    std::chrono::milliseconds request_timeout{10'000};
    /// How long a call may wait for a connection. 0: limited by `request_timeout` only.
    std::chrono::milliseconds queue_timeout{0};
    /// How long an idle connection is kept. Must be less than the 5.0 s after which the server
    /// closes it, or a call may be sent on a closing connection.
    std::chrono::milliseconds idle_timeout{4'000};
    jellyfish::logger logger;
};

/// Sends calls to one server over kept-alive connections.
///
/// A call uses the idle connection that was used last, or waits in order; connections are opened
/// for waiting calls. A call that fails on a reused connection before the first byte of a response
/// is retried once, on a fresh connection, if that is safe: if it is idempotent, or none of it was
/// sent.
///
/// A call with a `repeat_after()` is submitted again after that time.
///
/// Pending calls and a pending `stop()` keep the pool alive.
class connection_pool final : public std::enable_shared_from_this<connection_pool>,
                              public handler_owner,
                              private connection_owner {
public:
    using strand = pooled_connection::strand;
    using time_point = pool_io::time_point;

    [[nodiscard]] static std::shared_ptr<connection_pool> make(strand executor,
                                                               pool_settings settings,
                                                               std::unique_ptr<pool_io> io);
    ~connection_pool();

    // Thread-safe, and may be called from a logger: on the strand, nothing happens before the call
    // returns.

    /// Starts a call. Never completes it before returning.
    void submit(pooled_call_ptr call);

    /// Removes a call that has completed. Closes its connection if it is on one.
    void cancel(pooled_call_ptr call);

    /// Completes all calls with `operation_aborted` and closes all connections permanently.
    void stop();

    void destroy_handlers() override;

private:
    /// A pending attempt to connect.
    struct attempt {
        asio::cancellation_signal cancel;
        bool cancelled = false;
    };
    using attempt_ptr = std::shared_ptr<attempt>;

    connection_pool(strand executor, pool_settings settings, std::unique_ptr<pool_io> io);

    void accept(const pooled_call_ptr& call);
    void delay(const pooled_call_ptr& call, std::chrono::milliseconds wait);
    void accept_delayed();
    void serve();
    void assign(pooled_connection& to, const pooled_call_ptr& call);
    void begin(pooled_connection& to, const pooled_call_ptr& call);
    [[nodiscard]] pooled_connection* take_idle(time_point now);
    [[nodiscard]] pooled_call_ptr next_waiting(bool fresh) const;

    void open();
    void on_connected(const attempt_ptr& made, const error_code& code, diagnostics info,
                      std::unique_ptr<stream> connection);
    void cancel_attempts();

    void on_response(pooled_connection& from, const pooled_call_ptr& call, http::response response,
                     bool kept) override;
    void on_failure(pooled_connection& from, const pooled_call_ptr& call,
                    exchange_failure failure) override;
    void on_free(pooled_connection& from) override;
    void on_idle_end(pooled_connection& from) override;

    void wait_for_retry(const pooled_call_ptr& call);
    void finish(const pooled_call_ptr& call, call_outcome outcome);
    void release(const pooled_call_ptr& call);
    void expire(const pooled_call_ptr& call);
    void expire_waiting(const pooled_call_ptr& call);
    void finish_expired(const pooled_call_ptr& call);
    [[nodiscard]] std::list<pooled_call_ptr>& list_of(const pooled_call_ptr& call) noexcept;
    [[nodiscard]] bool renew_missed(const pooled_call_ptr& call, time_point now);
    void remove(pooled_connection& connection);
    void close_connections();
    void close_old_idle(time_point now);

    void tick();
    void schedule();
    template <class Function>
    void enter(Function function);
    void log(std::string_view text) const;

    const strand executor_;
    const pool_settings settings_;
    const std::unique_ptr<pool_io> io_;
    const std::shared_ptr<shutdown_registry> registry_;

    // All below: on the strand only.
    std::list<pooled_call_ptr> calls_;     // Ordered by deadline.
    std::list<pooled_call_ptr> waiting_;   // For a connection.
    std::list<pooled_call_ptr> delayed_;   // To be retried, ordered by time.
    std::list<pooled_call_ptr> detached_;  // Expired, but not yet known whether any byte was sent.
    std::vector<std::shared_ptr<pooled_connection>> connections_;
    std::vector<pooled_connection*> idle_;  // Most recently used last.
    std::vector<attempt_ptr> attempts_;
    time_point armed_for_ = time_point::max();
    bool stopped_ = false;
};

}  // namespace jellyfish::detail
