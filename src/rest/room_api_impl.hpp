#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/content.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/error.hpp>

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

#include <boost/asio/associator.hpp>

namespace jellyfish::detail {

/// Implementation of `room_api`: a client for the configured server, and one for each node that is
/// known to host a room. Thread-safe.
class room_api_impl : public std::enable_shared_from_this<room_api_impl> {
public:
    using node_ptr = std::shared_ptr<rest_client>;

    /// The maximum number of rooms on other nodes that are remembered.
    static constexpr std::size_t directory_limit = 65'536;

    room_api_impl(asio::any_io_executor executor, client_options options,
                  rest_client::pool_io_maker make_pool_io = nullptr);

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

    [[nodiscard]] node_ptr make_node(asio::any_io_executor executor,
                                     const client_options& options) const;
    /// Returns the clients of all servers that are in use.
    [[nodiscard]] std::vector<node_ptr> clients();

    const client_options options_;
    const rest_client::pool_io_maker make_pool_io_;
    const client_tls_ptr tls_;  // Shared by all nodes.
    const node_ptr home_;
    room_placing placing_{options_};
    room_directory<rest_client> directory_{directory_limit};

    std::mutex mutex_;
    bool closed_ = false;
    std::map<address_key, std::weak_ptr<rest_client>> nodes_;
};

/// Whether no connection could be established, so that nothing was sent.
[[nodiscard]] bool is_unreachable(const error_code& code) noexcept;

/// Handles the outcome of a call to a room's node. If that is unreachable, repeats the call on the
/// configured server.
template <class... Results>
struct placed_operation {
    operation_handler<Results...> handler;
    std::shared_ptr<room_api_impl> api;
    std::string room_id;
    http::request request;
    response_decoder<Results...> decode;
    error_code unreachable = {};
    diagnostics_ptr why = {};

    void operator()(error_code code, diagnostics_ptr info, Results... results) {
        if (!unreachable && is_unreachable(code)) {
            use_home_node(code, std::move(info));
            return;
        }
        if (unreachable && !code) api->forget(room_id);  // The configured server hosts it.
        if (unreachable && code == errc::not_found) {
            // The room may still exist on the unreachable node.
            code = unreachable;
            info = std::move(why);
        }
        std::move(handler)(code, std::move(info), std::move(results)...);
    }

private:
    void use_home_node(const error_code& code, diagnostics_ptr info) {
        api->log_unreachable(room_id, code, info);
        unreachable = code;
        why = std::move(info);
        const auto home = api->home();
        const http::request again = request;
        const auto read = decode;
        home->call(
            operation_handler<Results...>(std::move(*this)), [&] { return again; }, read);
    }
};

template <class... Results>
void room_api_impl::call(const std::string& room_id, operation_handler<Results...> handler,
                         const request_maker& make_request,
                         std::type_identity_t<response_decoder<Results...>> decode) {
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
    placed_operation<Results...> placed{std::move(handler), shared_from_this(), room_id,
                                        std::move(request), decode};
    node->call(operation_handler<Results...>(std::move(placed)), make_request, std::move(decode));
}

/// Fetches a file of a room's HLS stream. Follows a redirection if the options say so.
void fetch_hls_content(operation_handler<content> handler,
                       const std::shared_ptr<room_api_impl>& api, const std::string& room_id,
                       const std::string& filename, const hls_content_options& options);

}  // namespace jellyfish::detail

namespace boost::asio {

template <template <typename, typename> class Associator, class... Results, typename Default>
struct associator<Associator, jellyfish::detail::placed_operation<Results...>, Default>
    : Associator<jellyfish::detail::operation_handler<Results...>, Default> {
    using handler_type = jellyfish::detail::operation_handler<Results...>;
    using operation = jellyfish::detail::placed_operation<Results...>;

    static auto get(const operation& op) noexcept {
        return Associator<handler_type, Default>::get(op.handler);
    }

    static auto get(const operation& op, const Default& otherwise) noexcept {
        return Associator<handler_type, Default>::get(op.handler, otherwise);
    }
};

}  // namespace boost::asio
