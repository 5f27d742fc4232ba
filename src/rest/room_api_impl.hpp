#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/content.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/error.hpp>

#include "async/wrapped_handler.hpp"
#include "model/server_address.hpp"
#include "rest/rest_client.hpp"
#include "rest/rest_request.hpp"
#include "rest/room_directory.hpp"
#include "rest/room_placing.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace jellyfish::detail {

/// Implementation of `room_api`: a client for the configured server, and one for each node that is
/// known to host a room. Thread-safe.
class room_api_impl : public std::enable_shared_from_this<room_api_impl> {
public:
    using node_ptr = std::shared_ptr<rest_client>;

    /// The maximum number of rooms on other nodes that are remembered.
    static constexpr std::size_t directory_limit = 65'536;

    room_api_impl(asio::any_io_executor executor, client_options options,
                  pool_io_maker make_io = make_pool_io);

    [[nodiscard]] const asio::any_io_executor& executor() const noexcept {
        return home_->executor();
    }
    [[nodiscard]] const client_options& options() const noexcept { return options_; }
    [[nodiscard]] const node_ptr& home() const noexcept { return home_; }

    /// Returns the client for the node that hosts a room, or for the configured server if that is
    /// unknown.
    [[nodiscard]] node_ptr node_of(const std::string& room_id);

    /// Returns a client for a server, shared while it is in use.
    /// @param secure Whether to use TLS.
    /// @throws jellyfish::error with `errc::invalid_address`.
    [[nodiscard]] node_ptr node_at(const std::string& address, bool secure);

    /// Returns a client for the target of a redirection.
    /// @throws jellyfish::error with `errc::invalid_address`.
    [[nodiscard]] node_ptr node_of_redirection(const std::string& address, bool secure);

    /// Remembers that a room was created on a server. Logs and ignores an invalid address.
    void remember(const std::string& room_id, const std::string& address);
    void forget(const std::string& room_id) { directory_.forget(room_id); }

    /// Sends a call about a room to its node. If that is unreachable, nothing was sent, so the
    /// call, idempotent or not, is sent to the configured server instead.
    template <class... Results>
    void call(const std::string& room_id, operation_handler<Results...> handler,
              const request_maker& make_request,
              std::type_identity_t<response_decoder<Results...>> decode);

    /// Logs that a room's node is unreachable.
    void log_unreachable(const std::string& room_id, const error_code& code,
                         const diagnostics_ptr& info) const;

    /// Reloads the TLS files for all nodes.
    /// @throws jellyfish::error
    void reload_tls() { home_->reload_tls(); }

    /// Completes all calls with `operation_aborted`. The object remains usable.
    void cancel();

    /// The same, also for all future calls, and closes the connections.
    void close();

    /// Called by the API object's destructor.
    void destroy() { close(); }

private:
    using address_key = std::pair<std::string, bool>;  // Address, and whether to use TLS.

    /// Returns the clients of all servers that are in use.
    [[nodiscard]] std::vector<node_ptr> clients();

    const client_options options_;
    const pool_io_maker make_io_;
    const client_tls_ptr tls_;  // Shared by all nodes.
    const node_ptr home_;
    room_placing placing_{options_};
    room_directory<rest_client> directory_{directory_limit};

    std::mutex mutex_;
    bool closed_ = false;
    std::map<address_key, std::weak_ptr<rest_client>> nodes_;
};

/// Whether no connection could be established, so that nothing was sent.
[[nodiscard]] inline bool is_unreachable(const error_code& code) noexcept {
    return code == errc::connect_failed || code == errc::resolve_failed ||
           code == errc::connect_timeout;
}

template <class... Results>
void room_api_impl::call(const std::string& room_id, operation_handler<Results...> handler,
                         const request_maker& make_request,
                         std::type_identity_t<response_decoder<Results...>> decode) {
    using handler_type = operation_handler<Results...>;
    const node_ptr node = node_of(room_id);
    if (node == home_) {
        node->call(std::move(handler), make_request, std::move(decode));
        return;
    }
    http::request request;
    try {
        request = make_request();
    } catch (const error&) {
        // Reported by the call itself.
    }
    auto on_result = [api = shared_from_this(), room_id, request, decode](
                         handler_type caller, error_code code, diagnostics_ptr info,
                         Results... results) {
        if (!is_unreachable(code)) {
            std::move(caller)(code, std::move(info), std::move(results)...);
            return;
        }
        api->log_unreachable(room_id, code, info);
        auto on_home_result = [api, room_id, first = code, why = std::move(info)](
                                  handler_type last, error_code second, diagnostics_ptr details,
                                  Results... values) {
            if (!second) api->forget(room_id);  // The configured server hosts it.
            // If it is not found there, it may still exist on the unreachable node.
            const bool unknown = second == errc::not_found;
            std::move(last)(unknown ? first : second, unknown ? why : std::move(details),
                            std::move(values)...);
        };
        api->home()->call(
            handler_type(handler_with<handler_type, decltype(on_home_result)>{
                std::move(caller), std::move(on_home_result)}),
            [&] { return request; }, decode);
    };
    node->call(handler_type(handler_with<handler_type, decltype(on_result)>{std::move(handler),
                                                                            std::move(on_result)}),
               make_request, std::move(decode));
}

/// Fetches a file of a room's HLS stream. Follows a redirection if the options say so.
void fetch_hls_content(operation_handler<content> handler,
                       const std::shared_ptr<room_api_impl>& api, const std::string& room_id,
                       const std::string& filename, const hls_content_options& options);

}  // namespace jellyfish::detail
