#include "notifier/notifier_impl.hpp"

#include "async/bounded_timeout.hpp"
#include "delivery/notification_view_impl.hpp"
#include "model/option_checks.hpp"
#include "model/server_address.hpp"
#include "model/server_rules.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace jellyfish::detail {
namespace {

session_context_ptr make_context(client_options client, notifier_options options,
                                 std::shared_ptr<notification_stream> to) {
    client_tls_ptr tls = client.secure() ? make_client_tls(client, "notifier") : nullptr;
    return std::make_shared<const session_context>(
        session_context{std::move(client), std::move(options), std::move(tls), std::move(to),
                        std::make_shared<traffic>()});
}

}  // namespace

notifier_impl::notifier_impl(asio::any_io_executor executor, client_options client,
                             notifier_options options)
    : executor_(std::move(executor)),
      stream_(std::make_shared<notification_stream>(executor_, options.queue_limit(),
                                                    options.overflow())),
      context_(make_context(std::move(client), std::move(options), stream_)),
      session_strand_(executor_),
      handlers_(std::make_shared<handler_runner>(executor_, stream_)) {}

// ---- the session

/// Throws if `connect()` cannot succeed with these options.
void notifier_impl::check_options() const {
    auto problem = problem_of(context_->client);
    if (!problem) problem = problem_of(context_->options);
    if (problem) throw error(errc::invalid_option, {"", address(), std::move(*problem), 0, ""});
    const bool secure = context_->client.secure();
    (void)parse_server_address(address(), secure);
    for (const std::string& each : context_->options.other_addresses())
        (void)parse_server_address(each, secure);
    // Invalid TLS files are an error only here: see tls_source.
    if (context_->tls) context_->tls->reload("connect");
}

/// Throws if the server does not send such events.
void notifier_impl::check_event(event_type type) const {
    if (type != event_type::metrics) return;
    if (auto problem = problem_of(server_feature::metrics, context_->client.server_api()))
        throw error(errc::not_supported, {"subscribe", address(), std::move(*problem), 0, ""});
}

bool notifier_impl::all_handled(const std::vector<event_type>& events) const {
    const handled_kinds handled = stream_->handled();
    return std::ranges::all_of(events, [&](event_type each) {
        return each == event_type::metrics ? handled.metrics : handled.server_notifications;
    });
}

void notifier_impl::connect(operation_handler<> handler) {
    std::vector<event_type> events = context_->options.events();
    {
        const std::lock_guard lock(mutex_);
        connect_called_ = true;  // Handlers can no longer be set.
        if (stream_->handled().metrics) events.push_back(event_type::metrics);
    }
    const auto id = stream_->begin(std::move(handler));
    if (!id) return;
    try {
        check_options();
        for (const event_type each : events)
            check_event(each);
    } catch (const error& e) {
        diagnostics info = e.info();
        info.operation = "connect";
        stream_->set_ended(*id, e.code(), std::make_shared<const diagnostics>(std::move(info)));
        return;
    }
    auto loop = std::make_shared<connection_loop>(session_strand_, context_, *id, events);
    stream_->on_connect_cancelled([weak = std::weak_ptr(loop)] {
        if (const auto cancelled = weak.lock()) cancelled->stop();
    });
    {
        const std::lock_guard lock(mutex_);
        loop_ = loop;
    }
    if (all_handled(events)) note_consumer();
    handlers_->start();
    loop->start();
    // close() was called before loop_ was set.
    if (stream_->state() == session_state::closing) loop->close();
}

std::shared_ptr<notification_view_impl> notifier_impl::make_view(std::string room_id,
                                                                 std::uint64_t kinds) const {
    return std::make_shared<notification_view_impl>(stream_, std::move(room_id), kinds);
}

void notifier_impl::subscribe(event_type type, operation_handler<> handler) {
    try {
        check_event(type);
    } catch (const error& e) {
        stream_->reject_subscription(type, std::move(handler), e);
        return;
    }
    // The session's own timeout normally expires first. It does not while a full queue pauses
    // reading; hence this one.
    const auto limit = 2 * bounded_timeout(context_->options.authentication_timeout());
    const auto deadline = std::chrono::steady_clock::now() + limit;
    if (!stream_->wait_subscribed(type, std::move(handler), deadline)) return;
    if (const auto session = loop()) session->subscribe(type);
}

void notifier_impl::close(operation_handler<> handler) {
    begin_close();
    stream_->connection().wait_closed(std::move(handler));
}

void notifier_impl::drain(operation_handler<> handler) {
    begin_close();
    stream_->connection().wait_drained(std::move(handler));
}

void notifier_impl::begin_close() {
    const bool session_lives = stream_->set_closing();
    const auto session = loop();
    if (session_lives && session) session->close();
}

void notifier_impl::reload_tls() {
    if (context_->tls) context_->tls->reload("reload TLS");
}

void notifier_impl::destroy() {
    stream_->destroy();
    if (const auto session = loop()) session->stop();
    handlers_->cancel();
}

std::shared_ptr<connection_loop> notifier_impl::loop() const {
    const std::lock_guard lock(mutex_);
    return loop_;
}

std::string notifier_impl::server_address() const { return stream_->server_address(); }

notifier_stats notifier_impl::stats() const {
    notifier_stats stats;
    stream_->count_into(stats);
    stats.bytes_received = context_->counters->bytes_received.load(std::memory_order_relaxed);
    stats.bytes_sent = context_->counters->bytes_sent.load(std::memory_order_relaxed);
    stats.ignored = context_->counters->ignored.load(std::memory_order_relaxed);
    stats.last_byte_at = std::chrono::steady_clock::time_point(std::chrono::steady_clock::duration(
        context_->counters->last_byte_at.load(std::memory_order_relaxed)));
    return stats;
}

// ---- the handlers

/// Requires the mutex to be held.
void notifier_impl::check_not_connected() const {
    if (!connect_called_ && stream_->state() == session_state::idle) return;
    throw error(errc::already_connected,
                {"set a notification handler", address(), "set handlers before connect()", 0, ""});
}

void notifier_impl::set_server_handler(notification_callback handler) {
    const std::lock_guard lock(mutex_);
    check_not_connected();
    watch_handlers();
    handlers_->set_server_handler(std::move(handler));
}

void notifier_impl::set_metrics_handler(notification_callback handler) {
    const std::lock_guard lock(mutex_);
    check_not_connected();
    watch_handlers();
    handlers_->set_metrics_handler(std::move(handler));
}

void notifier_impl::watch_handlers() {
    handlers_->on_failure([weak = weak_from_this()](std::string detail) {
        const auto self = weak.lock();
        const auto session = self ? self->loop() : nullptr;
        if (session) session->abort(errc::handler_failed, std::move(detail));
    });
}

}  // namespace jellyfish::detail
