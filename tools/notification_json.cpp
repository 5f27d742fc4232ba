#include "failure_text.hpp"
#include "model_json.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <variant>

namespace tool {
namespace {

std::string hexadecimal(const std::string& bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(2 * bytes.size());
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4];
        out += digits[byte & 0x0f];
    }
    return out;
}

void add_endpoint(json_object& to, const jellyfish::track_endpoint& from) {
    if (from.is_peer()) to.add("peer_id", from.id);
    if (from.is_component()) to.add("component_id", from.id);
}

json track_json(const jellyfish::track& from) {
    return json_object()
        .add("id", from.id)
        .add("type", name_of(from.type))
        .add("metadata", json_of_text(from.metadata))
        .take();
}

/// Adds the members that a notification has.
template <class T>
void add_members(json_object& to, const T& from) {
    if constexpr (requires { from.room_id; }) to.add("room_id", from.room_id);
    if constexpr (requires { from.peer_id; }) to.add("peer_id", from.peer_id);
    if constexpr (requires { from.component_id; }) to.add("component_id", from.component_id);
    if constexpr (requires { from.endpoint; }) add_endpoint(to, from.endpoint);
    if constexpr (requires { from.track; }) to.add("track", track_json(from.track));
    if constexpr (requires { from.metadata; }) to.add("metadata", json_of_text(from.metadata));
    if constexpr (requires { from.metrics; }) to.add("metrics", json_of_text(from.metrics));
    if constexpr (requires { from.bytes; }) to.add("bytes", hexadecimal(from.bytes));
    if constexpr (requires { from.code; }) {
        to.add("error", text_of(from.code)).add("reason", translated(from.reason));
    } else if constexpr (requires { from.reason; }) {
        to.add("reason", from.reason);  // The server's.
    }
    if constexpr (requires { from.gap; }) to.add("gap_ms", from.gap.count());
    if constexpr (requires { from.attempts; }) to.add("attempts", from.attempts);
    if constexpr (requires { from.count; }) to.add("count", from.count);
}

}  // namespace

std::string time_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    const auto seconds = static_cast<std::time_t>(milliseconds / 1'000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 80> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                  parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                  parts.tm_min, parts.tm_sec, static_cast<int>(milliseconds % 1'000));
    return text.data();
}

json json_of(const jellyfish::notification& value) {
    json_object out;
    out.add("time", time_now()).add("type", name_of(value));
    std::visit([&](const auto& each) { add_members(out, each); }, value);
    return out.take();
}

}  // namespace tool
