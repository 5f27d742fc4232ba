#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/component.hpp>
#include <jellyfish/component_options.hpp>
#include <jellyfish/content.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/room.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish {
namespace detail {

class room_api_impl;

}  // namespace detail

/// Manages rooms, peers and components over pooled keep-alive connections (protocol: "REST").
///
/// Every call takes a completion token as its last argument; the default is `asio::use_awaitable`.
/// The other arguments are copied and need not outlive the call. Handlers run on their associated
/// executor, or on the object's executor if they have none.
///
/// A call completes when the response has been read, or when the call has failed.
///
/// An idle connection is kept for 4 s. Until it is closed, `io_context::run()` does not return.
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
/// - `errc::invalid_address`, `errc::invalid_option`, `errc::invalid_argument`: nothing was sent;
/// - `errc::resolve_failed`, `errc::connect_failed`, `errc::connect_timeout`; with TLS also
///   `errc::tls_configuration`, `errc::tls_handshake_failed`, `errc::certificate_untrusted`,
///   `errc::certificate_expired`, `errc::certificate_host_mismatch`: no connection was established,
///   nothing was sent;
/// - `errc::timeout`: `request_timeout` or `queue_timeout` expired. The exception's message states
///   if the request was not sent, or if the server may have executed a call that is not idempotent;
/// - `errc::connection_lost` for an idempotent call, `errc::outcome_unknown` for any other: the
///   server may have executed the call;
/// - `errc::malformed_response`, `errc::response_too_large`;
/// - depending on the status of the response, which may come from a proxy: `errc::bad_request`,
///   `errc::unauthorized`, `errc::not_found`, `errc::service_unavailable`, `errc::server_error`,
///   `errc::unexpected_status`.
/// @cancellation Terminal, partial, total. The call completes with `operation_aborted`. If its
///     request was being sent or awaited a response, the connection is closed, and the server may
///     have executed the call. The object stays usable.
/// @exceptions An awaited call throws `jellyfish::error`; if the error comes from the status of a
///     response, it throws the derived `jellyfish::api_error`.
/// @threads Calls may be started from several threads at once, and while others are pending.
/// @processes Programs started with `exec` inherit nothing. A forked child may destroy its copy
///     without affecting the parent; see docs/reliability.md for the requirements.
/// @lifetime The object may be destroyed at any time. Pending calls complete with
///     `operation_aborted`, and all connections are closed.
class JELLYFISH_DECL room_api {
public:
    /// The executor type.
    using executor_type = asio::any_io_executor;

    /// @param executor Runs the connections, and handlers without an associated executor.
    /// @param options The options. Copied.
    explicit room_api(executor_type executor, const client_options& options = client_options());
    ~room_api();

    /// @{
    /// Moves. A moved-from object can only be assigned to or destroyed.
    room_api(room_api&&) noexcept;
    room_api& operator=(room_api&&) noexcept;
    /// @}

    /// Returns the executor that was passed to the constructor.
    [[nodiscard]] executor_type get_executor() const noexcept;

    /// Creates a room. `POST /room`.
    ///
    /// @signature `void(error_code, create_room_result)`
    /// @errors The common errors, and `errc::bad_request` (the id is taken, or an option is
    ///     invalid). Not idempotent: never resent if the server may have executed it.
    template <class Token = asio::use_awaitable_t<>>
    auto create_room(const room_config& config = room_config(), Token&& token = Token()) {
        return detail::operation<create_room_result>::initiate(
            start_create_room(), *this, std::forward<Token>(token), impl_, config);
    }

    /// Returns a room. `GET /room/{room_id}`.
    ///
    /// @signature `void(error_code, room)`
    /// @errors The common errors, and `errc::not_found`.
    template <class Token = asio::use_awaitable_t<>>
    auto get_room(std::string_view room_id, Token&& token = Token()) {
        return detail::operation<room>::initiate(
            start_get_room(), *this, std::forward<Token>(token), impl_, std::string(room_id));
    }

    /// Returns all rooms. `GET /room`.
    ///
    /// @signature `void(error_code, std::vector<room>)`
    /// @errors The common errors.
    template <class Token = asio::use_awaitable_t<>>
    auto get_all_rooms(Token&& token = Token()) {
        return detail::operation<std::vector<room>>::initiate(start_get_all_rooms(), *this,
                                                              std::forward<Token>(token), impl_);
    }

    /// Deletes a room with its peers and components. `DELETE /room/{room_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, and `errc::not_found`.
    template <class Token = asio::use_awaitable_t<>>
    auto delete_room(std::string_view room_id, Token&& token = Token()) {
        return detail::operation<>::initiate(start_delete_room(), *this, std::forward<Token>(token),
                                             impl_, std::string(room_id));
    }

    /// Adds a peer to a room. `POST /room/{room_id}/peer`.
    ///
    /// @signature `void(error_code, add_peer_result)`
    /// @errors The common errors, `errc::not_found`, and `errc::service_unavailable` (the room is
    ///     full). Not idempotent: never resent if the server may have executed it.
    template <class Token = asio::use_awaitable_t<>>
    auto add_peer(std::string_view room_id,
                  const peer_options_webrtc& options = peer_options_webrtc(),
                  Token&& token = Token()) {
        return detail::operation<add_peer_result>::initiate(start_add_peer(), *this,
                                                            std::forward<Token>(token), impl_,
                                                            std::string(room_id), options);
    }

    /// Deletes a peer and closes its socket. `DELETE /room/{room_id}/peer/{peer_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, and `errc::not_found`.
    template <class Token = asio::use_awaitable_t<>>
    auto delete_peer(std::string_view room_id, std::string_view peer_id, Token&& token = Token()) {
        return detail::operation<>::initiate(start_delete_peer(), *this, std::forward<Token>(token),
                                             impl_, std::string(room_id), std::string(peer_id));
    }

    /// Adds a component to a room. `POST /room/{room_id}/component`.
    ///
    /// @signature `void(error_code, component)`
    /// @errors The common errors, `errc::bad_request` (the room's codec is unsuitable, the room
    ///     already has such a component, or an option is invalid), and `errc::not_found` (the room,
    ///     or the file to play). Not idempotent: never resent if the server may have executed it.
    template <class Token = asio::use_awaitable_t<>>
    auto add_component(std::string_view room_id, const component_options& options,
                       Token&& token = Token()) {
        return detail::operation<component>::initiate(start_add_component(), *this,
                                                      std::forward<Token>(token), impl_,
                                                      std::string(room_id), options);
    }

    /// Deletes a component. `DELETE /room/{room_id}/component/{component_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, and `errc::not_found`.
    template <class Token = asio::use_awaitable_t<>>
    auto delete_component(std::string_view room_id, std::string_view component_id,
                          Token&& token = Token()) {
        return detail::operation<>::initiate(start_delete_component(), *this,
                                             std::forward<Token>(token), impl_,
                                             std::string(room_id), std::string(component_id));
    }

    /// Subscribes an HLS or recording component in `subscribe_mode::manual` to the tracks of peers
    /// and components. `POST /room/{room_id}/component/{component_id}/subscribe`.
    ///
    /// @param room_id The room's id.
    /// @param component_id The component's id.
    /// @param origins The ids of the peers and components whose tracks it receives.
    /// @param token The completion token.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, `errc::bad_request` (no such component, or not in manual mode),
    ///     and `errc::not_found` (the room). Not idempotent: never resent if the server may have
    ///     executed it.
    template <class Token = asio::use_awaitable_t<>>
    auto subscribe(std::string_view room_id, std::string_view component_id,
                   std::vector<std::string> origins, Token&& token = Token()) {
        return detail::operation<>::initiate(start_subscribe(), *this, std::forward<Token>(token),
                                             impl_, std::string(room_id), std::string(component_id),
                                             std::move(origins));
    }

    /// Dials a phone number from a SIP component. `POST /sip/{room_id}/{component_id}/call`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, `errc::bad_request` (no such SIP component), and
    ///     `errc::not_found` (the room). Not idempotent: never resent if the server may have
    ///     executed it.
    template <class Token = asio::use_awaitable_t<>>
    auto sip_dial(std::string_view room_id, std::string_view component_id,
                  std::string_view phone_number, Token&& token = Token()) {
        return detail::operation<>::initiate(start_sip_dial(), *this, std::forward<Token>(token),
                                             impl_, std::string(room_id), std::string(component_id),
                                             std::string(phone_number));
    }

    /// Ends the call of a SIP component. `DELETE /sip/{room_id}/{component_id}/call`.
    ///
    /// @signature `void(error_code)`
    /// @errors The same as for `sip_dial()`.
    template <class Token = asio::use_awaitable_t<>>
    auto sip_end_call(std::string_view room_id, std::string_view component_id,
                      Token&& token = Token()) {
        return detail::operation<>::initiate(start_sip_end_call(), *this,
                                             std::forward<Token>(token), impl_,
                                             std::string(room_id), std::string(component_id));
    }

    /// Returns a file of a room's HLS stream. `GET /hls/{room_id}/{filename}`. The token is not
    /// sent.
    ///
    /// @param room_id The room's id.
    /// @param filename The file's name.
    /// @param options `_HLS_msn`, `_HLS_part`, `_HLS_skip`, `Range`, and whether to follow a
    ///     redirect to another node.
    /// @param token The completion token.
    ///
    /// @signature `void(error_code, content)`
    /// @errors The common errors, `errc::bad_request`, `errc::not_found`, `errc::unexpected_status`
    ///     (a redirect that is not followed, with its status; a range outside the file, with 416),
    ///     and `errc::response_too_large` (a file longer than `client_options::max_response_size`).
    template <class Token = asio::use_awaitable_t<>>
    auto get_hls_content(std::string_view room_id, std::string_view filename,
                         const hls_content_options& options = hls_content_options(),
                         Token&& token = Token()) {
        return detail::operation<content>::initiate(
            start_get_hls_content(), *this, std::forward<Token>(token), impl_, std::string(room_id),
            std::string(filename), options);
    }

    /// Returns a `room_api` for a known node, with the same executor and options and with separate
    /// connections.
    ///
    /// @param server_address The node's address, such as `create_room_result::server_address`.
    [[nodiscard]] room_api for_server(std::string_view server_address) const;

    /// Reloads the files of `tls_options` for new connections. Changed files are reloaded
    /// automatically before the next connection; call this function to reload them earlier or to
    /// verify that they are valid. Open connections are not affected. Has no effect without
    /// `client_options::secure`. May be called from any thread; reads the files in that thread.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` if a file is invalid. The files
    ///     loaded before then stay in use.
    void reload_tls();

private:
    using impl_ptr = std::shared_ptr<detail::room_api_impl>;

    struct JELLYFISH_DECL start_create_room {
        void operator()(detail::operation_handler<create_room_result> handler, const impl_ptr& impl,
                        const room_config& config) const;
        static asio::awaitable<create_room_result> awaited(impl_ptr impl, room_config config);
    };
    struct JELLYFISH_DECL start_get_room {
        void operator()(detail::operation_handler<room> handler, const impl_ptr& impl,
                        const std::string& room_id) const;
        static asio::awaitable<room> awaited(impl_ptr impl, std::string room_id);
    };
    struct JELLYFISH_DECL start_get_all_rooms {
        void operator()(detail::operation_handler<std::vector<room>> handler,
                        const impl_ptr& impl) const;
        static asio::awaitable<std::vector<room>> awaited(impl_ptr impl);
    };
    struct JELLYFISH_DECL start_delete_room {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl,
                        const std::string& room_id) const;
        static asio::awaitable<void> awaited(impl_ptr impl, std::string room_id);
    };
    struct JELLYFISH_DECL start_add_peer {
        void operator()(detail::operation_handler<add_peer_result> handler, const impl_ptr& impl,
                        const std::string& room_id, const peer_options_webrtc& options) const;
        static asio::awaitable<add_peer_result> awaited(impl_ptr impl, std::string room_id,
                                                        peer_options_webrtc options);
    };
    struct JELLYFISH_DECL start_delete_peer {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl,
                        const std::string& room_id, const std::string& peer_id) const;
        static asio::awaitable<void> awaited(impl_ptr impl, std::string room_id,
                                             std::string peer_id);
    };

    struct JELLYFISH_DECL start_add_component {
        void operator()(detail::operation_handler<component> handler, const impl_ptr& impl,
                        const std::string& room_id, const component_options& options) const;
        static asio::awaitable<component> awaited(impl_ptr impl, std::string room_id,
                                                  component_options options);
    };
    struct JELLYFISH_DECL start_delete_component {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl,
                        const std::string& room_id, const std::string& component_id) const;
        static asio::awaitable<void> awaited(impl_ptr impl, std::string room_id,
                                             std::string component_id);
    };
    struct JELLYFISH_DECL start_subscribe {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl,
                        const std::string& room_id, const std::string& component_id,
                        const std::vector<std::string>& origins) const;
        static asio::awaitable<void> awaited(impl_ptr impl, std::string room_id,
                                             std::string component_id,
                                             std::vector<std::string> origins);
    };
    struct JELLYFISH_DECL start_sip_dial {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl,
                        const std::string& room_id, const std::string& component_id,
                        const std::string& phone_number) const;
        static asio::awaitable<void> awaited(impl_ptr impl, std::string room_id,
                                             std::string component_id, std::string phone_number);
    };
    struct JELLYFISH_DECL start_sip_end_call {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl,
                        const std::string& room_id, const std::string& component_id) const;
        static asio::awaitable<void> awaited(impl_ptr impl, std::string room_id,
                                             std::string component_id);
    };
    struct JELLYFISH_DECL start_get_hls_content {
        void operator()(detail::operation_handler<content> handler, const impl_ptr& impl,
                        const std::string& room_id, const std::string& filename,
                        const hls_content_options& options) const;
        static asio::awaitable<content> awaited(impl_ptr impl, std::string room_id,
                                                std::string filename, hls_content_options options);
    };

    impl_ptr impl_;
};

}  // namespace jellyfish
