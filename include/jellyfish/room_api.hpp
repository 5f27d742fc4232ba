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

/// The calls about rooms and what is in them (protocol: "REST"), over kept-alive connections.
///
/// Every call takes a completion token as its last argument, `asio::use_awaitable` when there is
/// none, and makes a copy of the others at once, so they need not outlive the call. Handlers run on
/// their associated executor, and otherwise on the object's.
///
/// Completes when the answer has been read, or with an error.
///
/// A connection is kept for 4 s after a call; as long as it is, `io_context::run()` has work.
///
/// In a cluster a room lives on the node that `create_room` was told of. The object remembers that
/// for the 65 536 rooms that it made or used last, and sends the calls about them there; with other
/// rooms, and with nodes that others told of, use `for_server()`. Whether such an address is
/// followed, and what becomes of it, is a matter of `client_options::follow_rooms` and
/// `map_room_address`. When no connection to it can be made, nothing was sent, and the call,
/// whichever it is, is made at `server_address` instead; if the room is not there, the first
/// failure is reported.
///
/// With `client_options::retry` a call that fails in a way that may pass is made again.
///
/// @errors
/// - `errc::invalid_address`, `errc::invalid_option`, `errc::invalid_argument`: nothing was sent;
/// - `errc::resolve_failed`, `errc::connect_failed`, `errc::connect_timeout`; with TLS also
///   `errc::tls_configuration`, `errc::tls_handshake_failed`, `errc::certificate_untrusted`,
///   `errc::certificate_expired`, `errc::certificate_host_mismatch`: no connection could be made,
///   nothing was sent;
/// - `errc::timeout`: `request_timeout` or `queue_timeout` ran out. The server may have executed
/// the
///   call, if what is thrown says so; of a request of which no byte was sent it says that instead;
/// - `errc::connection_lost` of a call that may be repeated, `errc::outcome_unknown` of one that
///   may not: the server may have executed it;
/// - `errc::malformed_response`, `errc::response_too_large`;
/// - by its status (a proxy's, too): `errc::bad_request`, `errc::unauthorized`, `errc::not_found`,
///   `errc::service_unavailable`, `errc::server_error`, `errc::unexpected_status`.
/// @cancellation Terminal, partial, total. The call completes with `operation_aborted`; its
///     connection is closed if the request was being sent or answered, and the server may have
///     executed it. The object stays usable.
/// @exceptions An awaited call throws a `jellyfish::error`, which is a `jellyfish::api_error` when
///     it stands for the status of an answer.
/// @threads Calls may be started from any thread, also while others are running.
/// @processes Executed programs inherit nothing; a forked child may destroy or close its copy,
///     which changes nothing for the parent (see docs/reliability.md for what to observe).
/// @lifetime The destructor may run at any time; calls that are running complete with
///     `operation_aborted`, and all connections are closed.
class JELLYFISH_DECL room_api {
public:
    /// The type of the executor.
    using executor_type = asio::any_io_executor;

    /// @param executor Runs the connections, and the handlers that have no executor of their own.
    /// @param options The options, copied.
    explicit room_api(executor_type executor, const client_options& options = client_options());
    ~room_api();

    /// @{
    /// Moves; a moved-from object can only be assigned to or destroyed.
    room_api(room_api&&) noexcept;
    room_api& operator=(room_api&&) noexcept;
    /// @}

    /// Returns the executor that was passed to the constructor.
    [[nodiscard]] executor_type get_executor() const noexcept;

    /// Makes a room. `POST /room`.
    ///
    /// @signature `void(error_code, create_room_result)`
    /// @errors Those of every call, and `errc::bad_request` (the id is taken, an option is wrong).
    ///     Not repeated by itself.
    template <class Token = asio::use_awaitable_t<>>
    auto create_room(const room_config& config = room_config(), Token&& token = Token()) {
        return detail::operation<create_room_result>::initiate(
            start_create_room(), *this, std::forward<Token>(token), impl_, config);
    }

    /// Gets a room. `GET /room/{room_id}`.
    ///
    /// @signature `void(error_code, room)`
    /// @errors Those of every call, and `errc::not_found`.
    template <class Token = asio::use_awaitable_t<>>
    auto get_room(std::string_view room_id, Token&& token = Token()) {
        return detail::operation<room>::initiate(
            start_get_room(), *this, std::forward<Token>(token), impl_, std::string(room_id));
    }

    /// Gets all rooms. `GET /room`.
    ///
    /// @signature `void(error_code, std::vector<room>)`
    /// @errors Those of every call.
    template <class Token = asio::use_awaitable_t<>>
    auto get_all_rooms(Token&& token = Token()) {
        return detail::operation<std::vector<room>>::initiate(start_get_all_rooms(), *this,
                                                              std::forward<Token>(token), impl_);
    }

    /// Deletes a room with all that is in it. `DELETE /room/{room_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors Those of every call, and `errc::not_found`.
    template <class Token = asio::use_awaitable_t<>>
    auto delete_room(std::string_view room_id, Token&& token = Token()) {
        return detail::operation<>::initiate(start_delete_room(), *this, std::forward<Token>(token),
                                             impl_, std::string(room_id));
    }

    /// Adds a peer to a room. `POST /room/{room_id}/peer`.
    ///
    /// @signature `void(error_code, add_peer_result)`
    /// @errors Those of every call, `errc::not_found`, and `errc::service_unavailable` (the room is
    ///     full). Not repeated by itself.
    template <class Token = asio::use_awaitable_t<>>
    auto add_peer(std::string_view room_id,
                  const peer_options_webrtc& options = peer_options_webrtc(),
                  Token&& token = Token()) {
        return detail::operation<add_peer_result>::initiate(start_add_peer(), *this,
                                                            std::forward<Token>(token), impl_,
                                                            std::string(room_id), options);
    }

    /// Deletes a peer; its socket is closed. `DELETE /room/{room_id}/peer/{peer_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors Those of every call, and `errc::not_found`.
    template <class Token = asio::use_awaitable_t<>>
    auto delete_peer(std::string_view room_id, std::string_view peer_id, Token&& token = Token()) {
        return detail::operation<>::initiate(start_delete_peer(), *this, std::forward<Token>(token),
                                             impl_, std::string(room_id), std::string(peer_id));
    }

    /// Adds a component to a room. `POST /room/{room_id}/component`.
    ///
    /// @signature `void(error_code, component)`
    /// @errors Those of every call, `errc::bad_request` (the room's codec does not fit, it has such
    ///     a component already, or the server finds an option wrong) and `errc::not_found` (the
    ///     room, or the file to be played). Not repeated by itself.
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
    /// @errors Those of every call, and `errc::not_found`.
    template <class Token = asio::use_awaitable_t<>>
    auto delete_component(std::string_view room_id, std::string_view component_id,
                          Token&& token = Token()) {
        return detail::operation<>::initiate(start_delete_component(), *this,
                                             std::forward<Token>(token), impl_,
                                             std::string(room_id), std::string(component_id));
    }

    /// Has an HLS or a recording component, whose mode is `subscribe_mode::manual`, take the tracks
    /// of some peers and components. `POST /room/{room_id}/component/{component_id}/subscribe`.
    ///
    /// @param room_id The room's id.
    /// @param component_id The component's id.
    /// @param origins The ids of the peers and the components.
    /// @param token The completion token.
    ///
    /// @signature `void(error_code)`
    /// @errors Those of every call, `errc::bad_request` (no such component, or not in that mode)
    ///     and `errc::not_found` (the room). Not repeated by itself.
    template <class Token = asio::use_awaitable_t<>>
    auto subscribe(std::string_view room_id, std::string_view component_id,
                   std::vector<std::string> origins, Token&& token = Token()) {
        return detail::operation<>::initiate(start_subscribe(), *this, std::forward<Token>(token),
                                             impl_, std::string(room_id), std::string(component_id),
                                             std::move(origins));
    }

    /// Has a SIP component call a number. `POST /sip/{room_id}/{component_id}/call`.
    ///
    /// @signature `void(error_code)`
    /// @errors Those of every call, `errc::bad_request` (no such SIP component) and
    ///     `errc::not_found` (the room). Not repeated by itself.
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
    /// @errors As `sip_dial()`.
    template <class Token = asio::use_awaitable_t<>>
    auto sip_end_call(std::string_view room_id, std::string_view component_id,
                      Token&& token = Token()) {
        return detail::operation<>::initiate(start_sip_end_call(), *this,
                                             std::forward<Token>(token), impl_,
                                             std::string(room_id), std::string(component_id));
    }

    /// Gets a file of a room's HLS stream. `GET /hls/{room_id}/{filename}`. The token is not sent.
    ///
    /// @param room_id The room's id.
    /// @param filename The file's name.
    /// @param options `_HLS_msn`, `_HLS_part`, `_HLS_skip`, `Range`, and whether a redirection to
    ///     another node is followed.
    /// @param token The completion token.
    ///
    /// @signature `void(error_code, content)`
    /// @errors Those of every call, `errc::bad_request`, `errc::not_found`,
    ///     `errc::unexpected_status` (a redirection that is not followed, with its status; a range
    ///     that the file does not have, with 416) and `errc::response_too_large` (a file longer
    ///     than `client_options::max_response_size`).
    template <class Token = asio::use_awaitable_t<>>
    auto get_hls_content(std::string_view room_id, std::string_view filename,
                         const hls_content_options& options = hls_content_options(),
                         Token&& token = Token()) {
        return detail::operation<content>::initiate(
            start_get_hls_content(), *this, std::forward<Token>(token), impl_, std::string(room_id),
            std::string(filename), options);
    }

    /// An object that talks to a node whose address is known: with the same executor and options,
    /// and connections of its own.
    ///
    /// @param server_address As `create_room_result::server_address`.
    [[nodiscard]] room_api for_server(std::string_view server_address) const;

    /// Reads the files of `tls_options` now, for connections that are made from here on. Files that
    /// have changed are read anyway for the next connection; this is for who must not wait for it,
    /// or wants to know whether they can be used. Connections that are open stay as they are. Has
    /// no effect without `client_options::secure`. Any thread may call it; it reads in that thread.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` when a file cannot be used; what was
    ///     read before stays in use.
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
