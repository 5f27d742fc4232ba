#include "notifier/notifier_impl.hpp"

#include "async/bounded_timeout.hpp"
#include "delivery/notification_view_impl.hpp"
#include "model/server_rules.hpp"
#include "notifier/notification_feed.hpp"
#include "text/redact.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace jellyfish::detail {
namespace {

constexpr const char* how_to_take =
    ", metrics included (call next(), set a handler, or exclude what you do not take: see "
    "notifier_options::events)";

session_context_ptr make_context(client_options client, notifier_options options,
                                 std::shared_ptr<notification_stream> to) {
    client_tls_ptr tls = client.secure() ? make_client_tls(client, "notifier") : nullptr;
    return std::make_shared<const session_context>(
        session_context{std::move(client),
                        std::move(options),
                        std::move(tls),
                        std::move(to),
                        std::make_shared<traffic>(),
                        {"notifier", "notifications", how_to_take},
                        {}});
}

}  // namespace

notifier_impl::notifier_impl(asio::any_io_executor executor, client_options client,
                             notifier_options options)
    : executor_(std::move(executor)),
      stream_(std::make_shared<notification_stream>(executor_, options.queue_limit(),
                                                    options.overflow())),
      context_(make_context(std::move(client), std::move(options), stream_)),
      sessions_(executor_, context_),
      handlers_(std::make_shared<handler_runner>(executor_, stream_)) {}

// ---- the session

std::string notifier_impl::address() const {
    return url_without_userinfo(context_->client.server_address());
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
    const auto wanted = std::make_shared<std::vector<event_type>>(events);
    sessions_.connect(
        std::move(handler),
        [&](generation id) {
            for (const event_type each : *wanted)
                check_event(each);
            return [wanted, to = stream_, id](session_parameters settings) {
                return std::make_unique<notification_feed>(std::move(settings), wanted, to, id);
            };
        },
        [&] {
            if (all_handled(events)) stream_->set_consumed();
            handlers_->start();
        });
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
    const auto session = sessions_.loop();
    if (!session) return;
    session->apply(
        [type](session_feed& feed) { static_cast<notification_feed&>(feed).subscribe(type); });
}

void notifier_impl::destroy() {
    sessions_.destroy();
    handlers_->cancel();
}

std::string notifier_impl::server_address() const { return stream_->server_address(); }

notifier_stats notifier_impl::stats() const {
    notifier_stats stats;
    stream_->count_into(stats);
    sessions_.count_into(stats);
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
        const auto session = self ? self->sessions_.loop() : nullptr;
        if (session) session->abort(errc::handler_failed, std::move(detail));
    });
}

}  // namespace jellyfish::detail
