#include "protocol/server_message.hpp"

#include <jellyfish/server_notifications.pb.h>

#include "protocol/plain_message.hpp"
#include "protocol/varint.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

namespace jellyfish::detail {
namespace {

using proto = jellyfish::ServerMessage;

// ---- from protobuf: the strings are moved out of the parsed message

template <class To, class From>
To with_room(From& from) {
    return To{std::move(*from.mutable_room_id())};
}

template <class To, class From>
To with_peer(From& from) {
    return To{std::move(*from.mutable_room_id()), std::move(*from.mutable_peer_id())};
}

template <class To, class From>
To with_component(From& from) {
    return To{std::move(*from.mutable_room_id()), std::move(*from.mutable_component_id())};
}

open_enum<track_type> track_type_of(int type) {
    if (proto::TrackType_IsValid(type)) return static_cast<track_type>(type);
    return open_enum<track_type>(std::to_string(type));
}

/// The other way round: a type that is not known may come from a later server, as its number.
int number_of(const open_enum<track_type>& type) noexcept {
    if (type != track_type::unknown) return static_cast<int>(type.value());
    const std::string_view digits = type.text();
    int number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return read.ec == std::errc() ? number : 0;
}

template <class To, class From>
To with_track(From& from) {
    To to;
    to.room_id = std::move(*from.mutable_room_id());
    switch (from.endpoint_info_case()) {
        case From::kPeerId:
            to.endpoint = {track_endpoint::kind::peer_id, std::move(*from.mutable_peer_id())};
            break;
        case From::kComponentId:
            to.endpoint = {track_endpoint::kind::component_id,
                           std::move(*from.mutable_component_id())};
            break;
        case From::ENDPOINT_INFO_NOT_SET:
            break;
    }
    if (from.has_track()) {
        auto& track = *from.mutable_track();
        to.track = {std::move(*track.mutable_id()), track_type_of(track.type()),
                    std::move(*track.mutable_metadata())};
    }
    return to;
}

room_created take(proto::RoomCreated& m) { return with_room<room_created>(m); }
room_deleted take(proto::RoomDeleted& m) { return with_room<room_deleted>(m); }
room_crashed take(proto::RoomCrashed& m) { return with_room<room_crashed>(m); }
hls_uploaded take(proto::HlsUploaded& m) { return with_room<hls_uploaded>(m); }
hls_upload_crashed take(proto::HlsUploadCrashed& m) { return with_room<hls_upload_crashed>(m); }
peer_added take(proto::PeerAdded& m) { return with_peer<peer_added>(m); }
peer_deleted take(proto::PeerDeleted& m) { return with_peer<peer_deleted>(m); }
peer_connected take(proto::PeerConnected& m) { return with_peer<peer_connected>(m); }
peer_disconnected take(proto::PeerDisconnected& m) { return with_peer<peer_disconnected>(m); }
component_crashed take(proto::ComponentCrashed& m) { return with_component<component_crashed>(m); }
hls_playable take(proto::HlsPlayable& m) { return with_component<hls_playable>(m); }
track_added take(proto::TrackAdded& m) { return with_track<track_added>(m); }
track_removed take(proto::TrackRemoved& m) { return with_track<track_removed>(m); }
track_metadata_updated take(proto::TrackMetadataUpdated& m) {
    return with_track<track_metadata_updated>(m);
}

peer_crashed take(proto::PeerCrashed& m) {
    return {std::move(*m.mutable_room_id()), std::move(*m.mutable_peer_id()),
            std::move(*m.mutable_reason())};
}

peer_metadata_updated take(proto::PeerMetadataUpdated& m) {
    return {std::move(*m.mutable_room_id()), std::move(*m.mutable_peer_id()),
            std::move(*m.mutable_metadata())};
}

metrics_report take(proto::MetricsReport& m) { return {std::move(*m.mutable_metrics())}; }

authenticated take(proto::Authenticated&) { return {}; }
auth_request take(proto::AuthRequest& m) { return {std::move(*m.mutable_token())}; }
subscribe_request take(proto::SubscribeRequest& m) { return {static_cast<int>(m.event_type())}; }
subscribe_response take(proto::SubscribeResponse& m) { return {static_cast<int>(m.event_type())}; }

template <class T>
inline constexpr bool is_control = std::is_constructible_v<control_message, T>;

template <class Message>
decoded hand_out(Message& message, notification& out, control_message& control) {
    if constexpr (is_control<decltype(take(message))>) {
        control = take(message);
        return decoded::control;
    } else {
        out = take(message);
        return decoded::notification;
    }
}

// ---- to protobuf

template <class To, class From>
void put_track(To& to, const From& from) {
    to.set_room_id(from.room_id);
    if (from.endpoint.is_peer()) to.set_peer_id(from.endpoint.id);
    if (from.endpoint.is_component()) to.set_component_id(from.endpoint.id);
    to.mutable_track()->set_id(from.track.id);
    to.mutable_track()->set_type(static_cast<proto::TrackType>(number_of(from.track.type)));
    to.mutable_track()->set_metadata(from.track.metadata);
}

template <class To, class From>
void put_peer(To& to, const From& from) {
    to.set_room_id(from.room_id);
    to.set_peer_id(from.peer_id);
}

template <class To, class From>
void put_component(To& to, const From& from) {
    to.set_room_id(from.room_id);
    to.set_component_id(from.component_id);
}

struct encoder {
    proto message;

    void operator()(const room_created& v) {
        message.mutable_room_created()->set_room_id(v.room_id);
    }
    void operator()(const room_deleted& v) {
        message.mutable_room_deleted()->set_room_id(v.room_id);
    }
    void operator()(const room_crashed& v) {
        message.mutable_room_crashed()->set_room_id(v.room_id);
    }
    void operator()(const hls_uploaded& v) {
        message.mutable_hls_uploaded()->set_room_id(v.room_id);
    }
    void operator()(const hls_upload_crashed& v) {
        message.mutable_hls_upload_crashed()->set_room_id(v.room_id);
    }
    void operator()(const peer_added& v) { put_peer(*message.mutable_peer_added(), v); }
    void operator()(const peer_deleted& v) { put_peer(*message.mutable_peer_deleted(), v); }
    void operator()(const peer_connected& v) { put_peer(*message.mutable_peer_connected(), v); }
    void operator()(const peer_disconnected& v) {
        put_peer(*message.mutable_peer_disconnected(), v);
    }
    void operator()(const peer_crashed& v) {
        put_peer(*message.mutable_peer_crashed(), v);
        message.mutable_peer_crashed()->set_reason(v.reason);
    }
    void operator()(const peer_metadata_updated& v) {
        put_peer(*message.mutable_peer_metadata_updated(), v);
        message.mutable_peer_metadata_updated()->set_metadata(v.metadata);
    }
    void operator()(const component_crashed& v) {
        put_component(*message.mutable_component_crashed(), v);
    }
    void operator()(const hls_playable& v) { put_component(*message.mutable_hls_playable(), v); }
    void operator()(const track_added& v) { put_track(*message.mutable_track_added(), v); }
    void operator()(const track_removed& v) { put_track(*message.mutable_track_removed(), v); }
    void operator()(const track_metadata_updated& v) {
        put_track(*message.mutable_track_metadata_updated(), v);
    }
    void operator()(const metrics_report& v) {
        message.mutable_metrics_report()->set_metrics(v.metrics);
    }
    void operator()(const unknown_notification&) {}
    void operator()(const disconnected&) {}
    void operator()(const reconnected&) {}
    void operator()(const dropped&) {}
    void operator()(const room_refreshed&) {}

    void operator()(const no_content&) {}
    void operator()(const authenticated&) { message.mutable_authenticated(); }
    void operator()(const auth_request& v) { message.mutable_auth_request()->set_token(v.token); }
    void operator()(const subscribe_request& v) {
        message.mutable_subscribe_request()->set_event_type(static_cast<proto::EventType>(v.type));
    }
    void operator()(const subscribe_response& v) {
        message.mutable_subscribe_response()->set_event_type(static_cast<proto::EventType>(v.type));
    }
};

// ---- the outer message, by hand

struct only_field {
    std::uint32_t number;
    std::string_view payload;
};

/// The message's one length-delimited field, when that is all there is: the form that servers send.
std::optional<only_field> read_only_field(std::string_view bytes) noexcept {
    constexpr std::uint64_t length_delimited = 2;
    const auto tag = read_varint(bytes);
    if (!tag || (*tag & 7) != length_delimited || *tag >> 3 == 0 || *tag > UINT32_MAX) return {};
    const auto length = read_varint(bytes);
    if (!length || *length != bytes.size()) return {};
    return only_field{static_cast<std::uint32_t>(*tag >> 3), bytes};
}

}  // namespace

/// One kept object for each kind of message: parsing into it reuses its memory.
struct server_message_decoder::scratch {
    proto whole;
    proto::RoomCrashed room_crashed;
    proto::PeerConnected peer_connected;
    proto::PeerDisconnected peer_disconnected;
    proto::PeerCrashed peer_crashed;
    proto::ComponentCrashed component_crashed;
    proto::Authenticated authenticated;
    proto::AuthRequest auth_request;
    proto::SubscribeRequest subscribe_request;
    proto::SubscribeResponse subscribe_response;
    proto::RoomCreated room_created;
    proto::RoomDeleted room_deleted;
    proto::MetricsReport metrics_report;
    proto::HlsPlayable hls_playable;
    proto::HlsUploaded hls_uploaded;
    proto::HlsUploadCrashed hls_upload_crashed;
    proto::PeerMetadataUpdated peer_metadata_updated;
    proto::TrackAdded track_added;
    proto::TrackRemoved track_removed;
    proto::TrackMetadataUpdated track_metadata_updated;
    proto::PeerAdded peer_added;
    proto::PeerDeleted peer_deleted;

    /// Calls `visit` with the kept object for a field of the oneof, or with nothing.
    template <class Visitor>
    decoded inner(std::uint32_t number, Visitor visit) {
        switch (number) {
            case proto::kRoomCrashed:
                return visit(room_crashed);
            case proto::kPeerConnected:
                return visit(peer_connected);
            case proto::kPeerDisconnected:
                return visit(peer_disconnected);
            case proto::kPeerCrashed:
                return visit(peer_crashed);
            case proto::kComponentCrashed:
                return visit(component_crashed);
            case proto::kAuthenticated:
                return visit(authenticated);
            case proto::kAuthRequest:
                return visit(auth_request);
            case proto::kSubscribeRequest:
                return visit(subscribe_request);
            case proto::kSubscribeResponse:
                return visit(subscribe_response);
            case proto::kRoomCreated:
                return visit(room_created);
            case proto::kRoomDeleted:
                return visit(room_deleted);
            case proto::kMetricsReport:
                return visit(metrics_report);
            case proto::kHlsPlayable:
                return visit(hls_playable);
            case proto::kHlsUploaded:
                return visit(hls_uploaded);
            case proto::kHlsUploadCrashed:
                return visit(hls_upload_crashed);
            case proto::kPeerMetadataUpdated:
                return visit(peer_metadata_updated);
            case proto::kTrackAdded:
                return visit(track_added);
            case proto::kTrackRemoved:
                return visit(track_removed);
            case proto::kTrackMetadataUpdated:
                return visit(track_metadata_updated);
            case proto::kPeerAdded:
                return visit(peer_added);
            case proto::kPeerDeleted:
                return visit(peer_deleted);
            default:
                return visit();
        }
    }
};

namespace {

/// Parses a field's payload into the kept object of its kind and hands it out.
struct parse_field {
    std::string_view whole;
    std::string_view payload;
    notification& out;
    control_message& control;

    template <class Message>
    decoded operator()(Message& message) const {
        if (!message.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
            return decoded::malformed;
        }
        return hand_out(message, out, control);
    }

    decoded operator()() const {
        out = unknown_notification{std::string(whole)};
        return decoded::notification;
    }
};

/// Hands out the content of a whole parsed message.
struct take_content {
    proto& whole;
    std::string_view bytes;
    notification& out;
    control_message& control;

    decoded operator()() const {
        switch (whole.content_case()) {
            case proto::kRoomCrashed:
                return give(*whole.mutable_room_crashed());
            case proto::kPeerConnected:
                return give(*whole.mutable_peer_connected());
            case proto::kPeerDisconnected:
                return give(*whole.mutable_peer_disconnected());
            case proto::kPeerCrashed:
                return give(*whole.mutable_peer_crashed());
            case proto::kComponentCrashed:
                return give(*whole.mutable_component_crashed());
            case proto::kAuthenticated:
                return give(*whole.mutable_authenticated());
            case proto::kAuthRequest:
                return give(*whole.mutable_auth_request());
            case proto::kSubscribeRequest:
                return give(*whole.mutable_subscribe_request());
            case proto::kSubscribeResponse:
                return give(*whole.mutable_subscribe_response());
            case proto::kRoomCreated:
                return give(*whole.mutable_room_created());
            case proto::kRoomDeleted:
                return give(*whole.mutable_room_deleted());
            case proto::kMetricsReport:
                return give(*whole.mutable_metrics_report());
            case proto::kHlsPlayable:
                return give(*whole.mutable_hls_playable());
            case proto::kHlsUploaded:
                return give(*whole.mutable_hls_uploaded());
            case proto::kHlsUploadCrashed:
                return give(*whole.mutable_hls_upload_crashed());
            case proto::kPeerMetadataUpdated:
                return give(*whole.mutable_peer_metadata_updated());
            case proto::kTrackAdded:
                return give(*whole.mutable_track_added());
            case proto::kTrackRemoved:
                return give(*whole.mutable_track_removed());
            case proto::kTrackMetadataUpdated:
                return give(*whole.mutable_track_metadata_updated());
            case proto::kPeerAdded:
                return give(*whole.mutable_peer_added());
            case proto::kPeerDeleted:
                return give(*whole.mutable_peer_deleted());
            case proto::CONTENT_NOT_SET:
                break;
        }
        if (bytes.empty()) {
            control = no_content{};
            return decoded::control;
        }
        out = unknown_notification{std::string(bytes)};
        return decoded::notification;
    }

    template <class Message>
    decoded give(Message& message) const {
        return hand_out(message, out, control);
    }
};

}  // namespace

server_message_decoder::server_message_decoder() : scratch_(std::make_unique<scratch>()) {}
server_message_decoder::~server_message_decoder() = default;
server_message_decoder::server_message_decoder(server_message_decoder&&) noexcept = default;
server_message_decoder& server_message_decoder::operator=(server_message_decoder&&) noexcept =
    default;

decoded server_message_decoder::decode(std::string_view bytes, notification& out,
                                       control_message& control) {
    if (bytes.size() > INT32_MAX) return decoded::malformed;
    if (const auto field = read_only_field(bytes)) {
        if (decode_plain(field->number, field->payload, out)) return decoded::notification;
        return scratch_->inner(field->number, parse_field{bytes, field->payload, out, control});
    }
    // Several fields, or bytes that are no message: protobuf knows all the rules.
    if (!scratch_->whole.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return decoded::malformed;
    }
    return take_content{scratch_->whole, bytes, out, control}();
}

std::string encode(const notification& value) {
    if (const auto* unknown = std::get_if<unknown_notification>(&value)) return unknown->bytes;
    encoder visitor;
    std::visit(visitor, value);
    return visitor.message.SerializeAsString();
}

std::string encode(const control_message& value) {
    encoder visitor;
    std::visit(visitor, value);
    return visitor.message.SerializeAsString();
}

}  // namespace jellyfish::detail
