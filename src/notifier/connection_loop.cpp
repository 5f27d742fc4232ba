#include "notifier/connection_loop.hpp"

#include "async/log.hpp"
#include "net/connect_failure.hpp"

#include <exception>
#include <random>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace jellyfish::detail {
namespace {

std::vector<std::string> all_addresses(const client_options& client,
                                       const notifier_options& options) {
    std::vector<std::string> all{client.server_address()};
    all.insert(all.end(), options.other_addresses().begin(), options.other_addresses().end());
    return all;
}

}  // namespace

connection_loop::connection_loop(strand executor, generation id, client_options client,
                                 notifier_options options, client_tls_ptr tls,
                                 std::shared_ptr<inbox> to, std::shared_ptr<traffic> counters)
    : executor_(std::move(executor)),
      plan_{.id = id,
            .client = std::move(client),
            .options = std::move(options),
            .known = std::make_shared<known_addresses>(),
            .tls = std::move(tls)},
      addresses_(all_addresses(plan_.client, plan_.options)),
      inbox_(std::move(to)),
      traffic_(std::move(counters)),
      reconnector_(plan_.options.reconnect(), addresses_.size()),
      timer_(executor_) {}

// ---- from any thread

void connection_loop::start() {
    asio::post(executor_, [self = shared_from_this()] {
        if (self->finished_) return;
        if (self->closing_) {
            self->end({}, nullptr);
        } else {
            self->begin();
        }
    });
}

void connection_loop::close() {
    asio::post(executor_, [self = shared_from_this()] {
        if (self->finished_ || std::exchange(self->closing_, true)) return;
        // Keep a copy: the call may finish the session, which resets driver_.
        if (const auto driver = self->driver_) {
            driver->close();
        } else {
            self->end({}, nullptr);
        }
    });
}

void connection_loop::stop() {
    asio::post(executor_, [self = shared_from_this()] {
        if (self->finished_) return;
        if (const auto driver = self->driver_) driver->stop();
        self->end({}, nullptr);
    });
}

void connection_loop::subscribe(event_type type) {
    asio::post(executor_, [self = shared_from_this(), type] {
        if (const auto driver = self->driver_) driver->subscribe(type);
    });
}

void connection_loop::abort(error_code code, std::string detail) {
    asio::post(executor_, [self = shared_from_this(), code, detail = std::move(detail)]() mutable {
        if (self->finished_) return;
        if (const auto driver = self->driver_) {
            if (driver->abort(code, detail)) return;
            driver->stop();
        }
        diagnostics info;
        info.operation = "receive notifications";
        info.address = self->plan_.client.server_address();
        info.detail = std::move(detail);
        self->end(code, std::make_shared<const diagnostics>(std::move(info)));
    });
}

// ---- sessions, one after the other

void connection_loop::begin() {
    plan_.client.server_address(addresses_[reconnector_.address()]);
    inbox_->begin_attempt(plan_.id, reconnector_.attempts(), plan_.client.server_address());
    try {
        driver_ = std::make_shared<session_driver>(executor_, plan_, inbox_, traffic_,
                                                   std::weak_ptr<session_events>(weak_from_this()));
        driver_->start();
    } catch (...) {  // For example out of memory: treated like any failed attempt.
        diagnostics info{"connect", plan_.client.server_address(), {}, 0, {}};
        const error_code code = code_of_failure(std::current_exception(), info);
        on_end(code, std::move(info));
    }
}

void connection_loop::begin_after(std::chrono::milliseconds wait) {
    timer_.expires_after(wait);
    timer_.async_wait([weak = weak_from_this()](const error_code& code) {
        const auto self = weak.lock();
        if (!code && self && !self->finished_ && !self->driver_) self->begin();
    });
}

void connection_loop::on_ready() {
    plan_.was_ready = true;
    reconnector_.ready(std::chrono::steady_clock::now());
    inbox_->set_ready(plan_.id);
}

void connection_loop::on_subscribed(event_type type) {
    // Later sessions subscribe to it again.
    plan_.options.add_event(type);
    inbox_->confirm_subscription(plan_.id, type);
}

void connection_loop::on_unready() { inbox_->set_unready(plan_.id); }

void connection_loop::on_end(const error_code& code, diagnostics info) {
    driver_.reset();
    if (finished_) return;
    if (closing_ || !code) {
        end({}, nullptr);
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    const auto next = reconnector_.lost(code, info.status, now, std::random_device()());
    const auto shared = std::make_shared<const diagnostics>(std::move(info));
    write_log(plan_.client.logger(), log_level::warning, "notifier", [&] {
        return "session failed: " + describe(code, *shared) +
               (next ? "; connecting to " + addresses_[next->address] + " in " +
                           std::to_string(next->wait.count()) + " ms"
                     : std::string());
    });
    if (!next) {
        end(code, shared);
        return;
    }
    const auto last_byte = std::chrono::steady_clock::time_point(
        std::chrono::steady_clock::duration(traffic_->last_byte_at.load()));
    inbox_->set_lost(plan_.id, code, shared, last_byte);
    begin_after(next->wait);
}

void connection_loop::end(const error_code& code, const diagnostics_ptr& info) {
    finished_ = true;
    timer_.cancel();
    if (code) {
        inbox_->set_ended(plan_.id, code, info);
    } else {
        write_log(plan_.client.logger(), log_level::info, "notifier", "session closed");
        inbox_->set_ended(plan_.id, asio::error::operation_aborted, nullptr);
    }
}

}  // namespace jellyfish::detail
