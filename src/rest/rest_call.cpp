#include "rest/rest_call.hpp"

#include "rest/response_status.hpp"
#include "rest/rest_client.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

namespace jellyfish::detail {

rest_call::rest_call(std::shared_ptr<rest_client> client,
                     const asio::any_completion_executor& handler_executor)
    : client_(std::move(client)),
      handler_executor_(asio::prefer(handler_executor, asio::execution::outstanding_work.tracked)) {
}

void rest_call::start(const http::request& request) {
    outgoing_ = client_->outgoing(request);
    idempotent_ = request.idempotent();
    file_ = request.file;
    target_ = request.shown_target();
    listen_for_cancellation();
    client_->pool()->submit(shared_from_this());
}

void rest_call::listen_for_cancellation() {
    auto cancellation = cancellation_slot();
    if (!cancellation.is_connected()) return;
    cancellation.assign([weak = weak_from_this()](asio::cancellation_type type) {
        const auto self = weak.lock();
        if (!self || type == asio::cancellation_type::none) return;
        self->cancelled_ = true;
        // The call may have completed already: keep its executor's context running for the post.
        const auto work =
            asio::prefer(self->client_->executor(), asio::execution::outstanding_work.tracked);
        self->complete({asio::error::operation_aborted, {}, {}});
        self->client_->pool()->cancel(self);
    });
}

void rest_call::reject(const error& reason) { complete({reason.code(), reason.info(), {}}); }

void rest_call::complete(call_outcome outcome) {
    if (finished_.exchange(true)) return;
    outcome_ = std::move(outcome);
    asio::post(
        client_->executor(),
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
        outcome_.info.server_message = server_message_of(outcome_.response.body, client_->token());
        if (code == errc::not_found && outgoing_.method == http::method::delete_ &&
            outcome_.perhaps_done)
            outcome_.info.detail = "an earlier attempt with an unknown outcome may have deleted it";
    }
    deliver(code, std::move(outcome_));
}

std::string rest_call::name() const {
    return std::string(name_of(outgoing_.method)).append(" ").append(target_);
}

diagnostics_ptr rest_call::complete_info(diagnostics info) const {
    if (!target_.empty()) info.operation = name();
    if (!client_->url().empty()) info.address = client_->url();
    return std::make_shared<const diagnostics>(std::move(info));
}

}  // namespace jellyfish::detail
