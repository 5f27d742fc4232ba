#include <jellyfish/fishjam/livestream_api.hpp>
#include <jellyfish/fishjam/moq_api.hpp>
#include <jellyfish/fishjam/recording_api.hpp>
#include <jellyfish/fishjam/room_api.hpp>

#include "async/awaited.hpp"
#include "rest/client_impl.hpp"
#include "rest/fishjam/fishjam_json.hpp"
#include "rest/fishjam/fishjam_request.hpp"
#include "rest/rest_request.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish::detail {
namespace {

/// A request that all servers support, made by a call that only Fishjam supports.
http::request of_fishjam(http::request request) {
    request.features.add(server_feature::fishjam_rooms);
    return request;
}

}  // namespace

// ---- rooms

operation<> fishjam_room_calls::validate_operation() const {
    return call_operation<>(impl_, timeout_, "", validate_request, nothing);
}

operation<fishjam::room> fishjam_room_calls::create_room_operation(
    const fishjam::room_config& config) const {
    return call_operation<fishjam::room>(
        impl_, timeout_, "", [config] { return create_room_request(config); },
        reads(read_created_fishjam_room));
}

operation<fishjam::room> fishjam_room_calls::get_room_operation(std::string_view room_id) const {
    return call_operation<fishjam::room>(
        impl_, timeout_, "",
        [id = std::string(room_id)] { return of_fishjam(get_room_request(id)); },
        reads(read_fishjam_room));
}

operation<std::vector<fishjam::room>> fishjam_room_calls::get_all_rooms_operation() const {
    return call_operation<std::vector<fishjam::room>>(
        impl_, timeout_, "", [] { return of_fishjam(get_all_rooms_request()); },
        reads(read_fishjam_rooms));
}

operation<> fishjam_room_calls::delete_room_operation(std::string_view room_id) const {
    return call_operation<>(
        impl_, timeout_, "",
        [id = std::string(room_id)] { return of_fishjam(delete_room_request(id)); }, nothing);
}

operation<fishjam::add_peer_result> fishjam_room_calls::add_peer_operation(
    std::string_view room_id, const fishjam::webrtc_peer_options& options) const {
    return call_operation<fishjam::add_peer_result>(
        impl_, timeout_, "",
        [id = std::string(room_id), options] { return add_peer_request(id, options); },
        reads(read_added_fishjam_peer));
}

operation<fishjam::add_peer_result> fishjam_room_calls::add_peer_operation(
    std::string_view room_id, const fishjam::agent_peer_options& options) const {
    return call_operation<fishjam::add_peer_result>(
        impl_, timeout_, "",
        [id = std::string(room_id), options] { return add_peer_request(id, options); },
        reads(read_added_fishjam_peer));
}

operation<fishjam::add_peer_result> fishjam_room_calls::add_peer_operation(
    std::string_view room_id, const fishjam::vapi_peer_options& options) const {
    return call_operation<fishjam::add_peer_result>(
        impl_, timeout_, "",
        [id = std::string(room_id), options] { return add_peer_request(id, options); },
        reads(read_added_fishjam_peer));
}

operation<> fishjam_room_calls::delete_peer_operation(std::string_view room_id,
                                                      std::string_view peer_id) const {
    return call_operation<>(
        impl_, timeout_, "",
        [room = std::string(room_id), peer = std::string(peer_id)] {
            return of_fishjam(delete_peer_request(room, peer));
        },
        nothing);
}

operation<std::string> fishjam_room_calls::refresh_peer_token_operation(
    std::string_view room_id, std::string_view peer_id) const {
    return call_operation<std::string>(
        impl_, timeout_, "",
        [room = std::string(room_id), peer = std::string(peer_id)] {
            return refresh_peer_token_request(room, peer);
        },
        reads(read_token));
}

operation<> fishjam_room_calls::subscribe_peer_operation(std::string_view room_id,
                                                         std::string_view peer_id,
                                                         std::string_view other_peer_id) const {
    return call_operation<>(
        impl_, timeout_, "",
        [room = std::string(room_id), peer = std::string(peer_id),
         other = std::string(other_peer_id)] { return subscribe_peer_request(room, peer, other); },
        nothing);
}

operation<> fishjam_room_calls::subscribe_tracks_operation(
    std::string_view room_id, std::string_view peer_id, std::vector<std::string> track_ids) const {
    return call_operation<>(
        impl_, timeout_, "",
        [room = std::string(room_id), peer = std::string(peer_id), ids = std::move(track_ids)] {
            return subscribe_tracks_request(room, peer, ids);
        },
        nothing);
}

operation<std::string> fishjam_room_calls::create_streamer_token_operation(
    std::string_view room_id) const {
    return call_operation<std::string>(
        impl_, timeout_, "", [id = std::string(room_id)] { return streamer_token_request(id); },
        reads(read_token));
}

operation<std::string> fishjam_room_calls::create_viewer_token_operation(
    std::string_view room_id) const {
    return call_operation<std::string>(
        impl_, timeout_, "", [id = std::string(room_id)] { return viewer_token_request(id); },
        reads(read_token));
}

operation<> fishjam_room_calls::forward_tracks_operation(std::string_view room_id,
                                                         std::string_view composition_url) const {
    return call_operation<>(
        impl_, timeout_, "",
        [id = std::string(room_id), url = std::string(composition_url)] {
            return forward_tracks_request(id, url);
        },
        nothing);
}

// ---- livestreams

operation<fishjam::livestream> fishjam_livestream_calls::create_livestream_operation(
    const fishjam::livestream_config& config) const {
    return call_operation<fishjam::livestream>(
        impl_, timeout_, "", [config] { return create_livestream_request(config); },
        reads(read_livestream));
}

operation<fishjam::livestream> fishjam_livestream_calls::get_livestream_operation(
    std::string_view stream_id) const {
    return call_operation<fishjam::livestream>(
        impl_, timeout_, "", [id = std::string(stream_id)] { return get_livestream_request(id); },
        reads(read_livestream));
}

operation<std::vector<fishjam::livestream>>
fishjam_livestream_calls::get_all_livestreams_operation() const {
    return call_operation<std::vector<fishjam::livestream>>(
        impl_, timeout_, "", get_all_livestreams_request, reads(read_livestreams));
}

operation<> fishjam_livestream_calls::delete_livestream_operation(
    std::string_view stream_id) const {
    return call_operation<>(
        impl_, timeout_, "",
        [id = std::string(stream_id)] { return delete_livestream_request(id); }, nothing);
}

operation<fishjam::streamer> fishjam_livestream_calls::create_streamer_operation(
    std::string_view stream_id) const {
    return call_operation<fishjam::streamer>(
        impl_, timeout_, "", [id = std::string(stream_id)] { return create_streamer_request(id); },
        reads(read_streamer));
}

operation<> fishjam_livestream_calls::delete_streamer_operation(
    std::string_view stream_id, std::string_view streamer_id) const {
    return call_operation<>(
        impl_, timeout_, "",
        [id = std::string(stream_id), streamer = std::string(streamer_id)] {
            return delete_streamer_request(id, streamer);
        },
        nothing);
}

operation<fishjam::viewer> fishjam_livestream_calls::create_viewer_operation(
    std::string_view stream_id) const {
    return call_operation<fishjam::viewer>(
        impl_, timeout_, "", [id = std::string(stream_id)] { return create_viewer_request(id); },
        reads(read_viewer));
}

operation<> fishjam_livestream_calls::delete_viewer_operation(std::string_view stream_id,
                                                              std::string_view viewer_id) const {
    return call_operation<>(
        impl_, timeout_, "",
        [id = std::string(stream_id), viewer = std::string(viewer_id)] {
            return delete_viewer_request(id, viewer);
        },
        nothing);
}

// ---- recordings

operation<fishjam::recording> fishjam_recording_calls::create_recording_operation(
    const fishjam::recording_config& config) const {
    return call_operation<fishjam::recording>(
        impl_, timeout_, "", [config] { return create_recording_request(config); },
        reads(read_recording));
}

operation<fishjam::recording> fishjam_recording_calls::get_recording_operation(
    std::string_view recording_id) const {
    return call_operation<fishjam::recording>(
        impl_, timeout_, "",
        [id = std::string(recording_id)] { return get_fishjam_recording_request(id); },
        reads(read_recording));
}

operation<std::vector<fishjam::recording>> fishjam_recording_calls::get_recordings_operation(
    const fishjam::recording_filter& filter) const {
    return call_operation<std::vector<fishjam::recording>>(
        impl_, timeout_, "", [filter] { return get_fishjam_recordings_request(filter); },
        reads(read_fishjam_recordings));
}

operation<fishjam::recording> fishjam_recording_calls::stop_recording_operation(
    std::string_view recording_id) const {
    return call_operation<fishjam::recording>(
        impl_, timeout_, "",
        [id = std::string(recording_id)] { return stop_recording_request(id); },
        reads(read_recording));
}

operation<> fishjam_recording_calls::delete_recording_operation(
    std::string_view recording_id) const {
    return call_operation<>(
        impl_, timeout_, "",
        [id = std::string(recording_id)] { return delete_fishjam_recording_request(id); }, nothing);
}

// ---- Media over QUIC

operation<fishjam::moq_access> fishjam_moq_calls::create_access_operation(
    const fishjam::moq_access_config& config) const {
    return call_operation<fishjam::moq_access>(
        impl_, timeout_, "", [config] { return moq_access_request(config); },
        reads(read_moq_access));
}

template JELLYFISH_DECL boost::asio::awaitable<fishjam::room> awaited(operation<fishjam::room>,
                                                                      diagnostics*);
template JELLYFISH_DECL boost::asio::awaitable<std::vector<fishjam::room>> awaited(
    operation<std::vector<fishjam::room>>, diagnostics*);
template JELLYFISH_DECL boost::asio::awaitable<fishjam::add_peer_result> awaited(
    operation<fishjam::add_peer_result>, diagnostics*);
template JELLYFISH_DECL boost::asio::awaitable<std::string> awaited(operation<std::string>,
                                                                    diagnostics*);
template JELLYFISH_DECL boost::asio::awaitable<fishjam::livestream> awaited(
    operation<fishjam::livestream>, diagnostics*);
template JELLYFISH_DECL boost::asio::awaitable<std::vector<fishjam::livestream>> awaited(
    operation<std::vector<fishjam::livestream>>, diagnostics*);
template JELLYFISH_DECL boost::asio::awaitable<fishjam::streamer> awaited(
    operation<fishjam::streamer>, diagnostics*);
template JELLYFISH_DECL boost::asio::awaitable<fishjam::viewer> awaited(operation<fishjam::viewer>,
                                                                        diagnostics*);
template JELLYFISH_DECL boost::asio::awaitable<fishjam::recording> awaited(
    operation<fishjam::recording>, diagnostics*);
template JELLYFISH_DECL boost::asio::awaitable<std::vector<fishjam::recording>> awaited(
    operation<std::vector<fishjam::recording>>, diagnostics*);
template JELLYFISH_DECL boost::asio::awaitable<fishjam::moq_access> awaited(
    operation<fishjam::moq_access>, diagnostics*);

}  // namespace jellyfish::detail
