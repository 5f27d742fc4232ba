#include "wire/server_message.hpp"

#include <jellyfish/server_notifications.pb.h>

#include "model/notification_table.hpp"
#include "wire/fast_decode.hpp"
#include "wire/field.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

namespace jellyfish::detail::wire {
namespace {

using proto = jellyfish::ServerMessage;

/// The number of the parts of a batch.
constexpr std::uint32_t part_number = proto::NotificationBatch::kNotificationsFieldNumber;

/// Returns the number of an enumerator; for an unknown one, the number that the server sent.
template <class Enum>
int number_of(const open_enum<Enum>& value) noexcept {
    if (value != Enum::unknown) return static_cast<int>(value.value());
    const std::string_view digits = value.text();
    int number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return read.ec == std::errc() ? number : 0;
}

/// Appends the members of a message, except those with their default value.
struct member_writer {
    std::string& to;

    void operator()(std::uint32_t number, const std::string& text) const {
        if (!text.empty()) put(number, text);
    }

    /// The active member of a oneof is written even if it is empty.
    void operator()(std::uint32_t peer_number, const track_endpoint& endpoint) const {
        if (endpoint.is_peer()) put(peer_number, endpoint.id);
        if (endpoint.is_component()) put(peer_number + 1, endpoint.id);
    }

    void operator()(std::uint32_t number, const track& value) const {
        std::string payload;
        const member_writer member{payload};
        member(1, value.id);
        member(2, value.type);
        member(3, value.metadata);
        put(number, payload);
    }

    void operator()(std::uint32_t number, const optional_track& value) const {
        if (value) (*this)(number, *value);
    }

    template <class Enum>
    void operator()(std::uint32_t number, const open_enum<Enum>& value) const {
        const int found = number_of(value);
        if (found == 0) return;
        append_varint(to, number << 3);
        append_varint(to, static_cast<std::uint64_t>(std::int64_t{found}));
    }

    void put(std::uint32_t number, std::string_view payload) const {
        append_field(to, number, payload);
    }
};

control_message control_of(proto& message) {
    switch (message.content_case()) {
        case proto::kAuthenticated:
            return authenticated{};
        case proto::kAuthRequest:
            return auth_request{std::move(*message.mutable_auth_request()->mutable_token())};
        case proto::kSubscribeRequest:
            return subscribe_request{static_cast<int>(message.subscribe_request().event_type())};
        case proto::kSubscribeResponse:
            return subscribe_response{static_cast<int>(message.subscribe_response().event_type())};
        case proto::kNotificationBatch: {
            notification_batch batch;
            for (const std::string& part : message.notification_batch().notifications())
                batch.add(part);
            return batch;
        }
        default:
            return no_content{};
    }
}

/// Decodes any encoding. Protobuf's serialization of the parsed message is canonical, except for
/// unknown fields.
decoded decode_with_protobuf(std::string_view bytes, notification& out, control_message& control) {
    proto message;
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        return decoded::malformed;
    const bool unknown = message.content_case() == proto::CONTENT_NOT_SET && !bytes.empty();
    if (unknown) {
        out = unknown_notification{std::string(bytes)};
        return decoded::notification;
    }
    control = control_of(message);
    if (std::holds_alternative<notification_batch>(control)) return decoded::batch;
    if (bytes.empty() || !std::holds_alternative<no_content>(control)) return decoded::control;
    const std::string canonical = message.SerializeAsString();
    std::string_view rest = canonical;
    const auto content = take_field(rest);
    return content &&
                   decode_canonical(content->number, content->payload, out, unknown_fields::ignored)
               ? decoded::notification
               : decoded::malformed;
}

}  // namespace

decoded decode_server_message(std::string_view bytes, notification& out, control_message& control) {
    if (bytes.size() > INT32_MAX) return decoded::malformed;
    std::string_view rest = bytes;
    const auto field = take_field(rest);
    if (field && rest.empty() && decode_canonical(field->number, field->payload, out))
        return decoded::notification;
    return decode_with_protobuf(bytes, out, control);
}

void notification_batch::add(std::string_view message) {
    member_writer{parts}.put(part_number, message);
}

decoded decode_part(notification_batch& batch, notification& out, control_message& control) {
    std::string_view rest = std::string_view(batch.parts).substr(batch.used);
    const auto part = take_field(rest);
    batch.used = batch.parts.size() - rest.size();
    const decoded found =
        part ? decode_server_message(part->payload, out, control) : decoded::malformed;
    return found == decoded::batch ? decoded::malformed : found;
}

std::string encode(const notification& value) {
    if (const auto* unknown = std::get_if<unknown_notification>(&value)) return unknown->bytes;
    std::string message;
    notification_table::for_each_sent([&]<class Kind>(Kind) {
        const auto* const content = std::get_if<typename Kind::type>(&value);
        if (content == nullptr) return;
        std::string payload;
        Kind::for_each_number(*content, member_writer{payload});
        member_writer{message}.put(Kind::number, payload);
    });
    return message;
}

std::string encode(const control_message& value) {
    if (const auto* batch = std::get_if<notification_batch>(&value)) {
        std::string bytes;
        member_writer{bytes}.put(proto::kNotificationBatchFieldNumber, batch->parts);
        return bytes;
    }
    proto message;
    std::visit(
        overloaded{
            [](const auto&) {},
            [&](const authenticated&) { message.mutable_authenticated(); },
            [&](const auth_request& v) { message.mutable_auth_request()->set_token(v.token); },
            [&](const subscribe_request& v) {
                message.mutable_subscribe_request()->set_event_type(
                    static_cast<proto::EventType>(v.type));
            },
            [&](const subscribe_response& v) {
                message.mutable_subscribe_response()->set_event_type(
                    static_cast<proto::EventType>(v.type));
            },
        },
        value);
    return message.SerializeAsString();
}

}  // namespace jellyfish::detail::wire
