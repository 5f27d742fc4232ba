#include "rest/rest_client.hpp"

#include "bounded_timeout.hpp"
#include "protocol/http_exchange.hpp"
#include "protocol/server_address.hpp"
#include "rest/asio_world.hpp"
#include "unwrapped.hpp"

#include <chrono>

#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/require.hpp>

namespace jellyfish::detail {
namespace {

/// What is wrong with the options, apart from the address.
std::string problem_of(const client_options& options) {
    if (options.request_timeout() <= std::chrono::milliseconds(0))
        return "request_timeout must be greater than 0";
    if (options.connect_timeout() <= std::chrono::milliseconds(0))
        return "connect_timeout must be greater than 0";
    const retry_policy& retry = options.retry();
    if (retry.max_attempts() < 1) return "retry: max_attempts must be at least 1";
    if (retry.base_delay() <= std::chrono::milliseconds(0) ||
        retry.max_delay() < retry.base_delay()) {
        return "retry: base_delay must be greater than 0, and max_delay not less than that";
    }
    if (options.max_response_size() < 1) return "max_response_size must be at least 1";
    if (options.max_connections() < 1) return "max_connections must be at least 1";
    if (!is_header_safe(options.server_api_token()))
        return "server_api_token must not hold control characters, such as line ends";
    return {};
}

pool_settings settings_of(const client_options& options) {
    pool_settings settings;
    settings.max_connections = options.max_connections();
    settings.request_timeout = bounded_timeout(options.request_timeout());
    settings.logger = options.logger();
    return settings;
}

}  // namespace

rest_client::rest_client(asio::any_io_executor executor, const client_options& options,
                         const world_maker& make_world) {
    auto settings = std::make_shared<rest_settings>();
    settings->executor = std::move(executor);
    settings->completion_executor = unwrapped(settings->executor);
    settings->posting_executor = asio::require(settings->executor, asio::execution::blocking.never);
    settings->token = options.server_api_token();
    settings->retry = options.retry();
    settings->body_limit = options.max_response_size();
    settings->logger = options.logger();
    try {
        settings->address = parse_server_address(options.server_address());
        settings->url = settings->address.url(options.secure() ? "https" : "http", "");
        if (std::string problem = problem_of(options); !problem.empty())
            throw error(errc::invalid_option, {"", settings->url, std::move(problem), 0, ""});
        settings->writer = request_writer(settings->address, settings->token);
        const connection_pool::strand strand(settings->executor);
        pool_ = connection_pool::make(strand, settings_of(options),
                                      make_world(strand, options, settings->address));
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

std::unique_ptr<pool_world> rest_client::make_asio_world(const connection_pool::strand& executor,
                                                         const client_options& options,
                                                         const detail::server_address& address) {
    return std::make_unique<asio_world>(executor, options, address);
}

}  // namespace jellyfish::detail
