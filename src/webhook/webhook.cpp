#include <jellyfish/error.hpp>
#include <jellyfish/webhook.hpp>

#include "wire/server_message.hpp"

#include <cstddef>
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

[[noreturn]] void reject(std::string_view operation, wire::decoded found, std::size_t size,
                         const wire::control_message& control) {
    if (found == wire::decoded::malformed)
        reject(operation, "invalid ServerMessage of " + std::to_string(size) + " bytes");
    if (std::holds_alternative<wire::no_content>(control))
        reject(operation, "a message without content");
    reject(operation, "an authentication or subscription message");
}

std::vector<notification> decode_parts(wire::notification_batch& batch) {
    std::vector<notification> all;
    notification part;
    wire::control_message control;
    while (!batch.empty()) {
        const wire::decoded found = wire::decode_part(batch, part, control);
        if (found == wire::decoded::malformed) reject("receive_batch", "invalid part of a batch");
        if (found == wire::decoded::notification) all.push_back(std::move(part));
    }
    return all;
}

std::string_view view_of(const void* data, std::size_t size) {
    return {static_cast<const char*>(data), size};
}

}  // namespace

notification decode_webhook(const void* data, std::size_t size) {
    const std::string_view bytes = view_of(data, size);
    notification result;
    wire::control_message control;
    const wire::decoded found = wire::decode_server_message(bytes, result, control);
    if (found == wire::decoded::batch) return unknown_notification{std::string(bytes)};
    if (found != wire::decoded::notification) reject("receive_binary", found, size, control);
    return result;
}

std::vector<notification> decode_webhook_batch(const void* data, std::size_t size) {
    notification result;
    wire::control_message control;
    const wire::decoded found = wire::decode_server_message(view_of(data, size), result, control);
    if (auto* const batch = std::get_if<wire::notification_batch>(&control);
        batch != nullptr && found == wire::decoded::batch)
        return decode_parts(*batch);
    if (found != wire::decoded::notification) reject("receive_batch", found, size, control);
    std::vector<notification> all;
    all.push_back(std::move(result));
    return all;
}

}  // namespace jellyfish::detail
