#include "rest/component_json.hpp"

#include "json/fields.hpp"
#include "json/object_writer.hpp"
#include "model/wire_names.hpp"
#include "rest/track_json.hpp"
#include "text/utf8.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace jellyfish::detail {
namespace {

namespace boost_json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

// ---- from JSON

open_enum<subscribe_mode> subscribe_mode_of(json::value value) {
    return named<subscribe_mode>(string_of(value, "subscribeMode"));
}

template <class Duration>
Duration duration_of(json::value value, std::string_view where) {
    // Limited so that it can be added to a time_point.
    constexpr auto longest = std::chrono::duration_cast<Duration>(std::chrono::years(100));
    return std::min(longest, Duration(count_of<typename Duration::rep>(value, where)));
}

s3_credentials s3_of(json::value from) {
    s3_credentials out;
    for (const auto& [key, value] : object_of(from, "s3")) {
        if (key == "accessKeyId") {
            out.access_key_id(optional_string(value, "accessKeyId"));
        } else if (key == "secretAccessKey") {
            out.secret_access_key(optional_string(value, "secretAccessKey"));
        } else if (key == "region") {
            out.region(optional_string(value, "region"));
        } else if (key == "bucket") {
            out.bucket(optional_string(value, "bucket"));
        }
    }
    return out;
}

bool read_property(hls_properties& to, const json::key& key, json::value value) {
    if (key == "playable") {
        to.playable = boolean_of(value, "playable");
    } else if (key == "lowLatency") {
        to.low_latency = boolean_of(value, "lowLatency");
    } else if (key == "persistent") {
        to.persistent = boolean_of(value, "persistent");
    } else if (key == "targetWindowDuration") {
        to.target_window_duration = duration_of<seconds>(value, "targetWindowDuration");
    } else if (key == "subscribeMode") {
        to.subscribe_mode = subscribe_mode_of(value);
    } else if (key == "s3") {
        to.s3 = s3_of(value);
    } else {
        return false;
    }
    return true;
}

bool read_property(rtsp_properties& to, const json::key& key, json::value value) {
    if (key == "sourceUri") {
        to.source_uri = string_of(value, "sourceUri");
    } else if (key == "rtpPort") {
        to.rtp_port = count_of<std::uint16_t>(value, "rtpPort");
    } else if (key == "reconnectDelay") {
        to.reconnect_delay = duration_of<milliseconds>(value, "reconnectDelay");
    } else if (key == "keepAliveInterval") {
        to.keep_alive_interval = duration_of<milliseconds>(value, "keepAliveInterval");
    } else if (key == "pierceNat") {
        to.pierce_nat = boolean_of(value, "pierceNat");
    } else {
        return false;
    }
    return true;
}

bool read_property(file_properties& to, const json::key& key, json::value value) {
    if (key == "filePath") {
        to.file_path = string_of(value, "filePath");
    } else if (key == "framerate") {
        to.framerate = count_of<std::uint32_t>(value, "framerate");
    } else {
        return false;
    }
    return true;
}

bool read_property(sip_properties& to, const json::key& key, json::value value) {
    if (key != "registrarCredentials") return false;
    for (const auto& [name, each] : object_of(value, "registrarCredentials")) {
        if (name == "address") {
            to.registrar_credentials.address = optional_string(each, "address");
        } else if (name == "username") {
            to.registrar_credentials.username = optional_string(each, "username");
        } else if (name == "password") {
            to.registrar_credentials.password = optional_string(each, "password");
        }
    }
    return true;
}

bool read_property(recording_properties& to, const json::key& key, json::value value) {
    if (key != "subscribeMode") return false;
    to.subscribe_mode = subscribe_mode_of(value);
    return true;
}

/// The fields common to all components.
struct common_parts {
    std::string id;
    std::string type;
    std::optional<json::value> properties;
    std::vector<track> tracks;
    json::object_writer extra;
};

template <class Component>
component known(common_parts parts) {
    Component out;
    out.id = std::move(parts.id);
    out.tracks = std::move(parts.tracks);
    if (parts.properties) {
        json::object_writer extra;
        for (const auto& [key, value] : parts.properties->members()) {
            if (!is_null(value) && !read_property(out.properties, key, value))
                extra.copy(key, value);
        }
        if (!extra.empty()) parts.extra.value("properties", extra.take());
    }
    out.extra = parts.extra.take_or_nothing();
    return out;
}

component unknown(common_parts parts) {
    component_unknown out;
    out.id = std::move(parts.id);
    out.type = std::move(parts.type);
    out.properties = parts.properties ? parts.properties->text() : "{}";
    out.tracks = std::move(parts.tracks);
    out.extra = parts.extra.take_or_nothing();
    return out;
}

common_parts parts_of(json::value from) {
    common_parts out;
    bool has_id = false;
    for (const auto& [key, value] : object_of(from, "a component")) {
        if (key == "id") {
            out.id = string_of(value, "a component's id");
            has_id = true;
        } else if (key == "type") {
            out.type = optional_string(value, "a component's type");
        } else if (key == "tracks") {
            out.tracks = list_of<track>(value, "a component's tracks", track_of);
        } else if (key == "properties") {
            if (is_null(value)) continue;
            if (value.kind() != json::kind::object)
                json::reject("a component's properties", "an object", value);
            out.properties = value;
        } else {
            out.extra.copy(key, value);
        }
    }
    if (!has_id) json::reject("a component has no id");
    return out;
}

// ---- to JSON

template <class T>
void put(boost_json::object& to, std::string_view key, const std::optional<T>& value) {
    if (value) to[key] = *value;
}

template <class Rep, class Period>
void put(boost_json::object& to, std::string_view key,
         const std::optional<std::chrono::duration<Rep, Period>>& value) {
    if (value) to[key] = value->count();
}

void put(boost_json::object& to, std::string_view key, const std::optional<subscribe_mode>& value) {
    if (value) to[key] = name_of(open_enum(*value));
}

void put(boost_json::object& to, std::string_view key, const std::optional<s3_credentials>& value) {
    if (!value) return;
    boost_json::object inner;
    inner["accessKeyId"] = value->access_key_id();
    inner["secretAccessKey"] = value->secret_access_key();
    inner["region"] = value->region();
    inner["bucket"] = value->bucket();
    to[key] = std::move(inner);
}

const char* options_of(const component_options_hls& from, boost_json::object& to) {
    put(to, "lowLatency", from.low_latency());
    put(to, "persistent", from.persistent());
    put(to, "targetWindowDuration", from.target_window_duration());
    put(to, "subscribeMode", from.subscribe_mode());
    put(to, "s3", from.s3());
    return "hls";
}

const char* options_of(const component_options_rtsp& from, boost_json::object& to) {
    to["sourceUri"] = from.source_uri();
    put(to, "rtpPort", from.rtp_port());
    put(to, "reconnectDelay", from.reconnect_delay());
    put(to, "keepAliveInterval", from.keep_alive_interval());
    put(to, "pierceNat", from.pierce_nat());
    return "rtsp";
}

const char* options_of(const component_options_file& from, boost_json::object& to) {
    to["filePath"] = from.file_path();
    put(to, "framerate", from.framerate());
    return "file";
}

const char* options_of(const component_options_sip& from, boost_json::object& to) {
    boost_json::object inner;
    inner["address"] = from.address();
    inner["username"] = from.username();
    inner["password"] = from.password();
    to["registrarCredentials"] = std::move(inner);
    return "sip";
}

const char* options_of(const component_options_recording& from, boost_json::object& to) {
    put(to, "pathPrefix", from.path_prefix());
    put(to, "credentials", from.credentials());
    put(to, "subscribeMode", from.subscribe_mode());
    return "recording";
}

// ---- validation

/// Longer delays make no sense, and the server adds them to its clock, which may overflow.
constexpr milliseconds longest_delay = std::chrono::years(100);
constexpr seconds longest_window = std::chrono::years(100);

std::string problem_of_text(std::string_view name, std::string_view value) {
    if (value.empty()) return std::string(name) + " is empty";
    if (!is_utf8(value)) return std::string(name) + " is not UTF-8";
    return {};
}

/// Returns the first problem that is not empty.
template <class... Problems>
std::string first_of(std::string problem, Problems... others) {
    if constexpr (sizeof...(others) == 0) {
        return problem;
    } else {
        return problem.empty() ? first_of(std::move(others)...) : problem;
    }
}

std::string problem_of_s3(const std::optional<s3_credentials>& value) {
    if (!value) return {};
    return first_of(problem_of_text("access_key_id", value->access_key_id()),
                    problem_of_text("secret_access_key", value->secret_access_key()),
                    problem_of_text("region", value->region()),
                    problem_of_text("bucket", value->bucket()));
}

std::string problem_of_mode(const std::optional<subscribe_mode>& value) {
    if (value != subscribe_mode::unknown) return {};
    return "invalid subscribe_mode: expected automatic or manual";
}

std::string problem_of_delay(std::string_view name, const std::optional<milliseconds>& value) {
    if (!value || (*value >= milliseconds(0) && *value <= longest_delay)) return {};
    return std::string(name) + " must be from 0 to 100 years";
}

std::string problem_of_options(const component_options_hls& options) {
    const auto& window = options.target_window_duration();
    if (window && (*window < seconds(1) || *window > longest_window))
        return "target_window_duration must be from 1 s to 100 years";
    return first_of(problem_of_mode(options.subscribe_mode()), problem_of_s3(options.s3()));
}

std::string problem_of_options(const component_options_rtsp& options) {
    if (options.rtp_port() && *options.rtp_port() == 0) return "rtp_port must not be 0";
    return first_of(problem_of_text("source_uri", options.source_uri()),
                    problem_of_delay("reconnect_delay", options.reconnect_delay()),
                    problem_of_delay("keep_alive_interval", options.keep_alive_interval()));
}

std::string problem_of_options(const component_options_file& options) {
    if (options.framerate() && *options.framerate() == 0) return "framerate must be at least 1";
    return problem_of_text("file_path", options.file_path());
}

std::string problem_of_options(const component_options_sip& options) {
    return first_of(problem_of_text("address", options.address()),
                    problem_of_text("username", options.username()),
                    problem_of_text("password", options.password()));
}

std::string problem_of_options(const component_options_recording& options) {
    if (options.path_prefix() && !is_utf8(*options.path_prefix()))
        return "path_prefix is not UTF-8";
    return first_of(problem_of_mode(options.subscribe_mode()),
                    problem_of_s3(options.credentials()));
}

}  // namespace

component component_of(json::value from) {
    common_parts parts = parts_of(from);
    if (parts.type == "hls") return known<component_hls>(std::move(parts));
    if (parts.type == "rtsp") return known<component_rtsp>(std::move(parts));
    if (parts.type == "file") return known<component_file>(std::move(parts));
    if (parts.type == "sip") return known<component_sip>(std::move(parts));
    if (parts.type == "recording") return known<component_recording>(std::move(parts));
    return unknown(std::move(parts));
}

std::string write_json(const component_options& options) {
    boost_json::object inner;
    const char* const type =
        std::visit([&](const auto& each) { return options_of(each, inner); }, options);
    boost_json::object out;
    out["type"] = type;
    out["options"] = std::move(inner);
    return boost_json::serialize(out);
}

std::string problem_of(const component_options& options) {
    return std::visit([](const auto& each) { return problem_of_options(each); }, options);
}

std::vector<std::string> secrets_of(const component_options& options) {
    std::optional<s3_credentials> s3;
    if (const auto* const sip = std::get_if<component_options_sip>(&options))
        return {sip->password()};
    if (const auto* const hls = std::get_if<component_options_hls>(&options)) s3 = hls->s3();
    if (const auto* const recording = std::get_if<component_options_recording>(&options))
        s3 = recording->credentials();
    return s3 ? std::vector{s3->secret_access_key()} : std::vector<std::string>();
}

std::string write_origins(const std::vector<std::string>& origins) {
    boost_json::array list;
    for (const std::string& each : origins)
        list.emplace_back(each);
    boost_json::object out;
    out["origins"] = std::move(list);
    return boost_json::serialize(out);
}

std::string write_phone_number(std::string_view number) {
    boost_json::object out;
    out["phoneNumber"] = number;
    return boost_json::serialize(out);
}

}  // namespace jellyfish::detail
