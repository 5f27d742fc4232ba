#include "rest/rest_client.hpp"

#include "async/bounded_timeout.hpp"
#include "async/executors.hpp"
#include "async/log.hpp"
#include "http/response_reader.hpp"
#include "http/user_agent.hpp"
#include "model/option_checks.hpp"
#include "model/server_address.hpp"
#include "rest/response_status.hpp"

#include <chrono>
#include <utility>

namespace jellyfish::detail {
namespace {

pool_settings settings_of(const client_options& options) {
    pool_settings settings;
    settings.max_connections = options.max_connections();
    settings.request_timeout = bounded_timeout(options.request_timeout());
    settings.queue_timeout = bounded_timeout(options.queue_timeout());
    settings.retry = options.retry();
    return settings;
}

}  // namespace

void log_failed_call(const logger& to, const error_code& code, const diagnostics& info) {
    write_log(to, log_level::debug, "REST", [&] { return describe(code, info); });
}

rest_client::rest_client(asio::any_io_executor executor, const client_options& options,
                         const pool_io_maker& make_io, client_tls_ptr tls)
    : executor_(std::move(executor)),
      completion_executor_(erased_io_context_executor(executor_)),
      token_(options.server_api_token()),
      body_limit_(options.max_response_size()),
      tls_(!options.secure() ? nullptr
           : tls             ? std::move(tls)
                             : make_client_tls(options, "REST")),
      logger_(options.logger()) {
    try {
        address_ = parse_server_address(options.server_address(), options.secure());
        const char* const scheme = options.secure() ? "https" : "http";
        url_ = address_.url(scheme, "");
        if (auto problem = problem_of(options))
            throw error(errc::invalid_option, {"", url_, std::move(*problem), 0, ""});
        writer_ = http::request_writer(
            address_, scheme, token_, http::user_agent(options.user_agent()), options.server_api());
        const pool_driver::strand strand(executor_);
        pool_ = pool_driver::make(strand, settings_of(options), logger_,
                                  make_io(strand, options, address_, tls_));
    } catch (const error& e) {
        problem_ = e;
    }
}

void rest_client::start(const std::shared_ptr<rest_call>& call,
                        const request_maker& make_request) const {
    try {
        http::request request = make_request();
        if (problem_) {
            diagnostics info = problem_->info();
            info.operation = request.name();
            throw error(problem_->code(), std::move(info));
        }
        call->start(std::move(request));
    } catch (const error& e) {
        call->complete(e.code(), diagnostics(e.info()));
    }
}

void rest_client::log_deprecation(const http::response& response) {
    if (response.deprecation.empty() || deprecation_logged_) return;
    const auto text = deprecation_of(response.deprecation, {token_});
    if (text && !deprecation_logged_.exchange(true))
        write_log(logger_, log_level::warning, "REST", *text);
}

void rest_client::cancel() {
    if (pool_) pool_->cancel_all();
}

void rest_client::close() {
    if (pool_) pool_->close();
}

void rest_client::reload_tls() {
    if (tls_) tls_->reload("reload TLS");
}

}  // namespace jellyfish::detail
