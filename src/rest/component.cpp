#include <jellyfish/component.hpp>

#include "json/document.hpp"
#include "model/printing.hpp"
#include "text/redact.hpp"

#include <ostream>
#include <variant>

namespace jellyfish {
namespace {

using detail::fields;
namespace json = detail::json;
using detail::quoted;

std::string_view type_name(const component_hls&) noexcept { return "hls"; }
std::string_view type_name(const component_rtsp&) noexcept { return "rtsp"; }
std::string_view type_name(const component_file&) noexcept { return "file"; }
std::string_view type_name(const component_sip&) noexcept { return "sip"; }
std::string_view type_name(const component_recording&) noexcept { return "recording"; }
std::string_view type_name(const component_unknown& value) noexcept { return value.type; }

void print(fields& to, const hls_properties& from) {
    to.flag("playable", from.playable)
        .flag("low_latency", from.low_latency)
        .flag("persistent", from.persistent);
    if (from.target_window_duration)
        to.value("target_window_duration_seconds", from.target_window_duration->count());
    to.value("subscribe_mode", from.subscribe_mode);
    if (from.s3) to.value("s3", "(hidden)");
}

void print(fields& to, const rtsp_properties& from) {
    to.text("source_uri", detail::source_uri_without_secrets(from.source_uri))
        .value("rtp_port", from.rtp_port)
        .value("reconnect_delay_ms", from.reconnect_delay.count())
        .value("keep_alive_interval_ms", from.keep_alive_interval.count())
        .flag("pierce_nat", from.pierce_nat);
}

void print(fields& to, const file_properties& from) {
    to.text("file_path", from.file_path);
    if (from.framerate) to.value("framerate", *from.framerate);
}

void print(fields& to, const sip_properties& from) {
    to.text("address", from.registrar_credentials.address)
        .text("username", from.registrar_credentials.username)
        .value("password", "(hidden)");
}

void print(fields& to, const recording_properties& from) {
    to.value("subscribe_mode", from.subscribe_mode);
}

/// Prints a component's property unless it may be a secret. Only the strings named here are known
/// to be public, and objects hold credentials.
void print_property(std::ostream& out, const detail::json::member& property) {
    const auto& [key, value] = property;
    const std::string name = key.string();
    out << quoted{name} << ": ";
    switch (value.kind()) {
        case json::kind::null:
        case json::kind::boolean:
        case json::kind::number:
            out << value.text();
            return;
        case json::kind::string:
            if (key == "sourceUri" || key == "subscribeMode" || key == "filePath") {
                out << quoted{key == "sourceUri"
                                  ? detail::source_uri_without_secrets(value.string())
                                  : detail::without_userinfo(value.string())};
                return;
            }
            break;
        case json::kind::array:
        case json::kind::object:
            break;
    }
    out << "(hidden)";
}

void print_properties(std::ostream& out, std::string_view text) {
    std::string problem;
    const auto properties = detail::json::document::parse(text, problem);
    if (!properties) {
        out << "(not JSON)";
        return;
    }
    const char* separator = "";
    out << '{';
    for (const auto& property : properties->root().members()) {
        out << separator;
        print_property(out, property);
        separator = ", ";
    }
    out << '}';
}

template <class Component>
std::ostream& print_known(std::ostream& out, const Component& value) {
    out << "component_" << type_name(value) << '{';
    fields all(out);
    all.text("id", value.id);
    print(all, value.properties);
    all.list("tracks", value.tracks);
    return out << '}';
}

}  // namespace

const std::string& id_of(const component& value) noexcept {
    return std::visit([](const auto& each) -> const std::string& { return each.id; }, value);
}

const std::vector<track>& tracks_of(const component& value) noexcept {
    return std::visit([](const auto& each) -> const std::vector<track>& { return each.tracks; },
                      value);
}

std::string_view type_of(const component& value) noexcept {
    return std::visit([](const auto& each) { return type_name(each); }, value);
}

std::ostream& operator<<(std::ostream& out, subscribe_mode value) {
    switch (value) {
        case subscribe_mode::automatic:
            return out << "automatic";
        case subscribe_mode::manual:
            return out << "manual";
        case subscribe_mode::unknown:
            break;
    }
    return out << "unknown";
}

std::ostream& operator<<(std::ostream& out, const component_hls& value) {
    return print_known(out, value);
}

std::ostream& operator<<(std::ostream& out, const component_rtsp& value) {
    return print_known(out, value);
}

std::ostream& operator<<(std::ostream& out, const component_file& value) {
    return print_known(out, value);
}

std::ostream& operator<<(std::ostream& out, const component_sip& value) {
    return print_known(out, value);
}

std::ostream& operator<<(std::ostream& out, const component_recording& value) {
    return print_known(out, value);
}

std::ostream& operator<<(std::ostream& out, const component_unknown& value) {
    out << "component_unknown{id: " << quoted{value.id} << ", type: " << quoted{value.type}
        << ", properties: ";
    print_properties(out, value.properties);
    out << ", tracks: ";
    detail::print_list(out, value.tracks);
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const component& value) {
    return std::visit([&out](const auto& each) -> std::ostream& { return out << each; }, value);
}

}  // namespace jellyfish
