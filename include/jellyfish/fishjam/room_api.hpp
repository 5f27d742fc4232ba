#pragma once

#include <jellyfish/basic_client_view.hpp>
#include <jellyfish/detail/client_view.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/fishjam/room.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish {
namespace detail {

/// The operations of `fishjam::basic_room_api`.
class JELLYFISH_DECL fishjam_room_calls : public client_view {
protected:
    using client_view::client_view;
    explicit fishjam_room_calls(const client_view& client) : client_view(client) {}

    [[nodiscard]] operation<> validate_operation() const;
    [[nodiscard]] operation<fishjam::room> create_room_operation(
        const fishjam::room_config& config) const;
    [[nodiscard]] operation<fishjam::room> get_room_operation(std::string_view room_id) const;
    [[nodiscard]] operation<std::vector<fishjam::room>> get_all_rooms_operation() const;
    [[nodiscard]] operation<> delete_room_operation(std::string_view room_id) const;
    [[nodiscard]] operation<fishjam::add_peer_result> add_peer_operation(
        std::string_view room_id, const fishjam::webrtc_peer_options& options) const;
    [[nodiscard]] operation<fishjam::add_peer_result> add_peer_operation(
        std::string_view room_id, const fishjam::agent_peer_options& options) const;
    [[nodiscard]] operation<fishjam::add_peer_result> add_peer_operation(
        std::string_view room_id, const fishjam::vapi_peer_options& options) const;
    [[nodiscard]] operation<> delete_peer_operation(std::string_view room_id,
                                                    std::string_view peer_id) const;
    [[nodiscard]] operation<std::string> refresh_peer_token_operation(
        std::string_view room_id, std::string_view peer_id) const;
    [[nodiscard]] operation<> subscribe_peer_operation(std::string_view room_id,
                                                       std::string_view peer_id,
                                                       std::string_view other_peer_id) const;
    [[nodiscard]] operation<> subscribe_tracks_operation(std::string_view room_id,
                                                         std::string_view peer_id,
                                                         std::vector<std::string> track_ids) const;
    [[nodiscard]] operation<std::string> create_streamer_token_operation(
        std::string_view room_id) const;
    [[nodiscard]] operation<std::string> create_viewer_token_operation(
        std::string_view room_id) const;
    [[nodiscard]] operation<> forward_tracks_operation(std::string_view room_id,
                                                       std::string_view composition_url) const;
};

}  // namespace detail

namespace fishjam {

/// Manages the rooms of Fishjam and their peers (protocol: "Fishjam").
///
/// The object is a view of a `jellyfish::client`. If it is constructed with options, such as
/// `client_options().fishjam_id("…")`, it owns the client. If it is constructed with a client, it
/// shares the client's connections: `fishjam::room_api rooms{client}`. After its own arguments,
/// every call takes an optional `diagnostics&` and an optional completion token. See
/// `jellyfish::room_api` for connections, for how calls complete, and for the calls that all
/// servers support.
///
/// @errors Common to all calls: those of `jellyfish::room_api`, and
/// - `errc::not_supported`: `client_options::server_api` is not `server_api::fishjam`; nothing was
///   sent;
/// - `errc::quota_exceeded`: the account's usage quota is exceeded.
/// @cancellation As for `jellyfish::room_api`.
/// @exceptions As for `jellyfish::room_api`.
/// @threads As for `jellyfish::room_api`.
/// @lifetime As for `jellyfish::room_api`.
template <class Executor = boost::asio::any_io_executor>
class basic_room_api
    : public basic_client_view<basic_room_api, detail::fishjam_room_calls, Executor> {
public:
    using basic_client_view<fishjam::basic_room_api, detail::fishjam_room_calls,
                            Executor>::basic_client_view;

    /// Checks the Fishjam id and the management token. `GET /validate`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors; `errc::unauthorized` if the id or the token is wrong.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto validate(Completion&&... completion) {
        return detail::initiate(this->validate_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Creates a room. `POST /room`.
    ///
    /// @signature `void(error_code, room)`
    /// @errors The common errors, and `errc::bad_request` (an option is invalid). Not idempotent:
    ///     never resent if the server may have executed it.
    template <detail::completion<room>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto create_room(const room_config& config, Completion&&... completion) {
        return detail::initiate(this->create_room_operation(config), *this,
                                std::forward<Completion>(completion)...);
    }

    /// @overload
    template <detail::completion<room>... Completion>
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

    /// Deletes a room and its peers. `DELETE /room/{room_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, and `errc::not_found`.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto delete_room(std::string_view room_id, Completion&&... completion) {
        return detail::initiate(this->delete_room_operation(room_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Adds a WebRTC peer to a room. `POST /room/{room_id}/peer`.
    ///
    /// @signature `void(error_code, add_peer_result)`
    /// @errors The common errors, `errc::not_found`, and `errc::conflict` (the room is full). Not
    ///     idempotent: never resent if the server may have executed it.
    template <detail::completion<add_peer_result>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto add_peer(std::string_view room_id, const webrtc_peer_options& options,
                                Completion&&... completion) {
        return detail::initiate(this->add_peer_operation(room_id, options), *this,
                                std::forward<Completion>(completion)...);
    }

    /// @overload
    template <detail::completion<add_peer_result>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto add_peer(std::string_view room_id, Completion&&... completion) {
        return add_peer(room_id, webrtc_peer_options(), std::forward<Completion>(completion)...);
    }

    /// Adds an agent to a room; connect it with `fishjam::agent`.
    /// `POST /room/{room_id}/peer`.
    ///
    /// @signature `void(error_code, add_peer_result)`
    /// @errors The same as for a WebRTC peer.
    template <detail::completion<add_peer_result>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto add_peer(std::string_view room_id, const agent_peer_options& options,
                                Completion&&... completion) {
        return detail::initiate(this->add_peer_operation(room_id, options), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Adds a Vapi call to a room. `POST /room/{room_id}/peer`.
    ///
    /// @signature `void(error_code, add_peer_result)`
    /// @errors The same as for a WebRTC peer.
    template <detail::completion<add_peer_result>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto add_peer(std::string_view room_id, const vapi_peer_options& options,
                                Completion&&... completion) {
        return detail::initiate(this->add_peer_operation(room_id, options), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Deletes a peer. `DELETE /room/{room_id}/peer/{peer_id}`.
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

    /// Returns a new token for a peer: a secret.
    /// `POST /room/{room_id}/peer/{peer_id}/refresh_token`.
    ///
    /// @signature `void(error_code, std::string)`
    /// @errors The common errors, and `errc::not_found`. Not idempotent: never resent if the server
    ///     may have executed it.
    template <detail::completion<std::string>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto refresh_peer_token(std::string_view room_id, std::string_view peer_id,
                                          Completion&&... completion) {
        return detail::initiate(this->refresh_peer_token_operation(room_id, peer_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Subscribes a peer or agent with `subscribe_mode::manual` to all tracks of another peer,
    /// including those added later. `POST /room/{room_id}/peer/{peer_id}/subscribe_peer`.
    ///
    /// @param room_id The room's id.
    /// @param peer_id The id of the peer to subscribe.
    /// @param other_peer_id The id of the peer whose tracks it receives.
    /// @param completion An optional `diagnostics&` and an optional completion token.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, `errc::bad_request`, and `errc::not_found`. Not idempotent: never
    ///     resent if the server may have executed it.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto subscribe_peer(std::string_view room_id, std::string_view peer_id,
                                      std::string_view other_peer_id, Completion&&... completion) {
        return detail::initiate(this->subscribe_peer_operation(room_id, peer_id, other_peer_id),
                                *this, std::forward<Completion>(completion)...);
    }

    /// Subscribes a peer or agent with `subscribe_mode::manual` to individual tracks.
    /// `POST /room/{room_id}/peer/{peer_id}/subscribe_tracks`.
    ///
    /// @param room_id The room's id.
    /// @param peer_id The id of the peer to subscribe.
    /// @param track_ids The ids of the tracks that it receives.
    /// @param completion An optional `diagnostics&` and an optional completion token.
    ///
    /// @signature `void(error_code)`
    /// @errors The same as for `subscribe_peer()`.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto subscribe_tracks(std::string_view room_id, std::string_view peer_id,
                                        std::vector<std::string> track_ids,
                                        Completion&&... completion) {
        return detail::initiate(
            this->subscribe_tracks_operation(room_id, peer_id, std::move(track_ids)), *this,
            std::forward<Completion>(completion)...);
    }

    /// Returns a token for the streamer of a room of type `livestream`: a secret.
    /// `POST /room/{room_id}/streamer`.
    ///
    /// @signature `void(error_code, std::string)`
    /// @errors The common errors, and `errc::not_found` (also if the room is not a livestream). Not
    ///     idempotent: never resent if the server may have executed it.
    template <detail::completion<std::string>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto create_streamer_token(std::string_view room_id, Completion&&... completion) {
        return detail::initiate(this->create_streamer_token_operation(room_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Returns a token for a viewer of a room of type `livestream`: a secret. Viewers of a public
    /// livestream need no token. `POST /room/{room_id}/viewer`.
    ///
    /// @signature `void(error_code, std::string)`
    /// @errors The same as for `create_streamer_token()`.
    template <detail::completion<std::string>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto create_viewer_token(std::string_view room_id, Completion&&... completion) {
        return detail::initiate(this->create_viewer_token_operation(room_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Forwards all tracks of a room to a composition. `POST /room/{room_id}/track_forwardings`.
    ///
    /// @param room_id The room's id.
    /// @param composition_url The URL of the composition.
    /// @param completion An optional `diagnostics&` and an optional completion token.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, `errc::bad_request`, `errc::not_found`, and `errc::conflict` (the
    ///     composition already receives the tracks). Not idempotent: never resent if the server may
    ///     have executed it.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto forward_tracks(std::string_view room_id, std::string_view composition_url,
                                      Completion&&... completion) {
        return detail::initiate(this->forward_tracks_operation(room_id, composition_url), *this,
                                std::forward<Completion>(completion)...);
    }
};

/// A `basic_room_api` for any executor, whose operations return awaitables by default.
using room_api = basic_room_api<>;

}  // namespace fishjam
}  // namespace jellyfish
