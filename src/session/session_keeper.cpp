#include "session/session_keeper.hpp"

#include "model/option_checks.hpp"
#include "model/server_address.hpp"
#include "text/redact.hpp"

#include <optional>
#include <string>
#include <utility>

namespace jellyfish::detail {

session_keeper::session_keeper(const asio::any_io_executor& executor, session_context_ptr context)
    : context_(std::move(context)), strand_(executor) {
    context_->to->set_address(url_without_userinfo(context_->client.server_address()));
}

/// Throws if `connect()` cannot succeed with these options.
void session_keeper::check_options() const {
    const std::string& address = context_->client.server_address();
    auto problem = problem_of(context_->client);
    if (!problem) problem = problem_of(context_->options);
    if (!problem) problem = context_->problem;
    if (problem) {
        throw error(errc::invalid_option,
                    {"", url_without_userinfo(address), std::move(*problem), 0, ""});
    }
    const bool secure = context_->client.secure();
    (void)parse_server_address(address, secure);
    for (const std::string& each : context_->options.other_addresses())
        (void)parse_server_address(each, secure);
    // Only connect() reports invalid TLS files: see tls_source.
    if (context_->tls) context_->tls->reload("connect");
}

void session_keeper::connect(operation_handler<> handler,
                             const std::function<make_feed(generation)>& make,
                             const std::function<void()>& on_start) {
    delivery_stream& stream = *context_->to;
    const auto id = stream.begin(std::move(handler));
    if (!id) return;
    std::optional<make_feed> feeds;
    try {
        check_options();
        feeds = make(*id);
    } catch (const error& e) {
        diagnostics info = e.info();
        info.operation = "connect";
        stream.set_ended(*id, e.code(), std::make_shared<const diagnostics>(std::move(info)));
        return;
    }
    auto loop = std::make_shared<connection_loop>(strand_, context_, *id, std::move(*feeds));
    stream.on_connect_cancelled([weak = std::weak_ptr(loop)] {
        if (const auto cancelled = weak.lock()) cancelled->stop();
    });
    {
        const std::lock_guard lock(mutex_);
        loop_ = loop;
    }
    if (!stream.is_current(*id)) return;  // Cancelled before the callback was set.
    on_start();
    loop->start();
    // close() was called before loop_ was set.
    if (stream.state() == session_state::closing) loop->close();
}

void session_keeper::close(operation_handler<> handler) {
    begin_close();
    context_->to->connection().wait_closed(std::move(handler));
}

void session_keeper::drain(operation_handler<> handler) {
    begin_close();
    context_->to->connection().wait_drained(std::move(handler));
}

void session_keeper::begin_close() {
    const bool session_lives = context_->to->set_closing();
    const auto session = loop();
    if (session_lives && session) session->close();
}

void session_keeper::destroy() {
    context_->to->destroy();
    if (const auto session = loop()) session->stop();
}

void session_keeper::reload_tls() {
    if (context_->tls) context_->tls->reload("reload TLS");
}

std::shared_ptr<connection_loop> session_keeper::loop() const {
    const std::lock_guard lock(mutex_);
    return loop_;
}

}  // namespace jellyfish::detail
