#include "sandbox/sockets/agent_socket.hpp"

#include "sandbox/server/core.hpp"
#include "sandbox/server/node.hpp"

#include <algorithm>
#include <climits>
#include <cstddef>
#include <fishjam/agent_notifications.pb.h>
#include <utility>

namespace jellyfish::testing::detail {
namespace {

namespace proto = jellyfish::fishjam;
using request = proto::AgentRequest;

constexpr std::size_t most_seen = 1'000;

template <class T>
void keep(std::vector<T>& list, T value) {
    list.push_back(std::move(value));
    if (list.size() > most_seen) list.erase(list.begin());
}

seen_agent::outgoing_track track_of(const request::AddTrack& added) {
    const auto& codec = added.codec_params();
    track value{added.track().id(),
                added.track().type() == proto::AGENT_TRACK_TYPE_VIDEO   ? track_type::video
                : added.track().type() == proto::AGENT_TRACK_TYPE_AUDIO ? track_type::audio
                                                                        : track_type::unspecified,
                added.track().metadata()};
    return {std::move(value), codec.encoding() == proto::TRACK_ENCODING_OPUS ? "opus" : "pcm16",
            codec.sample_rate(), codec.channels()};
}

std::string authenticated_bytes() {
    proto::AgentResponse response;
    response.mutable_authenticated();
    return response.SerializeAsString();
}

}  // namespace

void agent_socket::on_message(bool is_text, std::string_view payload) {
    request message;
    if (is_text || payload.size() > INT_MAX ||
        !message.ParseFromArray(payload.data(), static_cast<int>(payload.size())))
        return crash();
    if (!authenticated()) {
        const bool has_token = message.has_auth_request();
        const auto token = has_token ? std::optional(message.auth_request().token()) : std::nullopt;
        if (authenticate(token, authenticated_bytes()))
            core_.stats().agents[peer_id()].tracks.clear();
        return;
    }
    seen_agent& seen = core_.stats().agents[peer_id()];
    const auto find = [&](const std::string& id) {
        return std::ranges::find_if(seen.tracks, [&](const seen_agent::outgoing_track& each) {
            return each.value.id == id;
        });
    };
    switch (message.content_case()) {
        case request::kAddTrack: {
            seen.tracks.push_back(track_of(message.add_track()));
            node_.rooms().add_track(room_id(), peer_id(), seen.tracks.back().value);
            break;
        }
        case request::kRemoveTrack: {
            const auto found = find(message.remove_track().track_id());
            if (found == seen.tracks.end()) break;
            node_.rooms().remove_track(room_id(), found->value.id);
            seen.tracks.erase(found);
            ++seen.removed_tracks;
            break;
        }
        case request::kTrackData: {
            const auto found = find(message.track_data().track_id());
            if (found == seen.tracks.end()) break;
            ++seen.received;
            auto& data = *message.mutable_track_data()->mutable_data();
            if (core_.controls().echo_agents) send_track_data(peer_id(), found->value, data);
            keep(seen.packets, {found->value.id, std::move(data)});
            break;
        }
        case request::kInterruptTrack:
            keep(seen.interrupted, message.interrupt_track().track_id());
            break;
        case request::kCaptureImage: {
            ++seen.captures;
            if (core_.controls().image.empty()) break;
            proto::AgentResponse response;
            auto& image = *response.mutable_track_image();
            image.set_track_id(message.capture_image().track_id());
            image.set_content_type(core_.controls().image_type);
            image.set_data(core_.controls().image);
            socket().send(frame_kind::binary, response.SerializeAsString());
            break;
        }
        default:
            core_.log(log_level::warning, "Received unexpected message from agent " + peer_id());
            break;
    }
    core_.changed();
}

void agent_socket::send_track_data(const std::string& peer_id, const track& value,
                                   std::string_view data) {
    proto::AgentResponse response;
    auto& audio = *response.mutable_track_data();
    audio.set_peer_id(peer_id);
    audio.mutable_track()->set_id(value.id);
    audio.mutable_track()->set_type(static_cast<proto::AgentTrackType>(value.type.value()));
    audio.mutable_track()->set_metadata(value.metadata);
    audio.set_data(std::string(data));
    socket().send(frame_kind::binary, response.SerializeAsString());
}

}  // namespace jellyfish::testing::detail
