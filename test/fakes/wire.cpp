#include "fakes/wire.hpp"

#include <stdexcept>

namespace jellyfish::test {
namespace {

unsigned nibble(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    throw std::runtime_error("not a hexadecimal digit");
}

std::string big_endian(std::uint64_t value, unsigned bytes) {
    std::string out;
    for (unsigned i = bytes; i-- > 0;)
        out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
    return out;
}

/// Reads from the front of a byte string.
class reader {
public:
    explicit reader(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] bool empty() const { return bytes_.empty(); }

    std::string_view take(std::uint64_t count) {
        if (count > bytes_.size()) throw std::runtime_error("incomplete frame");
        const std::string_view result = bytes_.substr(0, static_cast<std::size_t>(count));
        bytes_.remove_prefix(result.size());
        return result;
    }

    std::uint64_t number(unsigned count) {
        std::uint64_t value = 0;
        for (const char c : take(count))
            value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }

private:
    std::string_view bytes_;
};

std::uint64_t client_length(reader& in, std::uint64_t short_length) {
    if (short_length < 126) return short_length;
    const bool wide = short_length == 127;
    const std::uint64_t length = in.number(wide ? 8 : 2);
    if (length < (wide ? 65'536u : 126u)) {
        throw std::runtime_error("a length in a longer form than needed");
    }
    return length;
}

std::string optional_field(unsigned number, std::string_view value) {
    return value.empty() ? std::string() : bytes_field(number, value);
}

std::string room(std::string_view room_id) { return optional_field(1, room_id); }

std::string two(std::string_view first, std::string_view second) {
    return optional_field(1, first) + optional_field(2, second);
}

template <class Enum>
std::string enum_field(unsigned number, const open_enum<Enum>& value) {
    if (value == Enum::unspecified) return {};
    // A later server's value has its number as text; a negative one takes 64 bits.
    const std::int64_t sent = value == Enum::unknown ? std::stoll(std::string(value.text()))
                                                     : static_cast<std::int64_t>(value.value());
    return varint_field(number, static_cast<std::uint64_t>(sent));
}

template <class PeerEvent>
std::string peer_event(const PeerEvent& v) {
    return two(v.room_id, v.peer_id) + enum_field(3, v.peer_type);
}

std::string track_field(unsigned number, const track& v) {
    return bytes_field(
        number, optional_field(1, v.id) + enum_field(2, v.type) + optional_field(3, v.metadata));
}

std::string track_field(unsigned number, const optional_track& v) {
    return v ? track_field(number, *v) : std::string();
}

template <class EndpointEvent>
std::string endpoint_event(const EndpointEvent& v) {
    std::string out = room(v.room_id);
    if (v.endpoint.is_peer()) out += bytes_field(2, v.endpoint.id);
    if (v.endpoint.is_component()) out += bytes_field(3, v.endpoint.id);
    return out;
}

template <class TrackEvent>
std::string track_event(const TrackEvent& v) {
    return endpoint_event(v) + track_field(4, v.track);
}

template <class ChannelEvent>
std::string channel_event(const ChannelEvent& v) {
    return endpoint_event(v) + optional_field(4, v.channel_id);
}

template <class ForwardingEvent>
std::string forwarding_event(const ForwardingEvent& v) {
    return two(v.room_id, v.peer_id) + optional_field(3, v.composition_url) +
           optional_field(4, v.input_id);
}

}  // namespace

std::string from_hex(std::string_view hex) {
    if (hex.size() % 2 != 0) throw std::runtime_error("an odd number of hexadecimal digits");
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        out.push_back(static_cast<char>(nibble(hex[i]) << 4 | nibble(hex[i + 1])));
    }
    return out;
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
        out.push_back(digits[static_cast<unsigned char>(c) & 0xf]);
    }
    return out;
}

std::string frame(unsigned opcode, std::string_view payload, bool fin, length_form form) {
    if (form == length_form::shortest) {
        form = payload.size() < 126      ? length_form::bits_7
               : payload.size() < 65'536 ? length_form::bits_16
                                         : length_form::bits_64;
    }
    std::string out(1, static_cast<char>((fin ? 0x80 : 0) | opcode));
    switch (form) {
        case length_form::shortest:
        case length_form::bits_7:
            out += big_endian(payload.size(), 1);
            break;
        case length_form::bits_16:
            out += '\x7e' + big_endian(payload.size(), 2);
            break;
        case length_form::bits_64:
            out += '\x7f' + big_endian(payload.size(), 8);
            break;
    }
    return out.append(payload);
}

std::string close_payload(unsigned code, std::string_view reason) {
    return big_endian(code, 2).append(reason);
}

std::vector<client_frame> parse_client_frames(std::string_view bytes) {
    std::vector<client_frame> frames;
    for (reader in(bytes); !in.empty();) {
        const std::uint64_t first = in.number(1);
        const std::uint64_t second = in.number(1);
        if ((first & 0x70) != 0) throw std::runtime_error("a reserved bit is set");
        if ((second & 0x80) == 0) throw std::runtime_error("a client's frame is not masked");
        client_frame f;
        f.opcode = static_cast<unsigned>(first & 0xf);
        f.fin = (first & 0x80) != 0;
        const std::uint64_t length = client_length(in, second & 0x7f);
        const std::string_view key = in.take(4);
        f.mask = static_cast<std::uint32_t>(reader(key).number(4));
        f.payload = in.take(length);
        for (std::size_t i = 0; i < f.payload.size(); ++i) {
            f.payload[i] = static_cast<char>(f.payload[i] ^ key[i % 4]);
        }
        frames.push_back(std::move(f));
    }
    return frames;
}

std::string varint(std::uint64_t value) {
    std::string out;
    for (; value > 0x7f; value >>= 7)
        out.push_back(static_cast<char>((value & 0x7f) | 0x80));
    out.push_back(static_cast<char>(value));
    return out;
}

std::string varint_field(unsigned number, std::uint64_t value) {
    return varint(number << 3) + varint(value);
}

std::string bytes_field(unsigned number, std::string_view value) {
    return (varint(number << 3 | 2) + varint(value.size())).append(value);
}

std::string authenticated_bytes() { return bytes_field(6, ""); }

std::string auth_request_bytes(std::string_view token) {
    return bytes_field(7, optional_field(1, token));
}

std::string subscribe_request_bytes(unsigned event_type) {
    return bytes_field(8, varint_field(1, event_type));
}

std::string subscribe_response_bytes(unsigned event_type) {
    return bytes_field(9, varint_field(1, event_type));
}

std::string notification_bytes(const notification& value) {
    return std::visit(
        overloaded{
            [](const room_crashed& v) { return bytes_field(1, room(v.room_id)); },
            [](const peer_connected& v) { return bytes_field(2, peer_event(v)); },
            [](const peer_disconnected& v) { return bytes_field(3, peer_event(v)); },
            [](const peer_crashed& v) {
                return bytes_field(4, two(v.room_id, v.peer_id) + optional_field(3, v.reason) +
                                          enum_field(4, v.peer_type));
            },
            [](const component_crashed& v) {
                return bytes_field(5, two(v.room_id, v.component_id));
            },
            [](const room_created& v) { return bytes_field(10, room(v.room_id)); },
            [](const room_deleted& v) { return bytes_field(11, room(v.room_id)); },
            [](const metrics_report& v) { return bytes_field(12, optional_field(1, v.metrics)); },
            [](const hls_playable& v) { return bytes_field(13, two(v.room_id, v.component_id)); },
            [](const hls_uploaded& v) { return bytes_field(14, room(v.room_id)); },
            [](const hls_upload_crashed& v) { return bytes_field(15, room(v.room_id)); },
            [](const peer_metadata_updated& v) {
                return bytes_field(16, two(v.room_id, v.peer_id) + optional_field(3, v.metadata) +
                                           enum_field(4, v.peer_type));
            },
            [](const track_added& v) { return bytes_field(17, track_event(v)); },
            [](const track_removed& v) { return bytes_field(18, track_event(v)); },
            [](const track_metadata_updated& v) { return bytes_field(19, track_event(v)); },
            [](const peer_added& v) { return bytes_field(20, peer_event(v)); },
            [](const peer_deleted& v) { return bytes_field(21, peer_event(v)); },
            [](const stream_connected& v) {
                return bytes_field(22, optional_field(1, v.stream_id));
            },
            [](const stream_disconnected& v) {
                return bytes_field(23, optional_field(1, v.stream_id));
            },
            [](const viewer_connected& v) {
                return bytes_field(24, two(v.stream_id, v.viewer_id));
            },
            [](const viewer_disconnected& v) {
                return bytes_field(25, two(v.stream_id, v.viewer_id));
            },
            [](const streamer_connected& v) {
                return bytes_field(26, two(v.stream_id, v.streamer_id));
            },
            [](const streamer_disconnected& v) {
                return bytes_field(27, two(v.stream_id, v.streamer_id));
            },
            [](const channel_added& v) { return bytes_field(28, channel_event(v)); },
            [](const channel_removed& v) { return bytes_field(29, channel_event(v)); },
            [](const track_forwarding& v) {
                return bytes_field(30, forwarding_event(v) + track_field(5, v.audio_track) +
                                           track_field(6, v.video_track));
            },
            [](const track_forwarding_removed& v) { return bytes_field(31, forwarding_event(v)); },
            [](const vad_notification& v) {
                return bytes_field(32, two(v.room_id, v.peer_id) + optional_field(3, v.track_id) +
                                           enum_field(4, v.status));
            },
            [](const recording_status_changed& v) {
                return bytes_field(34, optional_field(1, v.recording_id) + enum_field(2, v.status) +
                                           optional_field(3, v.metadata));
            },
            [](const unknown_notification& v) { return v.bytes; },
            [](const disconnected&) -> std::string { throw std::logic_error("not of the wire"); },
            [](const reconnected&) -> std::string { throw std::logic_error("not of the wire"); },
            [](const dropped&) -> std::string { throw std::logic_error("not of the wire"); },
        },
        value);
}

std::string batch_bytes(const std::vector<std::string>& parts) {
    std::string all;
    for (const std::string& part : parts)
        all += bytes_field(1, part);
    return bytes_field(33, all);
}

const std::vector<notification>& sample_notifications() {
    static const std::string room = "fbf4190c-5c76-415c-8939-52c6ed20868b";
    static const std::string peer = "c7236587-5df8-4b41-b6e4-268e71133ee2";
    static const std::vector<notification> samples = {
        room_created{room},
        room_deleted{room},
        room_crashed{room},
        peer_added{room, peer},
        peer_deleted{room, peer},
        peer_connected{room, peer},
        peer_disconnected{room, peer},
        peer_crashed{room, peer, "a reason"},
        peer_metadata_updated{room, peer, R"({"name":"Ala ma kota: zażółć"})"},
        component_crashed{room, "a-component"},
        track_added{room, {endpoint_kind::peer, peer}, {"track-1", track_type::video, "null"}},
        track_added{
            room, {endpoint_kind::component, "c"}, {"track-2", track_type::audio, R"({"a":1})"}},
        track_added{
            room, {endpoint_kind::unspecified, ""}, {"track-3", track_type::unspecified, ""}},
        track_removed{room, {endpoint_kind::peer, peer}, {"track-1", track_type::video, "null"}},
        track_metadata_updated{
            room, {endpoint_kind::peer, peer}, {"track-1", track_type::video, "[]"}},
        hls_playable{room, "a-component"},
        hls_uploaded{room},
        hls_upload_crashed{room},
        peer_added{room, peer, peer_type::webrtc},
        peer_deleted{room, peer, peer_type::agent},
        peer_connected{room, peer, peer_type::vapi},
        peer_disconnected{room, peer, open_enum<peer_type>("4")},
        peer_crashed{room, peer, "a reason", peer_type::agent},
        peer_metadata_updated{room, peer, "null", peer_type::webrtc},
        stream_connected{"a-stream"},
        stream_disconnected{"a-stream"},
        viewer_connected{"a-stream", "a-viewer"},
        viewer_disconnected{"a-stream", "a-viewer"},
        streamer_connected{"a-stream", "a-streamer"},
        streamer_disconnected{"a-stream", "a-streamer"},
        channel_added{room, {endpoint_kind::peer, peer}, "a-channel"},
        channel_removed{room, {endpoint_kind::component, "c"}, "a-channel"},
        track_forwarding{room, peer, "https://composition/1", "an-input",
                         track{"track-1", track_type::audio, "null"},
                         track{"track-2", track_type::video, "{}"}},
        track_forwarding{room,
                         peer,
                         "https://composition/1",
                         "an-input",
                         {},
                         track{"track-2", track_type::video, "{}"}},
        track_forwarding_removed{room, peer, "https://composition/1", "an-input"},
        vad_notification{room, peer, "track-1", vad_status::speech},
        vad_notification{room, peer, "track-1", open_enum<vad_status>("-1")},
        recording_status_changed{"a-recording", recording_status::available, R"({"a":1})"},
        metrics_report{R"({"room_id=a":{"endpoint_id=b":{"ice.bytes_sent":1}}})"},
    };
    return samples;
}

}  // namespace jellyfish::test
