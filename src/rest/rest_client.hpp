#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/detail/initiate.hpp>

#include "net/connect.hpp"
#include "rest/connection_pool.hpp"
#include "rest/rest_call.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace jellyfish::detail {

/// Implementation of the API objects: sends calls to one server over one connection pool.
class rest_client {
public:
    /// Creates the `pool_io` of a pool. Tests pass their own.
    using pool_io_maker = std::function<std::unique_ptr<pool_io>(
        const connection_pool::strand& executor, const client_options& options,
        const server_address& address)>;

    /// With invalid options the constructor succeeds and every call fails.
    rest_client(asio::any_io_executor executor, const client_options& options);
    /// @param tls Provides the connections' TLS context.
    rest_client(asio::any_io_executor executor, const client_options& options, client_tls_ptr tls);
    rest_client(asio::any_io_executor executor, const client_options& options,
                const pool_io_maker& make_pool_io);

    rest_client(const rest_client&) = delete;
    rest_client& operator=(const rest_client&) = delete;

    /// May run on any thread: the connections are closed on their strand.
    ~rest_client() { destroy(); }

    [[nodiscard]] const asio::any_io_executor& executor() const noexcept {
        return settings_->executor;
    }

    /// Whether `url` is this server's address, as returned by `server_address::url("", "")`.
    [[nodiscard]] bool is_at(std::string_view url) const {
        return !problem_ && settings_->address.url("", "") == url;
    }

    /// Starts a call. `make_request()` returns the request, and `decode(response)` returns the
    /// results of a successful call as a tuple. Both may throw `jellyfish::error`.
    template <class MakeRequest, class Decode, class... Results>
    void call(operation_handler<Results...> handler, const MakeRequest& make_request,
              Decode decode) {
        const auto made = std::make_shared<decoded_rest_call<Decode, Results...>>(
            settings_, std::move(decode), std::move(handler));
        try {
            const http::request request = make_request();
            if (problem_) throw error(problem_->code(), named(problem_->info(), request.name()));
            made->start(request, pool_);
        } catch (const error& e) {
            made->reject(e);
        }
    }

    /// Called by the API object's destructor: completes all calls with `operation_aborted`.
    void destroy();

    /// Reads the TLS files now. Connections opened later use them.
    /// @throws jellyfish::error
    void reload_tls();

private:
    [[nodiscard]] static diagnostics named(diagnostics info, std::string operation);

    rest_settings_ptr settings_;
    client_tls_ptr tls_;                     // Null without TLS.
    std::optional<error> problem_;           // Why the options are invalid.
    std::shared_ptr<connection_pool> pool_;  // Null if they are.
};

}  // namespace jellyfish::detail
