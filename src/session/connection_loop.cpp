#include "session/connection_loop.hpp"

#include "async/bounded_timeout.hpp"
#include "async/log.hpp"
#include "async/time_limit.hpp"
#include "http/user_agent.hpp"
#include "model/server_address.hpp"
#include "net/connect_failure.hpp"
#include "session/random_bits.hpp"

#include <algorithm>
#include <exception>
#include <random>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::detail {
namespace {

using clock = std::chrono::steady_clock;

std::vector<std::string> all_addresses(const session_context& context) {
    std::vector<std::string> all{context.client.server_address()};
    const auto& others = context.options.other_addresses();
    all.insert(all.end(), others.begin(), others.end());
    return all;
}

asio::awaitable<void> delay(std::chrono::milliseconds time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

connection_loop::connection_loop(strand executor, session_context_ptr context, generation id,
                                 make_feed make)
    : executor_(std::move(executor)),
      context_(std::move(context)),
      id_(id),
      make_feed_(std::move(make)),
      addresses_(all_addresses(*context_)),
      reconnector_(context_->options.reconnect(), addresses_.size()) {}

// ---- from any thread

void connection_loop::start() {
    context_->to->on_writable([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        asio::post(self->executor_, [self] {
            if (self->driver_) self->driver_->step();
        });
    });
    asio::post(executor_, [self = shared_from_this()] {
        asio::co_spawn(
            self->executor_, run(self),
            asio::bind_cancellation_slot(self->cancel_.slot(), [self](std::exception_ptr thrown) {
                if (thrown) {  // For example out of memory.
                    self->end_with(failure_of(thrown, self->address()));
                    if (self->driver_) self->driver_->stop();
                }
                self->report_end();
            }));
    });
}

void connection_loop::close() {
    asio::post(executor_, [self = shared_from_this()] {
        self->end_with({});
        if (self->driver_) self->driver_->close();
    });
}

void connection_loop::stop() {
    asio::post(executor_, [self = shared_from_this()] {
        self->end_with({});
        if (self->driver_) self->driver_->stop();
    });
}

void connection_loop::apply(std::function<void(session_feed&)> change) {
    asio::post(executor_, [self = shared_from_this(), change = std::move(change)] {
        if (self->driver_) self->driver_->apply(change);
    });
}

void connection_loop::abort(error_code code, std::string detail) {
    asio::post(executor_, [self = shared_from_this(), code, detail = std::move(detail)] {
        if (self->driver_ && self->driver_->abort(code, detail)) return;
        self->end_with({code, std::make_shared<const diagnostics>(diagnostics{
                                  "receive notifications", self->address(), detail, 0, {}})});
        if (self->driver_) self->driver_->stop();
    });
}

// ---- sessions, one after the other

// Separate functions: everything in the frame of `run` takes memory while the notifier exists.
asio::awaitable<void> connection_loop::run(std::shared_ptr<connection_loop> self) {
    while (!self->end_) {
        failure reason = co_await self->open_session();
        if (self->driver_) {
            co_await self->driver_->ended();
            reason = self->close_session();
        }
        if (self->end_) break;
        if (const auto wait = self->next_attempt(reason)) co_await delay(*wait);
    }
}

connection_loop::failure connection_loop::failure_of(const std::exception_ptr& thrown,
                                                     const std::string& address) {
    diagnostics info{"connect", address, {}, 0, {}};
    const error_code code = code_of_failure(thrown, info);
    if (info.operation.empty()) info.operation = "connect";
    return {code, std::make_shared<const diagnostics>(std::move(info))};
}

/// Connects and constructs the driver, or returns why that failed.
asio::awaitable<connection_loop::failure> connection_loop::open_session() {
    context_->to->begin_attempt(id_, reconnector_.attempts(), address());
    try {
        time_limit limit;  // For TCP, TLS and the upgrade together.
        limit.start(clock::now(), bounded_timeout(context_->client.connect_timeout()));
        auto connection = co_await connect_stream();
        if (end_) co_return failure();
        const auto now = clock::now();
        // Restarts the timeout if the process was suspended while connecting.
        (void)limit.is_expired(now);
        session_parameters settings = parameters();
        settings.upgrade_timeout = limit.at() - now;
        driver_ = std::make_shared<session_driver>(executor_, context_, id_, std::move(connection),
                                                   make_feed_(std::move(settings)));
        driver_->step();
    } catch (...) {  // Also out of memory: treated like any failed attempt.
        if (driver_) std::exchange(driver_, nullptr)->stop();
        co_return failure_of(std::current_exception(), address());
    }
    co_return failure();
}

asio::awaitable<std::unique_ptr<stream>> connection_loop::connect_stream() {
    server_address target = parse_server_address(address());
    tls_context_ptr tls = context_->tls ? context_->tls->current() : nullptr;
    co_return co_await connect(std::move(target), std::move(tls),
                               bounded_timeout(context_->client.connect_timeout()),
                               bounded_timeout(context_->options.idle_timeout()), known_);
}

session_parameters connection_loop::parameters() const {
    const client_options& client = context_->client;
    const notifier_options& options = context_->options;
    session_parameters settings;
    settings.address = parse_server_address(address());
    settings.scheme = client.secure() ? "wss" : "ws";
    settings.token = client.server_api_token();
    settings.user_agent = http::user_agent(client.user_agent());
    settings.known_server = reconnector_.was_ready();
    settings.max_message_size = options.max_message_size();
    settings.authentication_timeout = bounded_timeout(options.authentication_timeout());
    settings.idle_timeout = bounded_timeout(options.idle_timeout());
    settings.close_timeout = bounded_timeout(options.close_timeout());
    settings.random = random_words();
    return settings;
}

/// Records what the session has achieved, and returns why it was closed.
connection_loop::failure connection_loop::close_session() {
    const auto driver = std::exchange(driver_, nullptr);
    const session& closed = driver->state();
    if (driver->ready_since()) {
        reconnector_.ready(*driver->ready_since());
        warnings_.reset(clock::now());
    }
    return {closed.end_code(), std::make_shared<const diagnostics>(closed.end_info())};
}

/// Returns how long to wait before the next attempt. Ends the loop if the failure is final.
std::optional<reconnector::milliseconds> connection_loop::next_attempt(const failure& reason) {
    const auto next =
        reconnector_.lost(reason.code, reason.info->status, clock::now(), std::random_device()());
    if (!next) {
        end_ = reason;
        return std::nullopt;
    }
    log_retry(reason, *next);
    const clock::time_point last_byte(clock::duration(context_->counters->last_byte_at.load()));
    context_->to->set_lost(id_, reason.code, reason.info, last_byte);
    return next->wait;
}

void connection_loop::log_retry(const failure& reason, const reconnector::attempt& next) {
    const bool due = warnings_.is_due(reason.code, clock::now());
    write_log(context_->client.logger(), due ? log_level::warning : log_level::debug,
              context_->names.component, [&] {
                  return "session failed: " + describe(reason.code, *reason.info) +
                         "; connecting to " + addresses_[next.address] + " in " +
                         std::to_string(next.wait.count()) + " ms";
              });
}

// ---- the end

/// Ends the loop, unless it is ending already. The caller closes the session, if there is one.
void connection_loop::end_with(failure reason) {
    if (!end_) end_.emplace(std::move(reason));
    if (!driver_) cancel_.emit(asio::cancellation_type::terminal);
}

void connection_loop::report_end() const {
    const logger& log = context_->client.logger();
    if (!end_->code) {
        write_log(log, log_level::info, context_->names.component, "session closed");
        context_->to->set_ended(id_, asio::error::operation_aborted, nullptr);
        return;
    }
    write_log(log, log_level::warning, context_->names.component,
              [&] { return "session failed: " + describe(end_->code, *end_->info); });
    context_->to->set_ended(id_, end_->code, end_->info);
}

}  // namespace jellyfish::detail
