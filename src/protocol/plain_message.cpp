#include "protocol/plain_message.hpp"

#include <jellyfish/server_notifications.pb.h>

#include "protocol/utf8.hpp"
#include "protocol/varint.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace jellyfish::detail {
namespace {

using proto = jellyfish::ServerMessage;

/// Reads the fields of a message one after the other.
class field_reader {
public:
    /// @param ascii Whether the bytes are known to be ASCII alone: then each part is UTF-8.
    explicit field_reader(std::string_view bytes, bool ascii) noexcept
        : rest_(bytes), ascii_(ascii) {}
    /// In a short message lengths are ASCII too, so that all can be looked at in one go.
    explicit field_reader(std::string_view bytes) noexcept
        : field_reader(bytes, bytes.size() <= short_message && is_ascii(bytes)) {}

    /// Whether the next field has this number, and a length.
    [[nodiscard]] bool next_is(unsigned number) const noexcept {
        return !rest_.empty() && byte_at(0) == (number << 3 | 2U);
    }

    /// The bytes of the next field, when it has this number, and otherwise none.
    [[nodiscard]] std::string_view bytes(unsigned number) noexcept {
        if (!next_is(number)) return {};
        rest_.remove_prefix(1);
        const auto length = read_varint(rest_);
        if (!length || *length > rest_.size()) return fail();
        const std::string_view found = rest_.substr(0, *length);
        rest_.remove_prefix(*length);
        return found;
    }

    /// As `bytes`, put into a string.
    void string(unsigned number, std::string& to) {
        const std::string_view found = bytes(number);
        if (!ascii_ && !is_utf8(found)) good_ = false;
        to.assign(found);
    }

    /// A number up to `largest`, which is below 128, and 0 when the next field is another.
    [[nodiscard]] unsigned small(unsigned number, unsigned largest) noexcept {
        if (rest_.size() < 2 || byte_at(0) != number << 3) return 0;
        const unsigned found = byte_at(1);
        if (found > largest) good_ = false;
        rest_.remove_prefix(2);
        return found;
    }

    /// Whether all was read and nothing was wrong.
    [[nodiscard]] bool done() const noexcept { return good_ && rest_.empty(); }

    [[nodiscard]] bool ascii() const noexcept { return ascii_; }

private:
    static constexpr std::size_t short_message = 512;

    [[nodiscard]] unsigned byte_at(std::size_t i) const noexcept {
        return static_cast<unsigned char>(rest_[i]);
    }

    std::string_view fail() noexcept {
        good_ = false;
        return {};
    }

    std::string_view rest_;
    bool ascii_;
    bool good_ = true;
};

/// Exchanges the strings that most kinds have with others.
template <class T>
void exchange_ids(T& of, std::string& room_id, std::string& other_id) noexcept {
    if constexpr (requires { of.room_id; }) of.room_id.swap(room_id);
    if constexpr (requires { of.peer_id; }) of.peer_id.swap(other_id);
    if constexpr (requires { of.component_id; }) of.component_id.swap(other_id);
    if constexpr (requires { of.endpoint; }) of.endpoint.id.swap(other_id);
}

/// Of any kind. Once for all that follow it: the code for each pair of kinds would be much.
void exchange_ids_of(notification& of, std::string& room_id, std::string& other_id) noexcept {
    std::visit([&](auto& kind) { exchange_ids(kind, room_id, other_id); }, of);
}

/// The notification's content as one of this kind: what it was, if it was one, and else with the
/// memory of its ids.
template <class T>
T& as(notification& out) {
    if (T* const same = std::get_if<T>(&out)) return *same;
    std::string room_id;
    std::string other_id;
    exchange_ids_of(out, room_id, other_id);
    T& made = out.emplace<T>();
    exchange_ids(made, room_id, other_id);
    return made;
}

template <class T>
bool read_room(field_reader from, T& to) {
    from.string(1, to.room_id);
    return from.done();
}

template <class T>
bool read_peer(field_reader from, T& to) {
    from.string(1, to.room_id);
    from.string(2, to.peer_id);
    return from.done();
}

template <class T>
bool read_component(field_reader from, T& to) {
    from.string(1, to.room_id);
    from.string(2, to.component_id);
    return from.done();
}

bool read_with(field_reader from, peer_crashed& to) {
    from.string(1, to.room_id);
    from.string(2, to.peer_id);
    from.string(3, to.reason);
    return from.done();
}

bool read_with(field_reader from, peer_metadata_updated& to) {
    from.string(1, to.room_id);
    from.string(2, to.peer_id);
    from.string(3, to.metadata);
    return from.done();
}

bool read_with(field_reader from, metrics_report& to) {
    from.string(1, to.metrics);
    return from.done();
}

void read_endpoint(field_reader& from, track_endpoint& to) {
    using kind = track_endpoint::kind;
    // One after the other would be right for protobuf, and the last one would count.
    to.type = from.next_is(2) ? kind::peer_id : from.next_is(3) ? kind::component_id : kind::none;
    from.string(to.type == kind::peer_id ? 2 : 3, to.id);
}

template <class T>
bool read_track(field_reader from, T& to) {
    from.string(1, to.room_id);
    read_endpoint(from, to.endpoint);
    field_reader track(from.bytes(4), from.ascii());
    track.string(1, to.track.id);
    to.track.type = static_cast<track_type>(track.small(2, proto::TrackType_MAX));
    track.string(3, to.track.metadata);
    return track.done() && from.done();
}

}  // namespace

bool decode_plain(std::uint32_t number, std::string_view payload, notification& out) {
    const field_reader from(payload);
    switch (number) {
        case proto::kRoomCrashed:
            return read_room(from, as<room_crashed>(out));
        case proto::kPeerConnected:
            return read_peer(from, as<peer_connected>(out));
        case proto::kPeerDisconnected:
            return read_peer(from, as<peer_disconnected>(out));
        case proto::kPeerCrashed:
            return read_with(from, as<peer_crashed>(out));
        case proto::kComponentCrashed:
            return read_component(from, as<component_crashed>(out));
        case proto::kRoomCreated:
            return read_room(from, as<room_created>(out));
        case proto::kRoomDeleted:
            return read_room(from, as<room_deleted>(out));
        case proto::kMetricsReport:
            return read_with(from, as<metrics_report>(out));
        case proto::kHlsPlayable:
            return read_component(from, as<hls_playable>(out));
        case proto::kHlsUploaded:
            return read_room(from, as<hls_uploaded>(out));
        case proto::kHlsUploadCrashed:
            return read_room(from, as<hls_upload_crashed>(out));
        case proto::kPeerMetadataUpdated:
            return read_with(from, as<peer_metadata_updated>(out));
        case proto::kTrackAdded:
            return read_track(from, as<track_added>(out));
        case proto::kTrackRemoved:
            return read_track(from, as<track_removed>(out));
        case proto::kTrackMetadataUpdated:
            return read_track(from, as<track_metadata_updated>(out));
        case proto::kPeerAdded:
            return read_peer(from, as<peer_added>(out));
        case proto::kPeerDeleted:
            return read_peer(from, as<peer_deleted>(out));
        default:
            return false;
    }
}

}  // namespace jellyfish::detail
