#include <jellyfish/error.hpp>
#include <jellyfish/metrics.hpp>

#include "json/document.hpp"
#include "support/fuzz_input.hpp"
#include "support/require.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// @file
/// Every JSON object is a report, and nothing in it is lost: each value is in a typed member, or as
/// text in `other`.

namespace jellyfish::fuzz {
namespace {

namespace json = detail::json;

/// The prefixes of the names of nested levels, from the outermost on.
constexpr std::string_view level_names[] = {"room_id=", "endpoint_id=", "track_id="};
constexpr std::size_t track_level = 3;

/// The number of values that are not levels.
std::size_t values_in(json::value from, std::size_t level) {
    std::size_t count = 0;
    bool rtx_seen = false;
    for (const auto& [key, value] : from.members()) {
        const std::string name = key.string();
        const bool object = value.kind() == json::kind::object;
        if (level < track_level && object && name.starts_with(level_names[level])) {
            count += values_in(value, level + 1);
        } else if (level == track_level && object && name == "rtx_stream" && !rtx_seen) {
            rtx_seen = true;
            count += values_in(value, track_level + 1);
        } else {
            ++count;
        }
    }
    return count;
}

std::size_t values_in(const metric_counter& from) {
    return (from.total ? 1u : 0u) + (from.per_second ? 1u : 0u);
}

std::size_t values_in(const rtp_metrics& from) {
    std::size_t count = (from.codec ? 1u : 0u) + (from.variant ? 1u : 0u);
    for (const metric_counter* each :
         {&from.bytes_received, &from.packets_received, &from.frames_received,
          &from.keyframes_received, &from.markers_received, &from.bytes_sent, &from.packets_sent,
          &from.markers_sent, &from.paddings_sent})
        count += values_in(*each);
    return count;
}

bool is_json(const std::string& text) {
    std::string problem;
    return json::document::parse(text, problem).has_value();
}

std::size_t values_in(const std::vector<metric>& from) {
    for (const metric& each : from)
        require(is_json(each.value), "what is kept as text is JSON");
    return from.size();
}

std::size_t values_in(const track_metrics& from) {
    std::string label = from.origin_id + from.track_id + from.rid;
    require(label.size() + 2 >= from.label.size(), "a label has three parts at most");
    require(from.label.starts_with(from.origin_id), "a label begins with whose track it is");
    require(from.label.ends_with(from.rid), "and ends with the quality");
    require(from.label.find(from.track_id) != std::string::npos, "with the track between");
    require(from.metadata.empty() || is_json(from.metadata), "a track's metadata is JSON");
    return values_in(from.rtp) + (from.rtx ? values_in(*from.rtx) : 0) +
           (from.metadata.empty() ? 0u : 1u) + values_in(from.other);
}

std::size_t values_in(const endpoint_metrics& from) {
    require(from.metadata.empty() || is_json(from.metadata), "an endpoint's metadata is JSON");
    std::size_t count = (from.metadata.empty() ? 0u : 1u) + (from.ice_protocol ? 1u : 0u) +
                        values_in(from.bytes_received) + values_in(from.bytes_sent) +
                        values_in(from.packets_received) + values_in(from.packets_sent) +
                        values_in(from.other);
    for (const track_metrics& each : from.tracks)
        count += values_in(each);
    return count;
}

std::size_t values_in(const metrics& from) {
    std::size_t count = values_in(from.other);
    for (const room_metrics& room : from.rooms) {
        count += values_in(room.other);
        for (const endpoint_metrics& each : room.endpoints)
            count += values_in(each);
    }
    return count;
}

std::optional<metrics> parsed(const std::string& text) {
    try {
        return parse_metrics(metrics_report{text});
    } catch (const error& failure) {
        require(failure.code() == errc::malformed_message, "a refusal has its code");
        return std::nullopt;
    }
}

void run(fuzz_input input) {
    const std::string text(input.rest());
    const auto report = parsed(text);
    std::string problem;
    const auto document = json::document::parse(text, problem);
    const bool object = document && document->root().kind() == json::kind::object;
    require(report.has_value() == object, "an object is a report, and nothing else is");
    if (!report) return;
    require(values_in(*report) == values_in(document->root(), 0), "no value is lost");
    require(*parsed(text) == *report, "a report is always read alike");
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
