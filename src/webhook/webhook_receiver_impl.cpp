#include "webhook/webhook_receiver_impl.hpp"

#include <jellyfish/error.hpp>

#include "model/option_checks.hpp"
#include "model/webhook_url.hpp"

#include <utility>

namespace jellyfish::detail {
webhook_receiver_impl::webhook_receiver_impl(asio::any_io_executor executor,
                                             webhook_options options)
    : executor_(std::move(executor)),
      options_(std::move(options)),
      stream_(std::make_shared<notification_stream>(executor_, options_.queue_limit(),
                                                    overflow_policy::pause)),
      strand_(executor_),
      handlers_(std::make_shared<handler_runner>(executor_, stream_)) {
    stream_->set_address(options_.address());
}

std::string webhook_receiver_impl::url(std::string_view host) const {
    return webhook_url_of(options_, host, port());
}

void webhook_receiver_impl::set_handler(notification_callback handler) {
    const std::lock_guard lock(mutex_);
    if (listen_called_ || stream_->state() != session_state::idle) {
        throw error(errc::already_listening, {"set a notification handler", options_.address(),
                                              "set handlers before listen()", 0, ""});
    }
    handlers_->on_failure([weak = weak_from_this()](std::string detail) {
        const auto self = weak.lock();
        const auto server = self ? self->server() : nullptr;
        if (server) server->abort(errc::handler_failed, std::move(detail));
    });
    handlers_->set_server_handler(handler);
    handlers_->set_metrics_handler(std::move(handler));  // Known servers do not post metrics.
}

void webhook_receiver_impl::listen() {
    const generation session = begin();
    try {
        open(session);
    } catch (const error& e) {
        stream_->set_ended(session, e.code(), std::make_shared<const diagnostics>(e.info()));
        throw;
    }
}

generation webhook_receiver_impl::begin() {
    {
        const std::lock_guard lock(mutex_);
        listen_called_ = true;  // The handler can no longer be set.
    }
    // The caller receives the outcome; the stream need not report it.
    const auto session = stream_->begin([](const error_code&, const diagnostics_ptr&) {});
    if (session) return *session;
    const session_state state = stream_->state();
    const bool closed = state == session_state::closing || state == session_state::closed;
    throw error(closed ? errc::closed : errc::already_listening,
                {"listen", options_.address(), "", 0, ""});
}

void webhook_receiver_impl::open(generation session) {
    if (auto problem = problem_of(options_)) {
        throw error(errc::invalid_option,
                    {"listen", options_.address(), std::move(*problem), 0, ""});
    }
    const auto server =
        std::make_shared<webhook_server>(strand_, options_, stream_, session, counters_);
    port_ = server->open();
    {
        const std::lock_guard lock(mutex_);
        server_ = server;
    }
    handlers_->start();
    stream_->set_ready(session);
    server->start();
    // close() was called before server_ was set.
    if (stream_->state() == session_state::closing) server->close();
}

void webhook_receiver_impl::close(operation_handler<> handler) {
    begin_close();
    stream_->connection().wait_closed(std::move(handler));
}

void webhook_receiver_impl::drain(operation_handler<> handler) {
    begin_close();
    stream_->connection().wait_drained(std::move(handler));
}

void webhook_receiver_impl::begin_close() {
    const bool listening = stream_->set_closing();
    const auto open = server();
    if (listening && open) open->close();
}

void webhook_receiver_impl::reload_tls() {
    if (const auto open = server()) {
        open->reload_tls();
    } else if (const auto tls = make_server_tls(options_)) {
        tls->reload("reload TLS");  // Only to throw for invalid files: listen() reads them itself.
    }
}

void webhook_receiver_impl::destroy() {
    stream_->destroy();
    if (const auto open = server()) open->stop();
    handlers_->cancel();
}

std::shared_ptr<webhook_server> webhook_receiver_impl::server() const {
    const std::lock_guard lock(mutex_);
    return server_;
}

webhook_stats webhook_receiver_impl::stats() const {
    notifier_stats taken;
    stream_->count_into(taken);
    webhook_stats stats;
    counters_->read_into(stats);
    stats.received = taken.received;
    stats.queued = taken.queued;
    return stats;
}

}  // namespace jellyfish::detail
