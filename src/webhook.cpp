#include <jellyfish/error.hpp>
#include <jellyfish/webhook.hpp>

#include "protocol/notification_batch.hpp"
#include "protocol/server_message.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace jellyfish::detail {
namespace {

[[noreturn]] void refuse(std::string_view operation, std::string detail) {
    throw error(errc::malformed_message, {std::string(operation), "", std::move(detail), 0, ""});
}

notification decode(server_message_decoder& decoder, std::string_view bytes,
                    std::string_view operation) {
    notification result;
    control_message control;
    switch (decoder.decode(bytes, result, control)) {
        case decoded::notification:
            return result;
        case decoded::malformed:
            refuse(operation, std::to_string(bytes.size()) + " bytes that are no ServerMessage");
        case decoded::control:
            break;
    }
    if (std::holds_alternative<no_content>(control)) refuse(operation, "a message without content");
    refuse(operation, "a message of authentication or subscription");
}

std::string_view view_of(const void* data, std::size_t size) {
    return {static_cast<const char*>(data), size};
}

}  // namespace

notification decode_webhook(const void* data, std::size_t size) {
    server_message_decoder decoder;
    return decode(decoder, view_of(data, size), "receive_binary");
}

std::vector<notification> decode_webhook_batch(const void* data, std::size_t size) {
    constexpr std::string_view operation = "receive_batch";
    const std::string_view bytes = view_of(data, size);
    server_message_decoder decoder;
    std::vector<notification> all;
    notification whole = decode(decoder, bytes, operation);
    const auto parts =
        std::holds_alternative<unknown_notification>(whole) ? parts_of_batch(bytes) : std::nullopt;
    if (!parts) {
        all.push_back(std::move(whole));
        return all;
    }
    all.reserve(parts->size());
    for (const std::string_view part : *parts)
        all.push_back(decode(decoder, part, operation));
    return all;
}

}  // namespace jellyfish::detail
