#include "sandbox/rooms/room_settings.hpp"

#include <algorithm>
#include <utility>

namespace jellyfish::testing::detail {
namespace {

constexpr std::int64_t longest_timeout = 9'000'000'000'000;

const json_value& value_of(const json_value& params, std::string_view key) {
    static const json_value null;
    const json_value* found = params.find(key);
    return found == nullptr ? null : *found;
}

rejection server_error() { return {500, {}, true, false}; }

/// Returns `before` + the value + `after`, or a failure when the value cannot be printed.
rejection bad_value(std::string_view before, const json_value& value, std::string_view after = {}) {
    const auto text = to_elixir_text(value);
    if (!text) return server_error();
    return {400, std::string(before) + *text + std::string(after), false, false};
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Letters, digits and hyphens; one trailing line break is accepted too.
bool is_room_id(std::string_view id) {
    if (id.ends_with('\n')) id.remove_suffix(1);
    return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-';
    });
}

bool is_max_peers(const json_value& value) {
    if (value.is_null()) return true;
    const json_integer* number = value.integer();
    return number != nullptr && !number->digits.starts_with('-');
}

/// Returns nothing when the value is valid.
std::optional<rejection> check_timeout(const json_value& params, const std::string& name,
                                       std::optional<std::chrono::seconds>& out) {
    const json_value& value = value_of(params, name);
    if (value.is_null()) return std::nullopt;
    const json_integer* number = value.integer();
    if (number == nullptr || number->digits.starts_with('-') || number->digits == "0") {
        return bad_value("Expected " + name + " to be a positive integer, got: ", value);
    }
    const auto seconds = to_int64(*number);
    if (!seconds || *seconds > longest_timeout)
        return server_error();  // Exceeds the longest timer.
    out = std::chrono::seconds(*seconds);
    return std::nullopt;
}

}  // namespace

bool is_webhook_url(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == text.npos || colon == 0 || !is_letter(text.front())) return false;
    const std::string_view scheme = text.substr(0, colon);
    const bool good_scheme = std::all_of(scheme.begin(), scheme.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    });
    const std::string_view rest = text.substr(colon + 1);
    if (!good_scheme || !rest.starts_with("//")) return false;
    const std::size_t end = rest.find_first_of("/?#", 2);
    return end != rest.npos && rest[end] == '/';
}

std::variant<room_settings, rejection> check_room_settings(const json_value& params,
                                                           std::string new_id) {
    room_settings out;
    const json_value& room_id = value_of(params, "roomId");
    if (room_id.is_null()) {
        out.room_id = std::move(new_id);
    } else if (room_id.string() == nullptr || !is_room_id(*room_id.string())) {
        return bad_value("Cannot add room with id \"", room_id,
                         "\" - roomId may contain only alphanumeric characters and hyphens");
    } else {
        out.room_id = *room_id.string();
    }

    out.max_peers = value_of(params, "maxPeers");
    if (!is_max_peers(out.max_peers)) {
        return bad_value("Expected maxPeers to be a number, got: ", out.max_peers);
    }

    const json_value& codec = value_of(params, "videoCodec");
    if (const std::string* name = codec.string();
        name != nullptr && (*name == "h264" || *name == "vp8")) {
        out.video_codec = *name;
    } else if (!codec.is_null()) {
        return bad_value("Expected videoCodec to be 'h264' or 'vp8', got: ", codec);
    }

    const json_value& url = value_of(params, "webhookUrl");
    if (const std::string* text = url.string()) {
        if (!is_webhook_url(*text)) {
            return bad_value("Expected webhookUrl to be valid URL, got: ", url);
        }
        out.webhook_url = *text;
    } else if (!url.is_null()) {
        return server_error();
    }

    if (auto wrong = check_timeout(params, "peerlessPurgeTimeout", out.peerless_purge_timeout)) {
        return std::move(*wrong);
    }
    if (auto wrong =
            check_timeout(params, "peerDisconnectedTimeout", out.peer_disconnected_timeout)) {
        return std::move(*wrong);
    }
    return out;
}

}  // namespace jellyfish::testing::detail
