#pragma once

#include <jellyfish/logger.hpp>

#include "async/log_throttle.hpp"
#include "async/shutdown_registry.hpp"
#include "rest/connection_pool.hpp"
#include "rest/pool_io.hpp"
#include "rest/pooled_connection.hpp"

#include <memory>
#include <vector>

#include <boost/asio/cancellation_signal.hpp>

namespace jellyfish::detail {

class rest_call;
using rest_call_ptr = std::shared_ptr<rest_call>;

/// Sends calls to one server over kept-alive connections: does what a `connection_pool` decides.
///
/// Only calls, and connections that are being established, are outstanding work: idle connections
/// are not.
class pool_driver final : public std::enable_shared_from_this<pool_driver>, public handler_owner {
public:
    using strand = pooled_connection::strand;
    using time_point = pool_io::time_point;

    /// @param settings Without `random`.
    [[nodiscard]] static std::shared_ptr<pool_driver> make(strand executor, pool_settings settings,
                                                           jellyfish::logger logger,
                                                           std::unique_ptr<pool_io> io);
    ~pool_driver();

    // Thread-safe, and may be called from a logger: on the strand, nothing happens before the call
    // returns.

    /// Starts a call. Never completes it before returning.
    void submit(rest_call_ptr call);

    /// Removes a call that has completed. Closes its connection if it is on one.
    void cancel(rest_call_ptr call);

    /// Completes all calls with `operation_aborted`.
    void cancel_all();

    /// The same, also for all future calls, and closes all connections.
    void close();

    void destroy_handlers() override;

private:
    /// A connection, or a pending attempt to connect.
    struct link {
        std::shared_ptr<pooled_connection> connection;
        std::shared_ptr<asio::cancellation_signal> attempt;
    };
    using connection_id = connection_pool::connection_id;

    pool_driver(strand executor, pool_settings settings, jellyfish::logger logger,
                std::unique_ptr<pool_io> io);

    /// Does what the pool has decided.
    void perform();
    void perform(const connection_pool::connect& action);
    void perform(const connection_pool::send& action);
    void perform(const connection_pool::abort& action);
    void perform(const connection_pool::close& action);
    void perform(connection_pool::complete& action);
    void perform(connection_pool::retry& action);

    void on_connected(connection_id on, const error_code& code, diagnostics info,
                      std::unique_ptr<stream> connection);
    void on_result(connection_id on, exchange_result result);
    void schedule();
    template <class Function>
    void enter(Function function);

    const strand executor_;
    const jellyfish::logger logger_;
    const std::unique_ptr<pool_io> io_;
    const std::shared_ptr<shutdown_registry> registry_;

    // All below: on the strand only.
    connection_pool pool_;
    std::vector<rest_call_ptr> calls_;  // By the pool's ids.
    std::vector<link> links_;           // By the pool's ids.
    time_point scheduled_ = time_point::max();
    log_throttle throttle_;  // Of warnings.
    bool may_rest_ = false;  // A posted function decides whether to cancel the timer.
};

}  // namespace jellyfish::detail
