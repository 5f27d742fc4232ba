#include "rest/pool_driver.hpp"

#include "async/log.hpp"
#include "rest/rest_call.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace jellyfish::detail {

pool_driver::pool_driver(strand executor, pool_settings settings, jellyfish::logger logger,
                         std::unique_ptr<pool_io> io)
    : executor_(std::move(executor)),
      logger_(std::move(logger)),
      io_(std::move(io)),
      registry_(shutdown_registry::of(executor_)),
      pool_(std::move(settings)) {}

std::shared_ptr<pool_driver> pool_driver::make(strand executor, pool_settings settings,
                                               jellyfish::logger logger,
                                               std::unique_ptr<pool_io> io) {
    settings.random = [from = io.get()] { return from->random(); };
    std::shared_ptr<pool_driver> driver(new pool_driver(std::move(executor), std::move(settings),
                                                        std::move(logger), std::move(io)));
    driver->registry_->add(driver);
    return driver;
}

pool_driver::~pool_driver() {
    registry_->remove(this);
    for (const link& each : links_)
        if (each.connection) each.connection->close();
}

// ---- from any thread

/// Runs a function on the strand, then does what the pool has decided. Posts if already on the
/// strand, since the caller may be a user's logger that the driver itself has called.
template <class Function>
void pool_driver::enter(Function function) {
    auto entered = [self = shared_from_this(), function = std::move(function)] {
        function(*self);
        self->perform();
    };
    if (executor_.running_in_this_thread()) {
        asio::post(executor_, std::move(entered));
    } else {
        asio::dispatch(executor_, std::move(entered));
    }
}

void pool_driver::submit(rest_call_ptr call) {
    enter([call = std::move(call)](pool_driver& self) {
        if (call->finished()) return;
        const auto id = self.pool_.submit(call->idempotent(), self.io_->now(), call->timeout());
        if (id >= self.calls_.size()) self.calls_.resize(id + 1);
        self.calls_[id] = call;
    });
}

void pool_driver::cancel(rest_call_ptr call) {
    enter([call = std::move(call)](pool_driver& self) {
        const auto found = std::ranges::find(self.calls_, call);
        if (found == self.calls_.end()) return;
        found->reset();
        self.pool_.cancel(static_cast<std::size_t>(found - self.calls_.begin()), self.io_->now());
    });
}

void pool_driver::cancel_all() {
    enter([](pool_driver& self) { self.pool_.abort_all(false, self.io_->now()); });
}

void pool_driver::close() {
    enter([](pool_driver& self) { self.pool_.abort_all(true, self.io_->now()); });
}

void pool_driver::destroy_handlers() {
    pool_.abort_all(true, io_->now());
    while (pool_.next_action()) {
    }
    for (const link& each : links_)
        if (each.connection) each.connection->close();
    links_.clear();  // Attempts to connect are shut down with the context.
    const auto destroyed = std::exchange(calls_, {});  // Last: their handlers may own the driver.
}

// ---- actions

void pool_driver::perform() {
    while (auto action = pool_.next_action())
        std::visit([this](auto& each) { perform(each); }, *action);
    schedule();
}

void pool_driver::perform(const connection_pool::connect& action) {
    if (action.on >= links_.size()) links_.resize(action.on + 1);
    const auto attempt = std::make_shared<asio::cancellation_signal>();
    links_[action.on].attempt = attempt;
    io_->connect(pool_io::connect_handler(asio::bind_executor(
        executor_, asio::bind_cancellation_slot(
                       attempt->slot(),
                       [self = shared_from_this(), attempt, on = action.on](
                           error_code code, diagnostics info, std::unique_ptr<stream> connection) {
                           self->on_connected(on, code, std::move(info), std::move(connection));
                       }))));
}

void pool_driver::perform(const connection_pool::send& action) {
    rest_call& call = *calls_[action.call];
    pooled_connection& connection = *links_[action.on].connection;
    exchange_result unsent;
    if (call.finished()) {  // Cancelled on another thread.
        unsent.code = asio::error::operation_aborted;
        unsent.kept = true;
    } else if (action.check && !connection.usable()) {
        connection.close();
        unsent.code = errc::connection_lost;
        unsent.detail = "the server closed an idle connection";
    } else {
        connection.start(call.exchange());
        return;
    }
    on_result(action.on, std::move(unsent));
}

void pool_driver::perform(const connection_pool::abort& action) {
    links_[action.on].connection->abort();
}

void pool_driver::perform(const connection_pool::close& action) {
    const link closed = links_[action.on];  // Copied: a signal may complete the attempt at once.
    if (closed.attempt) {
        closed.attempt->emit(asio::cancellation_type::terminal);
    } else {
        closed.connection->close();
        links_[action.on] = {};
    }
}

void pool_driver::perform(connection_pool::complete& action) {
    diagnostics info;
    info.detail = std::move(action.detail);
    std::exchange(calls_[action.call], nullptr)
        ->complete(action.code, std::move(info), action.perhaps_done);
}

void pool_driver::perform(connection_pool::retry& action) {
    if (!logger_) return;
    const log_level level = throttle_.pass(io_->now()) ? log_level::warning : log_level::debug;
    write_log(logger_, level, "REST", [&] {
        const auto info =
            calls_[action.call]->info_of_attempt(action.code, std::move(action.detail));
        return describe(action.code, info) + "; retrying in " +
               std::to_string(action.wait.count()) + " ms (attempt " +
               std::to_string(action.attempt) + " of " +
               std::to_string(pool_.settings().retry.max_attempts()) + ")";
    });
}

// ---- events

void pool_driver::on_connected(connection_id on, const error_code& code, diagnostics info,
                               std::unique_ptr<stream> connection) {
    links_[on] = {};
    if (code) {
        pool_.connect_failed(on, code, std::move(info.detail), io_->now());
    } else {
        write_log(logger_, log_level::debug, "REST", "connected");
        links_[on].connection = std::make_shared<pooled_connection>(
            executor_, std::move(connection), [this, on](exchange_result result) {
                const auto self = shared_from_this();
                on_result(on, std::move(result));
                perform();
            });
        pool_.connected(on, io_->now());
    }
    perform();
}

void pool_driver::on_result(connection_id on, exchange_result result) {
    if (!result.kept) {
        links_[on] = {};
        write_log(logger_, log_level::debug, "REST",
                  result.code ? result.detail : "the connection closes after this response");
    }
    pool_.finished(on, std::move(result), io_->now());
}

// ---- time

/// Arms one timer for all calls. It is moved to earlier times only: when it expires, its handler
/// arms it for the next.
void pool_driver::schedule() {
    const time_point next = pool_.deadline();
    if (next < scheduled_) {
        scheduled_ = next;
        io_->schedule_at(next, [weak = weak_from_this()] {
            const auto self = weak.lock();
            if (!self) return;
            self->scheduled_ = time_point::max();
            self->pool_.tick(self->io_->now());
            self->perform();
        });
    } else if (next == time_point::max() && scheduled_ != next && !may_rest_) {
        // An idle pool must not be outstanding work. Posted, since the handler of the last call
        // often starts another one.
        may_rest_ = true;
        asio::post(executor_.get_inner_executor(), [self = shared_from_this()] {
            self->enter([](pool_driver& idle) {
                idle.may_rest_ = false;
                if (idle.pool_.deadline() != time_point::max()) return;
                idle.scheduled_ = time_point::max();
                idle.io_->cancel_schedule();
            });
        });
    }
}

}  // namespace jellyfish::detail
