#include "rest/rest_call.hpp"

#include "async/backoff.hpp"
#include "async/log.hpp"
#include "http/response_reader.hpp"
#include "rest/response_status.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

namespace jellyfish::detail {
namespace {

/// Whether a server or proxy failed temporarily. It is unknown whether the call was executed.
bool failed_for_now(int status) noexcept { return status == 500 || status == 502 || status == 504; }

/// Whether the call may succeed later and is safe to retry. A server that responds with 503 has not
/// executed it.
bool is_retryable_call(const error_code& code, const call_outcome& outcome,
                       bool idempotent) noexcept {
    return code == errc::service_unavailable || code == errc::resolve_failed ||
           code == errc::connect_failed || code == errc::connect_timeout ||
           code == errc::connection_lost ||
           (code == errc::server_error && idempotent && failed_for_now(outcome.response.status));
}

}  // namespace

rest_call::rest_call(rest_settings_ptr settings,
                     const asio::any_completion_executor& handler_executor)
    : settings_(std::move(settings)),
      handler_executor_(asio::prefer(handler_executor, asio::execution::outstanding_work.tracked)) {
}

void rest_call::start(const http::request& request, const std::shared_ptr<connection_pool>& pool) {
    bytes_ = settings_->writer.write(request);
    method_ = request.method;
    idempotent_ = request.idempotent();
    body_limit_ = settings_->body_limit;
    file_ = request.file;
    target_ = request.shown_target();
    listen_for_cancellation(pool);
    pool->submit(shared_from_this());
}

void rest_call::listen_for_cancellation(const std::shared_ptr<connection_pool>& pool) {
    auto cancellation = cancellation_slot();
    if (!cancellation.is_connected()) return;
    cancellation.assign([weak_call = weak_from_this(),
                         weak_pool = std::weak_ptr(pool)](asio::cancellation_type type) {
        const auto self = weak_call.lock();
        if (!self || type == asio::cancellation_type::none) return;
        self->cancelled_ = true;
        // The call may have completed already: keep its executor's context running for the post.
        const auto work =
            asio::prefer(self->settings_->executor, asio::execution::outstanding_work.tracked);
        self->complete({asio::error::operation_aborted, {}, {}});
        if (const auto from = weak_pool.lock()) from->cancel(self);
    });
}

void rest_call::reject(const error& reason) { complete({reason.code(), reason.info(), {}}); }

std::optional<std::chrono::milliseconds> rest_call::repeat_after(const call_outcome& outcome,
                                                                 std::uint32_t random) {
    const error_code code = outcome.code ? outcome.code : code_of_status(outcome.response.status);
    const retry_policy& retry = settings_->retry;
    if (attempts_ >= retry.max_attempts() || !is_retryable_call(code, outcome, idempotent()))
        return std::nullopt;
    perhaps_done_ |= code == errc::connection_lost || code == errc::server_error;
    const auto wait = backoff(retry.base_delay(), retry.max_delay()).wait(attempts_, random);
    ++attempts_;
    write_log(settings_->logger, log_level::warning, "REST", [&] {
        return name() + ": " + code.message() + "; retrying in " + std::to_string(wait.count()) +
               " ms (attempt " + std::to_string(attempts_) + " of " +
               std::to_string(retry.max_attempts()) + ")";
    });
    return wait;
}

void rest_call::complete(call_outcome outcome) {
    if (finished_.exchange(true)) return;
    outcome_ = std::move(outcome);
    asio::post(
        settings_->executor,
        asio::bind_executor(handler_executor_, [self = shared_from_this()] { self->finish(); }));
}

void rest_call::destroy_handlers() {
    if (!finished_.exchange(true)) drop_handler();
}

void rest_call::finish() {
    auto cancellation = cancellation_slot();
    if (cancellation.is_connected()) cancellation.clear();
    error_code code = outcome_.code;
    if (!code) code = code_of_response(outcome_.response, target_, outcome_.info.detail);
    const bool redirected = file_ && is_redirect(outcome_.response);
    if (cancelled_ && (outcome_.code || redirected)) {
        // Cancelled after the outcome was known: the caller must not send a second request.
        outcome_.info = {};
        outcome_.code = code = asio::error::operation_aborted;
    } else if (redirected) {
        code = {};  // The caller decides whether to follow.
    }
    if (!outcome_.code && code) {
        outcome_.info.status = outcome_.response.status;
        outcome_.info.server_message = server_message_of(outcome_.response.body, settings_->token);
        if (code == errc::not_found && method() == http::method::delete_ && perhaps_done_)
            outcome_.info.detail = "an earlier attempt with an unknown outcome may have deleted it";
    }
    deliver(code, std::move(outcome_));
}

std::string rest_call::name() const {
    return std::string(name_of(method())).append(" ").append(target_);
}

diagnostics_ptr rest_call::complete_info(diagnostics info) const {
    if (!target_.empty()) info.operation = name();
    if (!settings_->url.empty()) info.address = settings_->url;
    return std::make_shared<const diagnostics>(std::move(info));
}

}  // namespace jellyfish::detail
