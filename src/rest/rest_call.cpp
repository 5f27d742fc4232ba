#include "rest/rest_call.hpp"

#include "async/executors.hpp"
#include "rest/response_status.hpp"
#include "rest/rest_client.hpp"

#include <utility>
#include <vector>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

namespace jellyfish::detail {

rest_call::rest_call(std::shared_ptr<rest_client> client,
                     const asio::any_completion_executor& handler_executor,
                     asio::cancellation_slot cancellation)
    : client_(std::move(client)),
      handler_executor_(asio::prefer(erased_io_context_executor(handler_executor),
                                     asio::execution::outstanding_work.tracked)),
      cancellation_(cancellation) {}

void rest_call::start(http::request request) {
    request_ = std::move(request);
    exchange_ = client_->exchange_of(request_);
    if (cancellation_.is_connected()) {
        cancellation_.assign([weak = weak_from_this()](asio::cancellation_type type) {
            const auto self = weak.lock();
            if (self && type != asio::cancellation_type::none) self->cancel();
        });
    }
    client_->pool()->submit(shared_from_this());
}

void rest_call::cancel() {
    cancelled_ = true;
    // The call may have completed already: keep its executor's context running for the post.
    const auto work = asio::prefer(client_->executor(), asio::execution::outstanding_work.tracked);
    complete(asio::error::operation_aborted, {});
    client_->pool()->cancel(shared_from_this());
}

void rest_call::complete(const error_code& code, diagnostics&& info, bool perhaps_done) {
    if (finished_.exchange(true)) return;
    code_ = code;
    info_ = std::move(info);
    perhaps_done_ = perhaps_done;
    asio::post(
        client_->executor(),
        asio::bind_executor(handler_executor_, [self = shared_from_this()] { self->finish(); }));
}

void rest_call::finish() {
    if (cancellation_.is_connected()) cancellation_.clear();
    const http::response& response = exchange_.response;  // Unless there is a code.
    if (!code_) client_->log_deprecation(response);
    error_code code = code_;
    if (!code_) code = code_of_response(response, request_.shown_target(), info_.detail);
    const bool redirected = !code_ && request_.file && is_redirect(response);
    if (cancelled_ && (code_ || redirected)) {
        // Cancelled after the outcome was known: the caller must not send a second request.
        info_ = {};
        code = asio::error::operation_aborted;
    } else if (redirected) {
        code = {};  // The caller decides whether to follow.
    } else if (!code_ && code) {
        add_response(info_);
    }
    if (code && perhaps_done_ && exchange_.method == http::method::delete_) note_earlier(code);
    deliver(code);
}

/// Notes in the diagnostics that an earlier attempt may have been executed.
void rest_call::note_earlier(const error_code& code) {
    if (code == errc::not_found) info_.detail.clear();
    if (!info_.detail.empty()) info_.detail += "; ";
    info_.detail += "an earlier attempt with an unknown outcome may have deleted it";
}

void rest_call::add_response(diagnostics& to) const {
    to.status = exchange_.response.status;
    std::vector<std::string> secrets = request_.secrets;
    secrets.push_back(client_->token());
    to.server_message = server_message_of(exchange_.response.body, secrets);
}

void rest_call::add_names(diagnostics& to) const {
    if (!request_.target.empty()) to.operation = request_.name();
    if (!client_->url().empty()) to.address = client_->url();
}

diagnostics rest_call::info_of_attempt(const error_code& code, std::string detail) const {
    diagnostics info;
    info.detail = std::move(detail);
    add_names(info);
    // Otherwise the response is that of an earlier attempt.
    if (code == code_of_status(exchange_.response.status)) add_response(info);
    return info;
}

diagnostics_ptr rest_call::failed(const error_code& code) {
    add_names(info_);
    if (code != asio::error::operation_aborted) log_failed_call(client_->logger(), code, info_);
    return std::make_shared<const diagnostics>(std::move(info_));
}

}  // namespace jellyfish::detail
