#include <jellyfish/error.hpp>
#include <jellyfish/server_notifications.pb.h>
#include <jellyfish/webhook.hpp>

#include "wire/server_message.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace jellyfish::detail {
namespace {

[[noreturn]] void reject(std::string_view operation, std::string detail) {
    throw error(errc::malformed_message, {std::string(operation), "", std::move(detail), 0, ""});
}

notification decode(std::string_view bytes, std::string_view operation) {
    notification result;
    wire::control_message control;
    switch (wire::decode_server_message(bytes, result, control)) {
        case wire::decoded::notification:
            return result;
        case wire::decoded::malformed:
            reject(operation,
                   "invalid ServerMessage of " + std::to_string(bytes.size()) + " bytes");
        case wire::decoded::control:
            break;
    }
    if (std::holds_alternative<wire::no_content>(control))
        reject(operation, "a message without content");
    reject(operation, "an authentication or subscription message");
}

std::string_view view_of(const void* data, std::size_t size) {
    return {static_cast<const char*>(data), size};
}

}  // namespace

notification decode_webhook(const void* data, std::size_t size) {
    return decode(view_of(data, size), "receive_binary");
}

std::vector<notification> decode_webhook_batch(const void* data, std::size_t size) {
    constexpr std::string_view operation = "receive_batch";
    const std::string_view bytes = view_of(data, size);
    std::vector<notification> all;
    notification whole = decode(bytes, operation);
    BatchMessage message;
    if (std::holds_alternative<unknown_notification>(whole) &&
        !message.ParseFromArray(data, static_cast<int>(size)))
        reject(operation, "invalid notification batch");
    if (!message.has_notification_batch()) {
        all.push_back(std::move(whole));
        return all;
    }
    const auto& parts = message.notification_batch().notifications();
    all.reserve(static_cast<std::size_t>(parts.size()));
    for (const std::string& part : parts)
        all.push_back(decode(part, operation));
    return all;
}

}  // namespace jellyfish::detail
