#include "model/server_rules.hpp"

#include <algorithm>
#include <ostream>
#include <string_view>

namespace jellyfish {
namespace {

using enum detail::server_feature;

struct feature_row {
    detail::server_feature feature;
    server_api only;  ///< The server that has it.
    std::string_view name;
};

// In the order of the enumerators.
constexpr feature_row rows[] = {
    {components, server_api::jellyfish, "components"},
    {sip, server_api::jellyfish, "SIP calls"},
    {hls, server_api::jellyfish, "HLS files"},
    {recording_files, server_api::jellyfish, "recording_api (see fishjam::recording_api)"},
    {health, server_api::jellyfish, "health_api (see fishjam::room_api::validate)"},
    {metrics, server_api::jellyfish, "metrics"},
    {room_id, server_api::jellyfish, "room_config::room_id"},
    {peerless_purge_timeout, server_api::jellyfish, "room_config::peerless_purge_timeout"},
    {peer_disconnected_timeout, server_api::jellyfish, "room_config::peer_disconnected_timeout"},
    {simulcast, server_api::jellyfish, "peer_options_webrtc::enable_simulcast"},
    {fishjam_rooms, server_api::fishjam, "fishjam::room_api"},
    {livestreams, server_api::fishjam, "fishjam::livestream_api"},
    {recordings, server_api::fishjam, "fishjam::recording_api"},
    {moq, server_api::fishjam, "fishjam::moq_api"},
};

static_assert(std::ranges::all_of(rows, [](const feature_row& each) {
    return &rows[static_cast<unsigned>(each.feature)] == &each;
}));

}  // namespace

std::ostream& operator<<(std::ostream& out, server_api value) {
    return out << (value == server_api::fishjam ? "fishjam" : "jellyfish");
}

namespace detail {

std::optional<std::string> problem_of(const feature_set& features, server_api api) {
    if (features.empty()) return std::nullopt;
    for (const feature_row& each : rows) {
        if (each.only == api || !features.contains(each.feature)) continue;
        const bool fishjam = api == server_api::fishjam;
        return std::string(fishjam ? "Fishjam" : "Jellyfish")
            .append(" does not support ")
            .append(each.name)
            .append(fishjam ? "" : "; to use Fishjam, set client_options::fishjam_id");
    }
    return std::nullopt;
}

}  // namespace detail
}  // namespace jellyfish
