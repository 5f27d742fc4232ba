#include <jellyfish/error.hpp>
#include <jellyfish/metrics.hpp>

#include "json/document.hpp"

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

namespace jellyfish {
namespace {

namespace json = detail::json;

constexpr std::string_view per_second_suffix = "-per-second";

/// Returns the rest of `name` after `prefix`, or nothing if it does not start with that.
std::optional<std::string_view> after(std::string_view prefix, std::string_view name) {
    if (!name.starts_with(prefix)) return std::nullopt;
    return name.substr(prefix.size());
}

/// Returns an integer if it can be represented exactly.
std::optional<std::uint64_t> total_of(json::value value) {
    if (value.kind() != json::kind::number) return std::nullopt;
    const std::string_view digits = value.text();
    const char* const end = digits.data() + digits.size();
    std::uint64_t exact = 0;
    const auto read = std::from_chars(digits.data(), end, exact);
    if (read.ptr == end && read.ec == std::errc()) return exact;
    if (digits.find_first_of(".eE") == std::string_view::npos) return std::nullopt;
    // A number such as `1.0e3` is exact only up to 2⁵³.
    constexpr std::int64_t exact_limit = std::int64_t{1} << 53;
    const auto whole = value.whole_number();
    if (!whole || *whole < 0 || *whole >= exact_limit) return std::nullopt;
    return static_cast<std::uint64_t>(*whole);
}

std::optional<double> number_of(json::value value) {
    if (value.kind() != json::kind::number) return std::nullopt;
    const std::string_view digits = value.text();
    double number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc()) return std::nullopt;
    return number;
}

/// Stores the value unless there is none or one is already stored.
template <class T>
bool take(std::optional<T>& to, std::optional<T> value) {
    if (to || !value) return false;
    to = std::move(value);
    return true;
}

/// @param name The member's name: the counter's, optionally with `per_second_suffix`.
bool take(metric_counter& to, std::string_view counter, std::string_view name, json::value value) {
    const auto suffix = after(counter, name);
    if (!suffix) return false;
    if (suffix->empty()) return take(to.total, total_of(value));
    return *suffix == per_second_suffix && take(to.per_second, number_of(value));
}

bool take(std::optional<std::string>& to, std::string_view expected, std::string_view name,
          json::value value) {
    if (name != expected || value.kind() != json::kind::string) return false;
    return take(to, std::optional(value.string()));
}

/// Stores a member of any JSON type, the first time only.
bool take_text(std::string& to, std::string_view expected, std::string_view name,
               json::value value) {
    if (name != expected || !to.empty()) return false;
    to = value.text();
    return true;
}

bool take_inbound(rtp_metrics& to, std::string_view name, json::value value) {
    return take(to.bytes_received, "bytes_received", name, value) ||
           take(to.packets_received, "packets", name, value) ||
           take(to.frames_received, "frames", name, value) ||
           take(to.keyframes_received, "keyframes", name, value) ||
           take(to.markers_received, "markers_received", name, value) ||
           take(to.codec, "encoding", name, value);
}

bool take_outbound(rtp_metrics& to, std::string_view name, json::value value) {
    return take(to.bytes_sent, "bytes", name, value) ||
           take(to.packets_sent, "packets", name, value) ||
           take(to.markers_sent, "markers_sent", name, value) ||
           take(to.paddings_sent, "paddings_sent", name, value) ||
           take(to.variant, "variant", name, value);
}

bool take_rtp(rtp_metrics& to, std::string_view name, json::value value) {
    if (const auto inbound = after("inbound-rtp.", name)) return take_inbound(to, *inbound, value);
    if (const auto outbound = after("outbound-rtp.", name))
        return take_outbound(to, *outbound, value);
    return false;
}

bool take_rtx(track_metrics& to, std::string_view name, json::value value) {
    if (name != "rtx_stream" || to.rtx || value.kind() != json::kind::object) return false;
    rtp_metrics& rtx = to.rtx.emplace();
    for (const auto& [key, each] : value.members()) {
        std::string inner = key.string();
        if (!take_rtp(rtx, inner, each))
            to.other.push_back({"rtx_stream." + std::move(inner), std::string(each.text())});
    }
    return true;
}

/// Splits `<endpoint id>:<track id>:<rid>` into its parts. The endpoint is the one that sends the
/// track, which may be another one.
void read_label(track_metrics& to, std::string_view label, std::string_view endpoint_id) {
    to.label = label;
    const std::size_t last = label.rfind(':');
    const std::string_view rid =
        last == std::string_view::npos ? std::string_view() : label.substr(last + 1);
    if (rid == "h" || rid == "m" || rid == "l") {
        to.rid = rid;
        label.remove_suffix(label.size() - last);
    }
    const auto own = after(endpoint_id, label);
    const std::size_t origin = own && own->starts_with(':') ? endpoint_id.size() : label.find(':');
    if (origin != std::string_view::npos) {
        to.origin_id = label.substr(0, origin);
        label.remove_prefix(origin + 1);
    }
    to.track_id = label;
}

/// Reads the members of one level of a report.
template <class Level, class Take>
void read_members(Level& to, json::value from, const Take& take_member) {
    for (const auto& [key, value] : from.members()) {
        std::string name = key.string();
        if (!take_member(name, value))
            to.other.push_back({std::move(name), std::string(value.text())});
    }
}

/// Reads a member that is a nested level with its id in its name, such as `room_id=<id>`.
template <class Inner, class Read>
bool take_level(std::vector<Inner>& to, std::string_view prefix, std::string_view name,
                json::value value, const Read& read) {
    const auto id = after(prefix, name);
    if (!id || value.kind() != json::kind::object) return false;
    read(to.emplace_back(), *id, value);
    return true;
}

void read_track(track_metrics& to, json::value from) {
    read_members(to, from, [&](std::string_view name, json::value value) {
        return take_rtp(to.rtp, name, value) || take_rtx(to, name, value) ||
               take_text(to.metadata, "track.metadata", name, value);
    });
}

void read_endpoint(endpoint_metrics& to, std::string_view id, json::value from) {
    to.id = id;
    const auto track = [&](track_metrics& inner, std::string_view label, json::value value) {
        read_label(inner, label, to.id);
        read_track(inner, value);
    };
    read_members(to, from, [&](std::string_view name, json::value value) {
        return take(to.bytes_received, "ice.bytes_received", name, value) ||
               take(to.bytes_sent, "ice.bytes_sent", name, value) ||
               take(to.packets_received, "ice.packets_received", name, value) ||
               take(to.packets_sent, "ice.packets_sent", name, value) ||
               take(to.ice_protocol, "ice.protocol", name, value) ||
               take_text(to.metadata, "endpoint.metadata", name, value) ||
               take_level(to.tracks, "track_id=", name, value, track);
    });
}

void read_room(room_metrics& to, std::string_view id, json::value from) {
    to.id = id;
    read_members(to, from, [&](std::string_view name, json::value value) {
        return take_level(to.endpoints, "endpoint_id=", name, value, read_endpoint);
    });
}

[[noreturn]] void reject(std::string detail) {
    throw error(errc::malformed_message, {"parse_metrics", "", std::move(detail), 0, ""});
}

}  // namespace

metrics parse_metrics(const metrics_report& report) {
    std::string problem;
    const auto document = detail::json::document::parse(report.metrics, problem);
    if (!document) reject("invalid metrics report: expected JSON: " + problem);
    if (document->root().kind() != json::kind::object)
        reject("invalid metrics report: expected a JSON object");
    metrics all;
    read_members(all, document->root(), [&](std::string_view name, json::value value) {
        return take_level(all.rooms, "room_id=", name, value, read_room);
    });
    return all;
}

}  // namespace jellyfish
