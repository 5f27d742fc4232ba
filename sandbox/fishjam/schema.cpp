#include "sandbox/fishjam/schema.hpp"

#include <algorithm>
#include <array>

namespace jellyfish::testing::detail {
namespace {

using kind = schema_key::kind;

// Rows of the tables below.

constexpr schema_key boolean(std::string_view name) { return {name, kind::boolean}; }
constexpr schema_key count(std::string_view name) { return {name, kind::count}; }
constexpr schema_key text(std::string_view name) { return {name, kind::text}; }
constexpr schema_key object(std::string_view name, const schema* inner = nullptr) {
    return {name, kind::object, false, false, {}, nullptr, inner};
}
constexpr schema_key choice(kind type, std::string_view name, std::string_view choices) {
    return {name, type, false, false, choices};
}
constexpr schema_key pattern(std::string_view name, bool (*matches)(std::string_view)) {
    return {name, kind::text, false, false, {}, matches};
}
constexpr schema_key required(schema_key value) {
    value.is_required = true;
    return value;
}
constexpr schema_key nullable(schema_key value) {
    value.is_nullable = true;
    return value;
}

/// `^https?://[^/]+/.*$`.
bool is_url(std::string_view text) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!text.starts_with(scheme)) continue;
        const std::size_t path = text.find('/', scheme.size());
        return path != text.npos && path > scheme.size();
    }
    return false;
}

/// `^[a-zA-Z0-9-]+$`.
bool is_call_id(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
}

constexpr schema_key subscribe_mode = choice(kind::text, "subscribeMode", "auto|manual");
constexpr schema_key webhook_url = nullable(pattern("webhookUrl", is_url));

constexpr std::array room_config{
    nullable(count("maxPeers")),
    choice(kind::text, "videoCodec", "h264|vp8"),
    choice(kind::text, "roomType",
           "conference|audio_only|livestream|audio_only_livestream|full_feature|broadcaster"),
    boolean("public"),
    boolean("batchWebhookNotifications"),
    webhook_url,
};

constexpr std::array stream_config{
    nullable(boolean("audioOnly")),
    boolean("public"),
    boolean("batchWebhookNotifications"),
    webhook_url,
};

constexpr std::array peer_config{
    required(choice(kind::text, "type", "webrtc|agent|vapi")),
    required(object("options")),
};

constexpr std::array webrtc_options{object("metadata"), subscribe_mode};

constexpr std::array agent_output{
    choice(kind::text, "audioFormat", "pcm16"),
    choice(kind::count, "audioSampleRate", "16000|24000"),
};
constexpr schema agent_output_schema = agent_output;
constexpr std::array agent_options{object("output", &agent_output_schema), subscribe_mode};

constexpr std::array vapi_options{
    required(text("apiKey")),
    required(pattern("callId", is_call_id)),
    subscribe_mode,
};

constexpr std::array subscribe_tracks{required(schema_key{"track_ids", kind::texts})};

constexpr std::array track_forwarding{
    required(text("compositionURL")),
    choice(kind::text, "selector", "all"),
};

constexpr std::array moq_access{nullable(text("publishPath")), nullable(text("subscribePath"))};

constexpr std::array recording_source{
    required(text("compositionURL")),
    required(text("outputId")),
    schema_key{"scaleRatio", kind::positive},
};
constexpr schema recording_source_schema = recording_source;
constexpr std::array recording_config{
    required(object("source", &recording_source_schema)),
    nullable(object("metadata")),
};

bool is_one_of(std::string_view choices, std::string_view value) {
    while (true) {
        const std::size_t end = choices.find('|');
        if (choices.substr(0, end) == value) return true;
        if (end == choices.npos) return false;
        choices.remove_prefix(end + 1);
    }
}

bool is_positive(const json_value& value) {
    if (const double* number = value.floating()) return *number > 0;
    const json_integer* number = value.integer();
    return number != nullptr && !number->digits.starts_with('-') && number->digits != "0";
}

bool are_texts(const json_value& value) {
    const json_array* items = value.array();
    return items != nullptr && std::all_of(items->begin(), items->end(), [](const auto& item) {
               return item.string() != nullptr;
           });
}

bool has_type(kind type, const json_value& value) {
    switch (type) {
        case kind::boolean:
            return value.boolean() != nullptr;
        case kind::count:
            return value.integer() != nullptr && !value.integer()->digits.starts_with('-');
        case kind::positive:
            return is_positive(value);
        case kind::text:
            return value.string() != nullptr;
        case kind::texts:
            return are_texts(value);
        case kind::object:
            return value.is_object();
    }
    return false;
}

/// Returns a string or an integer as text.
std::string_view text_of(const json_value& value) {
    if (value.integer() != nullptr) return value.integer()->digits;
    return value.string() != nullptr ? std::string_view(*value.string()) : std::string_view();
}

/// The result never contains the value, which may be a secret.
std::optional<std::string> mismatch_of_value(const schema_key& expected, const json_value& value) {
    const std::string name(expected.name);
    if (value.is_null() && expected.is_nullable) return std::nullopt;
    if (!has_type(expected.type, value)) return "Invalid type: " + name;
    const std::string_view given = text_of(value);
    if (!expected.choices.empty() && !is_one_of(expected.choices, given))
        return "Invalid value for enum: " + name;
    if (expected.matches_pattern != nullptr && !expected.matches_pattern(given))
        return "Invalid format: " + name;
    return expected.inner == nullptr ? std::nullopt : mismatch(*expected.inner, value);
}

}  // namespace

const schema room_config_schema = room_config;
const schema stream_config_schema = stream_config;
const schema peer_config_schema = peer_config;
const schema subscribe_tracks_schema = subscribe_tracks;
const schema track_forwarding_schema = track_forwarding;
const schema moq_access_schema = moq_access;
const schema recording_config_schema = recording_config;

const schema& peer_options_schema(std::string_view type) {
    static constexpr schema webrtc = webrtc_options;
    static constexpr schema agent = agent_options;
    static constexpr schema vapi = vapi_options;
    return type == "webrtc" ? webrtc : type == "agent" ? agent : vapi;
}

std::optional<std::string> mismatch(const schema& expected, const json_value& value) {
    if (!value.is_object()) return "Invalid request body: expected an object";
    for (const auto& [name, ignored] : *value.object()) {
        const bool known = std::any_of(expected.begin(), expected.end(),
                                       [&](const schema_key& each) { return each.name == name; });
        if (!known) return "Unexpected field: " + name;
    }
    for (const schema_key& each : expected) {
        const json_value* found = value.find(each.name);
        if (found == nullptr) {
            if (each.is_required) return "Missing field: " + std::string(each.name);
        } else if (auto wrong = mismatch_of_value(each, *found)) {
            return wrong;
        }
    }
    return std::nullopt;
}

}  // namespace jellyfish::testing::detail
