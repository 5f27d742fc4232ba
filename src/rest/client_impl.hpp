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

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/error.hpp>

namespace jellyfish::detail {

/// The time limit of one call, or none: that of the options applies.
using call_timeout = std::optional<std::chrono::milliseconds>;

/// Implementation of `client` and its views: a `rest_client` for the configured server, and one for
/// each node that is known to host a room. Thread-safe.
class client_impl : public std::enable_shared_from_this<client_impl> {
public:
    using node_ptr = std::shared_ptr<rest_client>;

    /// The maximum number of rooms on other nodes that are remembered.
    static constexpr std::size_t directory_limit = 65'536;

    client_impl(asio::any_io_executor executor, client_options options,
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

    /// Sends a call about a room to its node; without a room, to the configured server. If the node
    /// is unreachable, nothing was sent, so the call, idempotent or not, is sent to the configured
    /// server instead.
    template <class... Results>
    void call(const std::string& room_id, operation_handler<Results...> handler,
              const request_maker& make_request,
              std::type_identity_t<response_decoder<Results...>> decode,
              const call_timeout& timeout = {});

    /// Returns a request with this time limit.
    /// @throws jellyfish::error with `errc::not_supported` if the server lacks a required feature,
    ///     `errc::invalid_argument`, or `errc::closed`.
    [[nodiscard]] http::request checked(http::request request, const call_timeout& timeout) const;

    /// Logs that a room's node is unreachable.
    void log_unreachable(const std::string& room_id, const error_code& code,
                         const diagnostics_ptr& info) const;

    /// Returns the diagnostics of a call that `cancel()` or `close()` ended.
    [[nodiscard]] diagnostics_ptr info_of_end(const diagnostics_ptr& info_of_call) const;

    /// Reloads the TLS files for all nodes.
    /// @throws jellyfish::error
    void reload_tls() { home_->reload_tls(); }

    /// Completes all calls with `operation_aborted`. The object remains usable.
    void cancel();

    /// How many times `cancel()` or `close()` was called. A REST call that began before the last
    /// time is not repeated.
    [[nodiscard]] unsigned cancellations() const noexcept { return cancellations_; }

    /// The same, and closes the connections. All future calls fail with `errc::closed`.
    void close();
    /// Closes, so that a call begun later completes with `operation_aborted`.
    void destroy();

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

    std::atomic<unsigned> cancellations_{0};
    std::atomic<bool> closed_{false};
    std::atomic<bool> destroyed_ = false;
    std::mutex mutex_;
    std::map<address_key, std::weak_ptr<rest_client>> nodes_;
};

/// Whether no connection could be established, so that nothing was sent.
[[nodiscard]] bool is_unreachable(const error_code& code) noexcept;

/// Handles the outcome of a call to a room's node. If that is unreachable, repeats the call on the
/// configured server.
template <class... Results>
struct placed_operation {
    using wrapped_handler = operation_handler<Results...>;

    wrapped_handler handler;
    std::shared_ptr<client_impl> api;
    std::string room_id;
    http::request request;
    response_decoder<Results...> decode;
    unsigned cancellations = api->cancellations();
    error_code unreachable = {};
    diagnostics_ptr why = {};

    void operator()(error_code code, diagnostics_ptr info, Results... results) {
        if (!unreachable && is_unreachable(code)) {
            if (cancellations == api->cancellations()) {
                use_home_node(code, std::move(info));
                return;
            }
            code = asio::error::operation_aborted;
            info = api->info_of_end(info);
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
        http::request again = request;
        const auto read = decode;
        home->call(
            operation_handler<Results...>(std::move(*this)), [&] { return again; }, read);
    }
};

template <class... Results>
void client_impl::call(const std::string& room_id, operation_handler<Results...> handler,
                       const request_maker& make_request,
                       std::type_identity_t<response_decoder<Results...>> decode,
                       const call_timeout& timeout) {
    const node_ptr node = node_of(room_id);
    const auto make_checked = [&] { return checked(make_request(), timeout); };
    if (node == home_) {
        node->call(std::move(handler), std::ref(make_checked), std::move(decode));
        return;
    }
    http::request request;
    try {
        request = make_checked();
    } catch (const error&) {
        // Reported by the call itself.
    }
    placed_operation<Results...> placed{std::move(handler), shared_from_this(), room_id,
                                        std::move(request), decode};
    node->call(operation_handler<Results...>(std::move(placed)), std::ref(make_checked),
               std::move(decode));
}

/// Returns the operation of a view that makes a call: see `client_impl::call`.
template <class... Results, class MakeRequest, class Decode>
[[nodiscard]] operation<Results...> call_operation(const std::shared_ptr<client_impl>& impl,
                                                   const call_timeout& timeout,
                                                   std::string_view room_id,
                                                   MakeRequest make_request, Decode decode) {
    // Shares the client, but does not keep it open: see `client_view`.
    return [impl = impl->shared_from_this(), timeout, room_id = std::string(room_id),
            make_request = std::move(make_request),
            decode = std::move(decode)](operation_handler<Results...> handler) {
        impl->call(room_id, std::move(handler), std::ref(make_request), decode, timeout);
    };
}

/// Decodes the response to a call without a result.
inline constexpr auto nothing = [](const http::response&) { return std::tuple<>(); };

/// Decodes the body of a response.
template <class Read>
[[nodiscard]] auto reads(Read read) {
    return [read](const http::response& response) { return std::tuple(read(response.body)); };
}

/// Fetches a file of a room's HLS stream. Follows a redirection if the options say so.
void fetch_hls_content(operation_handler<content> handler, const std::shared_ptr<client_impl>& api,
                       const std::string& room_id, const std::string& filename,
                       const hls_content_options& options, const call_timeout& timeout);

}  // namespace jellyfish::detail
