#pragma once

#include <jellyfish/basic_client_view.hpp>
#include <jellyfish/detail/client_view.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/open_enum.hpp>
#include <jellyfish/room.hpp>

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish {
namespace fishjam {

/// Settings for a new livestream. All are optional; the server uses its defaults for unset ones.
///
/// Setters return the object, so calls can be chained. Each setter has a getter of the same name,
/// which returns an empty optional unless it is set.
class livestream_config {
public:
    livestream_config() {}  // User-provided: see room_config.

    /// Whether the stream has no video. Default: false.
    livestream_config& audio_only(bool value) {
        audio_only_ = value;
        return *this;
    }
    /// Returns whether the stream has no video.
    [[nodiscard]] const std::optional<bool>& audio_only() const noexcept { return audio_only_; }

    /// Whether viewers need no token. Default: false.
    livestream_config& is_public(bool value) {
        public_ = value;
        return *this;
    }
    /// Returns whether viewers need no token.
    [[nodiscard]] const std::optional<bool>& is_public() const noexcept { return public_; }

    /// Whether the server may send several notifications in one webhook request. Default: false.
    livestream_config& batch_webhook_notifications(bool value) {
        batch_webhook_notifications_ = value;
        return *this;
    }
    /// Returns whether webhook requests are batched.
    [[nodiscard]] const std::optional<bool>& batch_webhook_notifications() const noexcept {
        return batch_webhook_notifications_;
    }

    /// The URL to which the server posts the notifications about the livestream; see
    /// `room_config::webhook_url`. Default: none.
    livestream_config& webhook_url(std::string value) {
        webhook_url_ = std::move(value);
        return *this;
    }
    /// Returns the webhook URL.
    [[nodiscard]] const std::optional<std::string>& webhook_url() const noexcept {
        return webhook_url_;
    }

    bool operator==(const livestream_config&) const = default;

private:
    std::optional<bool> audio_only_;
    std::optional<bool> public_;
    std::optional<bool> batch_webhook_notifications_;
    std::optional<std::string> webhook_url_;
};

/// The sender of a livestream.
struct streamer {
    std::string id;                                             ///< The streamer's id.
    open_enum<peer_status> status = peer_status::disconnected;  ///< Whether it is connected.
    std::string token;  ///< Authenticates the streamer. A secret.

    bool operator==(const streamer&) const = default;
};

/// A receiver of a livestream.
struct viewer {
    std::string id;     ///< The viewer's id.
    std::string token;  ///< Authenticates the viewer. A secret.

    bool operator==(const viewer&) const = default;
};

/// A livestream.
struct livestream {
    std::string id;                   ///< The livestream's id.
    bool is_public = false;           ///< Whether viewers need no token.
    bool audio_only = false;          ///< Whether it has no video.
    std::vector<streamer> streamers;  ///< In the server's order.
    std::vector<viewer> viewers;      ///< In the server's order.
    std::string extra = {};           ///< As in `jellyfish::room`.

    bool operator==(const livestream&) const = default;
};

/// @{
/// Prints one line. Omits tokens, and all of a webhook URL except its host.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const livestream_config& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const streamer& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const viewer& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const livestream& value);
/// @}

}  // namespace fishjam

namespace detail {

/// The operations of `fishjam::basic_livestream_api`.
class JELLYFISH_DECL fishjam_livestream_calls : public client_view {
protected:
    using client_view::client_view;
    explicit fishjam_livestream_calls(const client_view& client) : client_view(client) {}

    [[nodiscard]] operation<fishjam::livestream> create_livestream_operation(
        const fishjam::livestream_config& config) const;
    [[nodiscard]] operation<fishjam::livestream> get_livestream_operation(
        std::string_view stream_id) const;
    [[nodiscard]] operation<std::vector<fishjam::livestream>> get_all_livestreams_operation() const;
    [[nodiscard]] operation<> delete_livestream_operation(std::string_view stream_id) const;
    [[nodiscard]] operation<fishjam::streamer> create_streamer_operation(
        std::string_view stream_id) const;
    [[nodiscard]] operation<> delete_streamer_operation(std::string_view stream_id,
                                                        std::string_view streamer_id) const;
    [[nodiscard]] operation<fishjam::viewer> create_viewer_operation(
        std::string_view stream_id) const;
    [[nodiscard]] operation<> delete_viewer_operation(std::string_view stream_id,
                                                      std::string_view viewer_id) const;
};

}  // namespace detail

namespace fishjam {

/// Manages the livestreams of Fishjam (protocol: "Fishjam"). For a livestream in a room of type
/// `livestream`, see `room_api::create_streamer_token`.
///
/// The object is a view of a `jellyfish::client`, like `fishjam::room_api`.
///
/// @errors As for `fishjam::room_api`.
/// @cancellation As for `fishjam::room_api`.
/// @exceptions As for `fishjam::room_api`.
/// @threads As for `fishjam::room_api`.
/// @lifetime As for `fishjam::room_api`.
template <class Executor = boost::asio::any_io_executor>
class basic_livestream_api
    : public basic_client_view<basic_livestream_api, detail::fishjam_livestream_calls, Executor> {
public:
    using basic_client_view<fishjam::basic_livestream_api, detail::fishjam_livestream_calls,
                            Executor>::basic_client_view;

    /// Creates a livestream. `POST /livestream`.
    ///
    /// @signature `void(error_code, livestream)`
    /// @errors The common errors, and `errc::bad_request` (an option is invalid). Not idempotent:
    ///     never resent if the server may have executed it.
    template <detail::completion<livestream>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto create_livestream(const livestream_config& config,
                                         Completion&&... completion) {
        return detail::initiate(this->create_livestream_operation(config), *this,
                                std::forward<Completion>(completion)...);
    }

    /// @overload
    template <detail::completion<livestream>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto create_livestream(Completion&&... completion) {
        return create_livestream(livestream_config(), std::forward<Completion>(completion)...);
    }

    /// Returns a livestream. `GET /livestream/{stream_id}`.
    ///
    /// @signature `void(error_code, livestream)`
    /// @errors The common errors, and `errc::not_found`.
    template <detail::completion<livestream>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto get_livestream(std::string_view stream_id, Completion&&... completion) {
        return detail::initiate(this->get_livestream_operation(stream_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Returns all livestreams. `GET /livestream`.
    ///
    /// @signature `void(error_code, std::vector<livestream>)`
    /// @errors The common errors.
    template <detail::completion<std::vector<livestream>>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto get_all_livestreams(Completion&&... completion) {
        return detail::initiate(this->get_all_livestreams_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Deletes a livestream. `DELETE /livestream/{stream_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, and `errc::not_found`.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto delete_livestream(std::string_view stream_id, Completion&&... completion) {
        return detail::initiate(this->delete_livestream_operation(stream_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Adds a streamer to a livestream. `POST /livestream/{stream_id}/streamer`.
    ///
    /// @signature `void(error_code, streamer)`
    /// @errors The common errors, and `errc::not_found`. Not idempotent: never resent if the server
    ///     may have executed it.
    template <detail::completion<streamer>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto create_streamer(std::string_view stream_id, Completion&&... completion) {
        return detail::initiate(this->create_streamer_operation(stream_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Deletes a streamer. `DELETE /livestream/{stream_id}/streamer/{streamer_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, and `errc::not_found`.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto delete_streamer(std::string_view stream_id, std::string_view streamer_id,
                                       Completion&&... completion) {
        return detail::initiate(this->delete_streamer_operation(stream_id, streamer_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Adds a viewer to a livestream. `POST /livestream/{stream_id}/viewer`.
    ///
    /// @signature `void(error_code, viewer)`
    /// @errors The same as for `create_streamer()`.
    template <detail::completion<viewer>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto create_viewer(std::string_view stream_id, Completion&&... completion) {
        return detail::initiate(this->create_viewer_operation(stream_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Deletes a viewer. `DELETE /livestream/{stream_id}/viewer/{viewer_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, and `errc::not_found`.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto delete_viewer(std::string_view stream_id, std::string_view viewer_id,
                                     Completion&&... completion) {
        return detail::initiate(this->delete_viewer_operation(stream_id, viewer_id), *this,
                                std::forward<Completion>(completion)...);
    }
};

/// A `basic_livestream_api` for any executor, whose operations return awaitables by default.
using livestream_api = basic_livestream_api<>;

}  // namespace fishjam
}  // namespace jellyfish
