#include "wire/agent_message.hpp"

#include "wire/field.hpp"
#include "wire/field_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <fishjam/agent_notifications.pb.h>
#include <variant>

namespace jellyfish::detail::wire {
namespace {

namespace proto = jellyfish::fishjam;

using request = proto::AgentRequest;
using response = proto::AgentResponse;
using fishjam::agent_event;
using fishjam::track_data;
using fishjam::track_image;

static_assert(proto::AgentTrackType_MAX == static_cast<int>(track_type::audio));
static_assert(proto::TRACK_ENCODING_PCM16 == static_cast<int>(fishjam::audio_encoding::pcm16));
static_assert(proto::TRACK_ENCODING_OPUS == static_cast<int>(fishjam::audio_encoding::opus));

/// Returns the `T` in `out`, an existing one unchanged, so that its strings keep their memory.
template <class T>
T& as(agent_event& out) {
    T* const same = std::get_if<T>(&out);
    return same != nullptr ? *same : out.emplace<T>();
}

/// Decodes the known fields in ascending order, as all protobuf encoders write them.
bool decode_canonical(std::uint32_t number, std::string_view payload, agent_event& out,
                      unknown_fields unknown) {
    field_reader from(payload, unknown);
    if (number == response::kTrackDataFieldNumber) {
        auto& audio = as<track_data>(out);
        from(1, audio.peer_id);
        from(2, audio.track);
        from.raw(3, audio.data);
    } else if (number == response::kTrackImageFieldNumber) {
        auto& image = as<track_image>(out);
        from(1, image.track_id);
        from(2, image.content_type);
        from.raw(3, image.data);
    } else {
        return false;
    }
    return from.done();
}

/// Decodes any encoding, as `decode_server_message` does.
decoded_response decode_with_protobuf(std::string_view bytes, agent_event& out) {
    response message;
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        return decoded_response::malformed;
    if (message.content_case() == response::kAuthenticated) return decoded_response::authenticated;
    if (message.content_case() == response::CONTENT_NOT_SET) return decoded_response::ignored;
    const std::string canonical = message.SerializeAsString();
    std::string_view rest = canonical;
    const auto content = take_field(rest);
    return content &&
                   decode_canonical(content->number, content->payload, out, unknown_fields::ignored)
               ? decoded_response::event
               : decoded_response::malformed;
}

/// Returns a message that consists of one field, whose only field is the id of a track.
std::string with_track_id(std::uint32_t number, std::string_view track_id) {
    std::string payload;
    append_field(payload, 1, track_id);
    std::string message;
    append_field(message, number, payload);
    return message;
}

std::size_t varint_size(std::uint64_t value) noexcept {
    std::size_t size = 1;
    for (; value >= 0x80; value >>= 7)
        ++size;
    return size;
}

/// The size of a length-delimited field with a number below 16.
std::size_t field_size(std::size_t payload) noexcept { return 1 + varint_size(payload) + payload; }

}  // namespace

decoded_response decode_agent_response(std::string_view bytes, agent_event& out) {
    if (bytes.size() > INT32_MAX) return decoded_response::malformed;
    std::string_view rest = bytes;
    const auto field = take_field(rest);
    if (field && rest.empty() &&
        decode_canonical(field->number, field->payload, out, unknown_fields::rejected))
        return decoded_response::event;
    return decode_with_protobuf(bytes, out);
}

std::string encode_agent_token(std::string_view token) {
    request message;
    message.mutable_auth_request()->set_token(std::string(token));
    return message.SerializeAsString();
}

std::string encode_add_track(std::string_view track_id,
                             const fishjam::agent_track_options& options) {
    request message;
    auto& added = *message.mutable_add_track();
    added.mutable_track()->set_id(std::string(track_id));
    added.mutable_track()->set_type(proto::AGENT_TRACK_TYPE_AUDIO);
    added.mutable_track()->set_metadata(options.metadata());
    auto& codec = *added.mutable_codec_params();
    codec.set_encoding(static_cast<proto::TrackEncoding>(options.encoding()));
    codec.set_sample_rate(options.sample_rate());
    codec.set_channels(options.channels());
    return message.SerializeAsString();
}

std::string encode_remove_track(std::string_view track_id) {
    return with_track_id(request::kRemoveTrackFieldNumber, track_id);
}

std::string encode_interrupt_track(std::string_view track_id) {
    return with_track_id(request::kInterruptTrackFieldNumber, track_id);
}

std::string encode_capture_image(std::string_view track_id) {
    return with_track_id(request::kCaptureImageFieldNumber, track_id);
}

void append_track_data(std::string& to, std::string_view track_id, std::string_view data) {
    append_varint(to, request::kTrackDataFieldNumber << 3 | length_delimited);
    append_varint(to, field_size(track_id.size()) + (data.empty() ? 0 : field_size(data.size())));
    append_field(to, 1, track_id);
    if (!data.empty()) append_field(to, 2, data);
}

}  // namespace jellyfish::detail::wire
