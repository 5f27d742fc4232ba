#include "sandbox/sockets/messages.hpp"

#include <jellyfish/peer_notifications.pb.h>
#include <jellyfish/server_notifications.pb.h>

#include "text/utf8.hpp"

#include <climits>
#include <cstdint>

namespace jellyfish::testing::detail {
namespace {

/// Parses protobuf's wire format only as far as each field's number and wire type.
class field_scanner {
public:
    explicit field_scanner(std::string_view bytes) : bytes_(bytes) {}

    struct field {
        std::uint64_t number = 0;
        unsigned wire_type = 0;
        std::string_view payload;  ///< For length-delimited fields.
    };

    /// Returns nothing at the end and at malformed bytes, which protobuf itself detects.
    std::optional<field> next() {
        const auto key = varint();
        if (!key) return std::nullopt;
        field out{*key >> 3, static_cast<unsigned>(*key & 7), {}};
        switch (out.wire_type) {
            case 0:
                if (!varint()) return std::nullopt;
                return out;
            case 1:
                return skip(8) ? std::optional(out) : std::nullopt;
            case 2: {
                const auto size = varint();
                if (!size || *size > bytes_.size()) return std::nullopt;
                out.payload = bytes_.substr(0, static_cast<std::size_t>(*size));
                skip(out.payload.size());
                return out;
            }
            case 5:
                return skip(4) ? std::optional(out) : std::nullopt;
            default:
                return std::nullopt;
        }
    }

private:
    std::optional<std::uint64_t> varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(bytes_.front());
            bytes_.remove_prefix(1);
            value |= std::uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80) return value;
        }
        return std::nullopt;
    }

    bool skip(std::size_t size) {
        if (size > bytes_.size()) return false;
        bytes_.remove_prefix(size);
        return true;
    }

    std::string_view bytes_;
};

/// Detects what the real server fails on, but protobuf for C++ accepts or logs: a known field with
/// the wrong wire type, and a string that is not UTF-8.
bool is_bad(std::string_view bytes, std::uint64_t last_message) {
    field_scanner fields(bytes);
    while (const auto field = fields.next()) {
        if (field->number == 0 || field->number > last_message) continue;
        if (field->wire_type != 2) return true;
        field_scanner inner(field->payload);
        while (const auto value = inner.next()) {
            const bool is_number = last_message == 21 && (field->number == 8 || field->number == 9);
            if (value->number == 1 && value->wire_type != (is_number ? 0U : 2U)) return true;
            if (value->number == 0 || value->number > 3 || value->wire_type != 2) continue;
            if (!jellyfish::detail::is_utf8(value->payload)) return true;
        }
    }
    return false;
}

template <class Message>
bool parse(Message& message, std::string_view bytes) {
    return bytes.size() <= INT_MAX &&
           message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

std::optional<jellyfish::detail::wire::control_message> read_server_message(
    std::string_view bytes) {
    jellyfish::ServerMessage message;
    constexpr std::uint64_t last_message = 21;
    if (is_bad(bytes, last_message) || !parse(message, bytes)) return std::nullopt;
    if (message.has_auth_request()) {
        return jellyfish::detail::wire::auth_request{message.auth_request().token()};
    }
    if (message.has_subscribe_request()) {
        return jellyfish::detail::wire::subscribe_request{message.subscribe_request().event_type()};
    }
    return jellyfish::detail::wire::no_content{};
}

std::optional<peer_message> read_peer_message(std::string_view bytes) {
    jellyfish::PeerMessage message;
    constexpr std::uint64_t last_message = 3;
    if (is_bad(bytes, last_message) || !parse(message, bytes)) return std::nullopt;
    peer_message out;
    if (message.has_auth_request()) out.token = message.auth_request().token();
    if (message.has_media_event()) out.media_event = message.media_event().data();
    return out;
}

std::string peer_authenticated_bytes() {
    jellyfish::PeerMessage message;
    message.mutable_authenticated();
    return message.SerializeAsString();
}

std::string media_event_bytes(const std::string& data) {
    jellyfish::PeerMessage message;
    message.mutable_media_event()->set_data(data);
    return message.SerializeAsString();
}

}  // namespace jellyfish::testing::detail
