#pragma once

#include <jellyfish/client_options.hpp>
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

/// The calls about rooms and peers (protocol: "REST"), over kept-alive connections.
///
/// Every call:
/// - takes a completion token as its last argument, `asio::use_awaitable` when there is none; the
///   completion signature is `void(error_code, T)`, with `T` as given at the call;
/// - makes a copy of its arguments at once, so they need not outlive the call;
/// - completes when the answer has been read, or with one of these: `errc::invalid_address`,
///   `errc::invalid_option`, `errc::invalid_argument` (nothing was sent); `errc::resolve_failed`,
///   `errc::connect_failed`, `errc::connect_timeout`, and the TLS codes (no connection could be
///   made, nothing was sent); `errc::timeout` (`request_timeout` ran out), `errc::connection_lost`
///   (a call that may be repeated) or `errc::outcome_unknown` (one that may not: the server may
///   have executed it); `errc::malformed_response`, `errc::response_too_large`; and, after the
///   server's status, `errc::unauthorized` and the others named at the call. What an awaited call
///   throws is a `jellyfish::error`, and a `jellyfish::api_error` when the server answered;
/// - honours terminal, partial and total cancellation: it completes with `operation_aborted`, its
///   connection is closed if the request was being sent or answered, and the object stays usable;
/// - may be started from any thread, also while others are running. Handlers run on their
///   associated executor, and otherwise on the object's.
///
/// A connection is kept for 4 s after a call; as long as it is, `io_context::run()` has work.
///
/// The destructor cancels what is running; those calls complete with `operation_aborted`. It closes
/// all connections.
class JELLYFISH_DECL room_api {
public:
    using executor_type = asio::any_io_executor;

    /// @param executor Runs the connections, and the handlers that have no executor of their own.
    explicit room_api(executor_type executor, const client_options& options = client_options());
    ~room_api();

    room_api(room_api&&) noexcept;
    room_api& operator=(room_api&&) noexcept;

    [[nodiscard]] executor_type get_executor() const noexcept;

    /// Makes a room. `POST /room`.
    ///
    /// Signature: `void(error_code, create_room_result)`. Errors: those of every call, and
    /// `errc::bad_request` (the id is taken, an option is wrong). Not repeated by itself.
    template <class Token = asio::use_awaitable_t<>>
    auto create_room(const room_config& config = room_config(), Token&& token = Token()) {
        return detail::operation<create_room_result>::initiate(
            start_create_room(), std::forward<Token>(token), impl_, config);
    }

    /// Gets a room. `GET /room/{room_id}`.
    ///
    /// Signature: `void(error_code, room)`. Errors: those of every call, and `errc::not_found`.
    template <class Token = asio::use_awaitable_t<>>
    auto get_room(std::string_view room_id, Token&& token = Token()) {
        return detail::operation<room>::initiate(start_get_room(), std::forward<Token>(token),
                                                 impl_, std::string(room_id));
    }

    /// Gets all rooms. `GET /room`.
    ///
    /// Signature: `void(error_code, std::vector<room>)`. Errors: those of every call.
    template <class Token = asio::use_awaitable_t<>>
    auto get_all_rooms(Token&& token = Token()) {
        return detail::operation<std::vector<room>>::initiate(start_get_all_rooms(),
                                                              std::forward<Token>(token), impl_);
    }

    /// Deletes a room with all that is in it. `DELETE /room/{room_id}`.
    ///
    /// Signature: `void(error_code)`. Errors: those of every call, and `errc::not_found`.
    template <class Token = asio::use_awaitable_t<>>
    auto delete_room(std::string_view room_id, Token&& token = Token()) {
        return detail::operation<>::initiate(start_delete_room(), std::forward<Token>(token), impl_,
                                             std::string(room_id));
    }

    /// Adds a peer to a room. `POST /room/{room_id}/peer`.
    ///
    /// Signature: `void(error_code, add_peer_result)`. Errors: those of every call,
    /// `errc::not_found`, and `errc::service_unavailable` (the room is full). Not repeated by
    /// itself.
    template <class Token = asio::use_awaitable_t<>>
    auto add_peer(std::string_view room_id,
                  const peer_options_webrtc& options = peer_options_webrtc(),
                  Token&& token = Token()) {
        return detail::operation<add_peer_result>::initiate(
            start_add_peer(), std::forward<Token>(token), impl_, std::string(room_id), options);
    }

    /// Deletes a peer; its socket is closed. `DELETE /room/{room_id}/peer/{peer_id}`.
    ///
    /// Signature: `void(error_code)`. Errors: those of every call, and `errc::not_found`.
    template <class Token = asio::use_awaitable_t<>>
    auto delete_peer(std::string_view room_id, std::string_view peer_id, Token&& token = Token()) {
        return detail::operation<>::initiate(start_delete_peer(), std::forward<Token>(token), impl_,
                                             std::string(room_id), std::string(peer_id));
    }

private:
    using impl_ptr = std::shared_ptr<detail::room_api_impl>;

    struct JELLYFISH_DECL start_create_room {
        void operator()(detail::operation_handler<create_room_result> handler, const impl_ptr& impl,
                        const room_config& config) const;
    };
    struct JELLYFISH_DECL start_get_room {
        void operator()(detail::operation_handler<room> handler, const impl_ptr& impl,
                        const std::string& room_id) const;
    };
    struct JELLYFISH_DECL start_get_all_rooms {
        void operator()(detail::operation_handler<std::vector<room>> handler,
                        const impl_ptr& impl) const;
    };
    struct JELLYFISH_DECL start_delete_room {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl,
                        const std::string& room_id) const;
    };
    struct JELLYFISH_DECL start_add_peer {
        void operator()(detail::operation_handler<add_peer_result> handler, const impl_ptr& impl,
                        const std::string& room_id, const peer_options_webrtc& options) const;
    };
    struct JELLYFISH_DECL start_delete_peer {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl,
                        const std::string& room_id, const std::string& peer_id) const;
    };

    impl_ptr impl_;
};

}  // namespace jellyfish
