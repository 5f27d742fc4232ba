#include "sandbox/rooms/component_options.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jellyfish::testing::detail {
namespace {

/// The types in the real server's schemas. Strings are cast to integers and booleans.
enum class option_type { boolean, integer, text, mode, credentials, sip_credentials };

struct option {
    std::string_view name;
    option_type type;
    json_value default_value = nullptr;
    bool nullable = false;
    bool required = false;
    std::int64_t least = std::numeric_limits<std::int64_t>::min();
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

/// The error in an option.
enum class fault { none, type, other };

struct cast_result {
    json_value values = json_object();
    std::optional<std::string> missing;  ///< A required option.
    std::vector<std::pair<std::string, fault>> faults;

    [[nodiscard]] bool good() const { return !missing && faults.empty(); }
};

rejection bad_request(std::string text) { return {400, std::move(text), false, false}; }
rejection bad_structure() { return bad_request("Invalid request body structure"); }
rejection crash() { return {500, {}, true, true}; }

/// Returns an object with only the listed keys, whose values must be strings.
template <std::size_t Size>
std::optional<json_value> texts_of(const json_value& value,
                                   const std::array<std::string_view, Size>& keys) {
    json_value out = json_object();
    for (const std::string_view key : keys) {
        const json_value* found = value.find(key);
        if (found == nullptr || found->string() == nullptr) return std::nullopt;
        out.set(key, *found);
    }
    return out;
}

constexpr std::array<std::string_view, 4> s3_keys{"accessKeyId", "bucket", "region",
                                                  "secretAccessKey"};
constexpr std::array<std::string_view, 3> sip_keys{"address", "password", "username"};

fault cast_integer(const option& rule, const json_value& value, json_value& out) {
    std::optional<json_integer> number;
    if (value.integer() != nullptr) number = *value.integer();
    if (value.string() != nullptr) number = parse_integer(*value.string());
    if (!number) return fault::type;
    const bool negative = number->digits.starts_with('-');
    const std::int64_t bound = negative ? std::numeric_limits<std::int64_t>::min()
                                        : std::numeric_limits<std::int64_t>::max();
    const std::int64_t size = to_int64(*number).value_or(bound);
    if (size < rule.least || size > rule.most) return fault::other;
    out = std::move(*number);
    return fault::none;
}

fault cast_boolean(const json_value& value, json_value& out) {
    if (value.boolean() != nullptr) {
        out = value;
    } else if (value.string() != nullptr &&
               (*value.string() == "true" || *value.string() == "false")) {
        out = *value.string() == "true";
    } else {
        return fault::type;
    }
    return fault::none;
}

fault cast_option(const option& rule, const json_value& value, json_value& out) {
    if (value.is_null()) {
        out = nullptr;
        return rule.nullable ? fault::none : fault::other;
    }
    switch (rule.type) {
        case option_type::boolean:
            return cast_boolean(value, out);
        case option_type::integer:
            return cast_integer(rule, value, out);
        case option_type::text:
        case option_type::mode:
            if (value.string() == nullptr) return fault::type;
            out = value;
            if (rule.type == option_type::text) return fault::none;
            return *value.string() == "auto" || *value.string() == "manual" ? fault::none
                                                                            : fault::other;
        case option_type::credentials:
        case option_type::sip_credentials: {
            auto texts = rule.type == option_type::credentials ? texts_of(value, s3_keys)
                                                               : texts_of(value, sip_keys);
            if (!texts) return fault::other;
            out = std::move(*texts);
            return fault::none;
        }
    }
    return fault::other;
}

cast_result cast(const json_value& options, std::initializer_list<option> rules) {
    cast_result out;
    for (const option& rule : rules) {
        if (rule.required && options.find(rule.name) == nullptr) {
            out.missing = std::string(rule.name);
            return out;
        }
    }
    for (const option& rule : rules) {
        const json_value* value = options.find(rule.name);
        json_value cast_value = rule.default_value;
        const fault wrong = value == nullptr ? fault::none : cast_option(rule, *value, cast_value);
        if (wrong != fault::none) out.faults.emplace_back(rule.name, wrong);
        out.values.set(rule.name, std::move(cast_value));
    }
    return out;
}

rejection rejected(const cast_result& result) {
    if (result.missing) return bad_request("Required field \"" + *result.missing + "\" missing");
    return bad_structure();
}

option mode_option() { return {"subscribeMode", option_type::mode, "auto"}; }

/// Constructed in place: at -O1, g++ 12 warns of a moved one.
std::variant<component_settings, rejection> accepted(json_value properties,
                                                     std::optional<hls_task> hls = std::nullopt) {
    std::variant<component_settings, rejection> out;
    auto& settings = out.emplace<component_settings>();
    settings.properties = std::move(properties);
    settings.hls = hls;
    return out;
}

std::variant<component_settings, rejection> check_hls(const json_value& options) {
    cast_result result =
        cast(options, {{"lowLatency", option_type::boolean, false},
                       {"persistent", option_type::boolean, false},
                       {"targetWindowDuration", option_type::integer, nullptr, true},
                       mode_option()});
    if (!result.good()) return rejected(result);
    // The credentials are checked only after the component is created: a bad value is fatal.
    const json_value* s3 = options.find("s3");
    const bool upload = s3 != nullptr && !s3->is_null();
    if (upload && !texts_of(*s3, s3_keys)) return crash();
    const bool persistent = *result.values.find("persistent")->boolean();
    result.values.set("s3", nullptr);
    result.values.set("playable", false);
    return accepted(std::move(result.values), hls_task{persistent, upload});
}

std::variant<component_settings, rejection> check_rtsp(const json_value& options) {
    constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();
    const std::int64_t wait = 15'000;
    cast_result result = cast(
        options, {{"sourceUri", option_type::text, nullptr, false, true},
                  {"rtpPort", option_type::integer, std::int64_t{20'000}, false, false, 1, 65'535},
                  {"reconnectDelay", option_type::integer, wait, false, false, 0, any},
                  {"keepAliveInterval", option_type::integer, wait, false, false, 0, any},
                  {"pierceNat", option_type::boolean, true}});
    if (!result.good()) return rejected(result);
    return accepted(std::move(result.values));
}

bool is_positive(const json_value& value) {
    const json_integer* number = value.integer();
    return number != nullptr && !number->digits.starts_with('-') && number->digits != "0";
}

/// Returns a file name's extension; a name whose only dot is the first character has none.
std::string_view extension_of(std::string_view path) {
    const std::string_view name = path.substr(path.find_last_of('/') + 1);
    const std::size_t point = name.find_last_of('.');
    return point == name.npos || point == 0 ? std::string_view() : name.substr(point);
}

std::variant<component_settings, rejection> check_file(const json_value& options,
                                                       const find_source& find) {
    cast_result result = cast(options, {{"filePath", option_type::text, nullptr, false, true},
                                        {"framerate", option_type::integer, nullptr, true}});
    if (result.faults == std::vector{std::pair(std::string("framerate"), fault::type)}) {
        // The real server logs the value, and fails when it cannot print it.
        if (!to_elixir_text(*options.find("framerate"))) return crash();
        return bad_request("Invalid framerate passed");
    }
    if (!result.good()) return rejected(result);
    const std::string& path = *result.values.find("filePath")->string();
    const json_value framerate = *result.values.find("framerate");
    const source_file source = find(path);
    if (source == source_file::outside) return bad_request("Invalid file path");
    if (source == source_file::missing) return rejection{404, "File not found", false, false};
    if (!framerate.is_null() && !is_positive(framerate)) {
        return bad_request("Invalid framerate passed");
    }
    const std::string_view extension = extension_of(path);
    if (extension == ".ogg" && !framerate.is_null()) {
        return bad_request(
            "Attempted to set framerate for audio component which is not supported.");
    }
    if (extension != ".ogg" && extension != ".h264") return bad_request("Unsupported file type");
    if (extension == ".h264" && framerate.is_null()) {
        result.values.set("framerate", std::int64_t{30});
    }
    return accepted(std::move(result.values));
}

std::variant<component_settings, rejection> check_sip(const json_value& options) {
    cast_result result = cast(
        options, {{"registrarCredentials", option_type::sip_credentials, nullptr, false, true}});
    if (!result.good()) return rejected(result);
    return accepted(std::move(result.values));
}

std::variant<component_settings, rejection> check_recording(const json_value& options) {
    const cast_result result =
        cast(options, {{"pathPrefix", option_type::text, nullptr, true},
                       {"credentials", option_type::credentials, nullptr, true},
                       mode_option()});
    if (!result.good()) return rejected(result);
    if (result.values.find("credentials")->is_null()) {
        return bad_request(
            "S3 credentials has to be passed either by request or at application startup as envs");
    }
    component_settings out{json_object(), {}};
    out.properties.set("subscribeMode", *result.values.find("subscribeMode"));
    return out;
}

}  // namespace

bool is_component_type(std::string_view type) {
    constexpr std::array<std::string_view, 5> types{"hls", "rtsp", "file", "sip", "recording"};
    return std::find(types.begin(), types.end(), type) != types.end();
}

std::variant<component_settings, rejection> check_component_options(std::string_view type,
                                                                    const json_value& options,
                                                                    const find_source& find) {
    if (type == "hls") return check_hls(options);
    if (type == "rtsp") return check_rtsp(options);
    if (type == "file") return check_file(options, find);
    if (type == "sip") return check_sip(options);
    return check_recording(options);
}

bool are_peer_options(const json_value& options) {
    return cast(options, {{"enableSimulcast", option_type::boolean, true}}).good();
}

}  // namespace jellyfish::testing::detail
