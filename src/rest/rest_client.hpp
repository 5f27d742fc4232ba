#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/detail/initiate.hpp>

#include "model/server_address.hpp"
#include "net/connect.hpp"
#include "rest/pool_driver.hpp"
#include "rest/rest_call.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_io_executor.hpp>

namespace jellyfish::detail {

/// Returns a request. May throw `jellyfish::error`. Not stored: a `std::ref` suffices.
using request_maker = std::function<http::request()>;

/// Logs a call that failed.
void log_failed_call(const logger& to, const error_code& code, const diagnostics& info);

/// Sends calls to one server over one connection pool. Shared by its pending calls. Thread-safe.
class rest_client : public std::enable_shared_from_this<rest_client> {
public:
    /// With invalid options the constructor succeeds and every call fails.
    /// @param tls Provides the connections' TLS context. By default, it is not shared.
    rest_client(asio::any_io_executor executor, const client_options& options,
                const pool_io_maker& make_io = make_pool_io, client_tls_ptr tls = nullptr);

    rest_client(const rest_client&) = delete;
    rest_client& operator=(const rest_client&) = delete;
    ~rest_client() = default;

    [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }

    /// Whether `url` is this server's address, as returned by `server_address::url("", "")`.
    [[nodiscard]] bool is_at(std::string_view url) const {
        return !problem_ && address_.url("", "") == url;
    }

    /// Starts a call. What `make_request()` throws is the call's outcome.
    template <class... Results>
    void call(operation_handler<Results...> handler, const request_maker& make_request,
              std::type_identity_t<response_decoder<Results...>> decode) {
        start(std::make_shared<decoded_rest_call<Results...>>(
                  shared_from_this(), completion_executor_, std::move(decode), std::move(handler)),
              make_request);
    }

    /// Completes all calls with `operation_aborted`. The object remains usable.
    void cancel();

    /// The same, also for all future calls, and closes the connections.
    void close();

    /// Reads the TLS files now. Connections opened later use them.
    /// @throws jellyfish::error
    void reload_tls();

    // For calls.
    [[nodiscard]] http_exchange exchange_of(const http::request& request) const {
        return {writer_.write(request), request.method, body_limit_};
    }
    [[nodiscard]] const std::shared_ptr<pool_driver>& pool() const noexcept { return pool_; }
    [[nodiscard]] const std::string& token() const noexcept { return token_; }
    [[nodiscard]] const jellyfish::logger& logger() const noexcept { return logger_; }
    /// If a response announces the end of support for this client, logs that, once.
    void log_deprecation(const http::response& response);
    /// The server's URL, for diagnostics.
    [[nodiscard]] const std::string& url() const noexcept { return url_; }

private:
    void start(const std::shared_ptr<rest_call>& call, const request_maker& make_request) const;

    const asio::any_io_executor executor_;                     // The default of handlers.
    const asio::any_completion_executor completion_executor_;  // The same, type-erased.
    const std::string token_;
    const std::uint64_t body_limit_;
    const client_tls_ptr tls_;  // Null without TLS.
    const jellyfish::logger logger_;
    server_address address_;
    std::string url_;
    http::request_writer writer_;
    std::atomic<bool> deprecation_logged_{false};
    std::optional<error> problem_;       // Why the options are invalid.
    std::shared_ptr<pool_driver> pool_;  // Null if they are.
};

}  // namespace jellyfish::detail
