#include "rest/rest_client.hpp"

#include "async/bounded_timeout.hpp"
#include "async/executors.hpp"
#include "http/response_reader.hpp"
#include "http/user_agent.hpp"
#include "model/option_checks.hpp"
#include "model/server_address.hpp"
#include "rest/asio_pool_io.hpp"

#include <chrono>

namespace jellyfish::detail {
namespace {

pool_settings settings_of(const client_options& options) {
    pool_settings settings;
    settings.max_connections = options.max_connections();
    settings.request_timeout = bounded_timeout(options.request_timeout());
    settings.queue_timeout = bounded_timeout(options.queue_timeout());
    settings.logger = options.logger();
    return settings;
}

}  // namespace

rest_client::rest_client(asio::any_io_executor executor, const client_options& options)
    : rest_client(std::move(executor), options, make_client_tls(options, "REST")) {}

rest_client::rest_client(asio::any_io_executor executor, const client_options& options,
                         client_tls_ptr tls)
    : rest_client(std::move(executor), options,
                  [&tls](const connection_pool::strand& strand, const client_options& with,
                         const server_address& address) {
                      return std::make_unique<asio_pool_io>(strand, with, address, tls);
                  }) {
    if (options.secure()) tls_ = std::move(tls);
}

rest_client::rest_client(asio::any_io_executor executor, const client_options& options,
                         const pool_io_maker& make_pool_io) {
    auto settings = std::make_shared<rest_settings>();
    settings->executor = std::move(executor);
    settings->completion_executor = erased_io_context_executor(settings->executor);
    settings->token = options.server_api_token();
    settings->retry = options.retry();
    settings->body_limit = options.max_response_size();
    settings->logger = options.logger();
    try {
        settings->address = parse_server_address(options.server_address());
        const char* const scheme = options.secure() ? "https" : "http";
        settings->url = settings->address.url(scheme, "");
        if (auto problem = problem_of(options))
            throw error(errc::invalid_option, {"", settings->url, std::move(*problem), 0, ""});
        settings->writer = http::request_writer(settings->address, scheme, settings->token,
                                                http::user_agent(options.user_agent()));
        const connection_pool::strand strand(settings->executor);
        pool_ = connection_pool::make(strand, settings_of(options),
                                      make_pool_io(strand, options, settings->address));
    } catch (const error& e) {
        problem_ = e;
    }
    settings_ = std::move(settings);
}

void rest_client::destroy() {
    if (pool_) pool_->stop();
}

diagnostics rest_client::named(diagnostics info, std::string operation) {
    info.operation = std::move(operation);
    return info;
}

void rest_client::reload_tls() {
    if (tls_) tls_->reload("reload TLS");
}

}  // namespace jellyfish::detail
