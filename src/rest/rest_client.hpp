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

/// What is behind each API object: the calls to one server, over one pool of connections.
class rest_client {
public:
    /// Makes the world that a pool lives in; tests have their own.
    using pool_io_maker = std::function<std::unique_ptr<pool_io>(
        const connection_pool::strand& executor, const client_options& options,
        const server_address& address)>;

    /// Options that cannot be used make every call fail, as they are checked when they are used.
    rest_client(asio::any_io_executor executor, const client_options& options);
    /// @param tls Where connections get their TLS context.
    rest_client(asio::any_io_executor executor, const client_options& options, client_tls_ptr tls);
    rest_client(asio::any_io_executor executor, const client_options& options,
                const pool_io_maker& make_pool_io);

    rest_client(const rest_client&) = delete;
    rest_client& operator=(const rest_client&) = delete;

    /// Whoever lets go last may be on any thread: the connections are closed on their strand.
    ~rest_client() { destroy(); }

    [[nodiscard]] const asio::any_io_executor& executor() const noexcept {
        return settings_->executor;
    }

    /// Whether this is the server at an address, as `server_address::url("", "")` gives it.
    [[nodiscard]] bool is_at(std::string_view url) const {
        return !problem_ && settings_->address.url("", "") == url;
    }

    /// Makes a call. `make_request()` gives the request, and `decode(answer)` the results of a
    /// success as a tuple; both may throw `jellyfish::error`.
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

    /// The API object is going away: completes all calls with `operation_aborted`.
    void destroy();

    /// Has the TLS files read now, for connections that are made from here on.
    /// @throws jellyfish::error
    void reload_tls();

private:
    [[nodiscard]] static diagnostics named(diagnostics info, std::string operation);

    rest_settings_ptr settings_;
    client_tls_ptr tls_;                     // None without TLS.
    std::optional<error> problem_;           // With the options …
    std::shared_ptr<connection_pool> pool_;  // … or this.
};

}  // namespace jellyfish::detail
