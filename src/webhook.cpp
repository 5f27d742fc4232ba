#include <jellyfish/error.hpp>
#include <jellyfish/webhook.hpp>

#include "protocol/server_message.hpp"

#include <string>
#include <string_view>

namespace jellyfish::detail {
namespace {

[[noreturn]] void refuse(std::string detail) {
    throw error(errc::malformed_message, {"receive_binary", "", std::move(detail), 0, ""});
}

}  // namespace

notification decode_webhook(const void* data, std::size_t size) {
    server_message_decoder decoder;
    notification result;
    control_message control;
    const std::string_view bytes(static_cast<const char*>(data), size);
    switch (decoder.decode(bytes, result, control)) {
        case decoded::notification:
            return result;
        case decoded::malformed:
            refuse(std::to_string(size) + " bytes that are no ServerMessage");
        case decoded::control:
            break;
    }
    if (std::holds_alternative<no_content>(control)) refuse("a message without content");
    refuse("a message of authentication or subscription");
}

}  // namespace jellyfish::detail
