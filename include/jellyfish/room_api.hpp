#pragma once

#include <jellyfish/basic_client_view.hpp>
#include <jellyfish/client_options.hpp>
#include <jellyfish/component.hpp>
#include <jellyfish/component_options.hpp>
#include <jellyfish/content.hpp>
#include <jellyfish/detail/client_view.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/room.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish {
namespace detail {

/// The part of `basic_room_api` that does not depend on the type of its executor.
class JELLYFISH_DECL room_api_base : public client_view {
protected:
    using client_view::client_view;
    explicit room_api_base(const client_view& client) : client_view(client) {}

    [[nodiscard]] operation<create_room_result> create_room_operation(
        const room_config& config) const;
    [[nodiscard]] operation<room> get_room_operation(std::string_view room_id) const;
    [[nodiscard]] operation<std::vector<room>> get_all_rooms_operation() const;
    [[nodiscard]] operation<> delete_room_operation(std::string_view room_id) const;
    [[nodiscard]] operation<add_peer_result> add_peer_operation(
        std::string_view room_id, const peer_options_webrtc& options) const;
    [[nodiscard]] operation<> delete_peer_operation(std::string_view room_id,
                                                    std::string_view peer_id) const;
    [[nodiscard]] operation<component> add_component_operation(
        std::string_view room_id, const component_options& options) const;
    [[nodiscard]] operation<> delete_component_operation(std::string_view room_id,
                                                         std::string_view component_id) const;
    [[nodiscard]] operation<> subscribe_operation(std::string_view room_id,
                                                  std::string_view component_id,
                                                  std::vector<std::string> origins) const;
    [[nodiscard]] operation<> sip_dial_operation(std::string_view room_id,
                                                 std::string_view component_id,
                                                 std::string_view phone_number) const;
    [[nodiscard]] operation<> sip_end_call_operation(std::string_view room_id,
                                                     std::string_view component_id) const;
    [[nodiscard]] operation<content> get_hls_content_operation(
        std::string_view room_id, std::string_view filename,
        const hls_content_options& options) const;

    [[nodiscard]] client_options options_for(std::string_view server_address) const;
};

}  // namespace detail

/// Manages rooms, peers and components over pooled keep-alive connections (protocol: "REST").
///
/// After its own arguments, every call takes an optional `diagnostics&` and an optional completion
/// token. The diagnostics receive the details of a failure before the call completes, are reset by
/// a success, and must exist until then. The default token is that of the executor's type, or
/// `asio::use_awaitable`. The other arguments are copied and need not outlive the call. Handlers
/// run on their associated executor, or on the object's executor if they have none.
///
/// A call completes when the response has been read, or when the call has failed.
///
/// The object is a view of a client, which it owns if it was constructed with options: see
/// `basic_client`. Copies share the client.
///
/// A connection that was idle for 4 s, or that the server has closed, is not used again. It is
/// closed by the next call or when the object is destroyed; there are at most `max_connections`. An
/// idle connection is not outstanding work: `io_context::run()` returns although it is open.
///
/// In a cluster, `create_room` returns the address of the node that hosts the room. The object
/// remembers the nodes of the last 65 536 rooms that it created or used, and sends calls about them
/// there. For other rooms, use `for_server()`. `client_options::follow_rooms` and
/// `map_room_address` control whether and how the returned addresses are used. If a node is
/// unreachable, the call is sent to `server_address` instead; if the room is not found there, the
/// call reports the first failure.
///
/// `client_options::retry` enables retries after temporary failures.
///
/// @errors Common to all calls:
/// - `errc::closed`: the client was closed; nothing was sent;
/// - `errc::invalid_address`, `errc::invalid_option`, `errc::invalid_argument`: nothing was sent;
/// - `errc::resolve_failed`, `errc::connect_failed`, `errc::connect_timeout`; with TLS also
///   `errc::tls_configuration`, `errc::tls_handshake_failed`, `errc::certificate_untrusted`,
///   `errc::certificate_expired`, `errc::certificate_host_mismatch`: no connection was established.
///   Nothing was sent, except perhaps an earlier attempt of an idempotent call;
/// - `errc::timeout`: `timeout()`, `request_timeout` or `queue_timeout` expired. The exception's
///   message states if the request was not sent, or if the server may have executed a call that is
///   not idempotent;
/// - `errc::connection_lost` for an idempotent call, `errc::outcome_unknown` for any other: the
///   server may have executed the call;
/// - `errc::malformed_response`, `errc::response_too_large`;
/// - depending on the status of the response, which may come from a proxy: `errc::bad_request`,
///   `errc::unauthorized`, `errc::not_found`, `errc::service_unavailable`, `errc::server_error`,
///   `errc::unexpected_status`.
/// @cancellation Terminal, partial, total. The call completes with `operation_aborted`. If its
///     request was being sent or awaited a response, the connection is closed, and the server may
///     have executed the call. The object stays usable.
/// @exceptions With any token that throws, a failed call throws `jellyfish::error`; if the error
/// comes
///     from the status of a response, it throws the derived `jellyfish::api_error`.
/// @threads Calls may be started from several threads at once, and while others are pending.
/// @processes Programs started with `exec` inherit nothing. A forked child may destroy its copy
///     without affecting the parent; see docs/reliability.md for the requirements.
/// @lifetime The object may be destroyed at any time. The destructor of the last object that shares
///     the client closes it: pending calls complete with `operation_aborted`.
template <class Executor = boost::asio::any_io_executor>
class basic_room_api : public basic_client_view<basic_room_api, detail::room_api_base, Executor> {
public:
    using basic_client_view<basic_room_api, detail::room_api_base, Executor>::basic_client_view;

    /// Creates a room. `POST /room`.
    ///
    /// @signature `void(error_code, create_room_result)`
    /// @errors The common errors, and `errc::bad_request` (the id is taken, or an option is
    ///     invalid). Not idempotent: never resent if the server may have executed it.
    template <detail::completion<create_room_result>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto create_room(const room_config& config, Completion&&... completion) {
        return detail::initiate(this->create_room_operation(config), *this,
                                std::forward<Completion>(completion)...);
    }

    /// @overload
    template <detail::completion<create_room_result>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto create_room(Completion&&... completion) {
        return create_room(room_config(), std::forward<Completion>(completion)...);
    }

    /// Returns a room. `GET /room/{room_id}`.
    ///
    /// @signature `void(error_code, room)`
    /// @errors The common errors, and `errc::not_found`.
    template <detail::completion<room>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto get_room(std::string_view room_id, Completion&&... completion) {
        return detail::initiate(this->get_room_operation(room_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Returns all rooms. `GET /room`.
    ///
    /// @signature `void(error_code, std::vector<room>)`
    /// @errors The common errors.
    template <detail::completion<std::vector<room>>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto get_all_rooms(Completion&&... completion) {
        return detail::initiate(this->get_all_rooms_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Deletes a room with its peers and components. `DELETE /room/{room_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, and `errc::not_found`.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto delete_room(std::string_view room_id, Completion&&... completion) {
        return detail::initiate(this->delete_room_operation(room_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Adds a peer to a room. `POST /room/{room_id}/peer`.
    ///
    /// @signature `void(error_code, add_peer_result)`
    /// @errors The common errors, `errc::not_found`, and `errc::service_unavailable` (the room is
    ///     full). Not idempotent: never resent if the server may have executed it.
    template <detail::completion<add_peer_result>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto add_peer(std::string_view room_id, const peer_options_webrtc& options,
                                Completion&&... completion) {
        return detail::initiate(this->add_peer_operation(room_id, options), *this,
                                std::forward<Completion>(completion)...);
    }

    /// @overload
    template <detail::completion<add_peer_result>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto add_peer(std::string_view room_id, Completion&&... completion) {
        return add_peer(room_id, peer_options_webrtc(), std::forward<Completion>(completion)...);
    }

    /// Deletes a peer and closes its socket. `DELETE /room/{room_id}/peer/{peer_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, and `errc::not_found`.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto delete_peer(std::string_view room_id, std::string_view peer_id,
                                   Completion&&... completion) {
        return detail::initiate(this->delete_peer_operation(room_id, peer_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Adds a component to a room. `POST /room/{room_id}/component`.
    ///
    /// @signature `void(error_code, component)`
    /// @errors The common errors, `errc::bad_request` (the room's codec is unsuitable, the room
    ///     already has such a component, or an option is invalid), and `errc::not_found` (the room,
    ///     or the file to play). Not idempotent: never resent if the server may have executed it.
    template <detail::completion<component>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto add_component(std::string_view room_id, const component_options& options,
                                     Completion&&... completion) {
        return detail::initiate(this->add_component_operation(room_id, options), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Deletes a component. `DELETE /room/{room_id}/component/{component_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, and `errc::not_found`.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto delete_component(std::string_view room_id, std::string_view component_id,
                                        Completion&&... completion) {
        return detail::initiate(this->delete_component_operation(room_id, component_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Subscribes an HLS or recording component in `subscribe_mode::manual` to the tracks of peers
    /// and components. `POST /room/{room_id}/component/{component_id}/subscribe`.
    ///
    /// @param room_id The room's id.
    /// @param component_id The component's id.
    /// @param origins The ids of the peers and components whose tracks it receives.
    /// @param completion An optional `diagnostics&` and an optional completion token.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, `errc::bad_request` (no such component, or not in manual mode),
    ///     and `errc::not_found` (the room). Not idempotent: never resent if the server may have
    ///     executed it.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto subscribe(std::string_view room_id, std::string_view component_id,
                                 std::vector<std::string> origins, Completion&&... completion) {
        return detail::initiate(
            this->subscribe_operation(room_id, component_id, std::move(origins)), *this,
            std::forward<Completion>(completion)...);
    }

    /// Dials a phone number from a SIP component. `POST /sip/{room_id}/{component_id}/call`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, `errc::bad_request` (no such SIP component), and
    ///     `errc::not_found` (the room). Not idempotent: never resent if the server may have
    ///     executed it.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto sip_dial(std::string_view room_id, std::string_view component_id,
                                std::string_view phone_number, Completion&&... completion) {
        return detail::initiate(this->sip_dial_operation(room_id, component_id, phone_number),
                                *this, std::forward<Completion>(completion)...);
    }

    /// Ends the call of a SIP component. `DELETE /sip/{room_id}/{component_id}/call`.
    ///
    /// @signature `void(error_code)`
    /// @errors The same as for `sip_dial()`.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto sip_end_call(std::string_view room_id, std::string_view component_id,
                                    Completion&&... completion) {
        return detail::initiate(this->sip_end_call_operation(room_id, component_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Returns a file of a room's HLS stream. `GET /hls/{room_id}/{filename}`. The token is not
    /// sent.
    ///
    /// @param room_id The room's id.
    /// @param filename The file's name.
    /// @param options `_HLS_msn`, `_HLS_part`, `_HLS_skip`, `Range`, and whether to follow a
    ///     redirect to another node.
    /// @param completion An optional `diagnostics&` and an optional completion token.
    ///
    /// @signature `void(error_code, content)`
    /// @errors The common errors, `errc::bad_request`, `errc::not_found`, `errc::unexpected_status`
    ///     (a redirect that is not followed, with its status; a range outside the file, with 416),
    ///     and `errc::response_too_large` (a file longer than `client_options::max_response_size`).
    template <detail::completion<content>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto get_hls_content(std::string_view room_id, std::string_view filename,
                                       const hls_content_options& options,
                                       Completion&&... completion) {
        return detail::initiate(this->get_hls_content_operation(room_id, filename, options), *this,
                                std::forward<Completion>(completion)...);
    }

    /// @overload
    template <detail::completion<content>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto get_hls_content(std::string_view room_id, std::string_view filename,
                                       Completion&&... completion) {
        return get_hls_content(room_id, filename, hls_content_options(),
                               std::forward<Completion>(completion)...);
    }

    /// Returns a `room_api` for a known node. It has the same executor and options, but its own
    /// client.
    ///
    /// @param server_address The node's address, such as `create_room_result::server_address`.
    [[nodiscard]] basic_room_api for_server(std::string_view server_address) const {
        basic_room_api other(this->get_executor(), this->options_for(server_address));
        other.timeout_ = this->timeout_;
        return other;
    }
};

/// A `basic_room_api` for any executor, whose operations return awaitables by default.
using room_api = basic_room_api<>;

}  // namespace jellyfish
