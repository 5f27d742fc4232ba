#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/notification.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// @file
/// A metrics report as data (protocol: "Metrics report").
///
/// A server reports what its media engine has counted; which numbers there are depends on the
/// server's version, on the direction of a track, and on how long it has been there. So each is an
/// optional, and what this library has no member for is kept as `metric`: nothing of a report is
/// left out. All strings are UTF-8.

namespace jellyfish {

/// A part of a report that has no member of its own: a name that this library does not know, or a
/// value that is not what is expected there.
struct metric {
    std::string name;   ///< As the server names it, as `inbound-rtp.jitter`.
    std::string value;  ///< JSON text, as the server sent it, to the digit.

    bool operator==(const metric&) const = default;
};

/// Something that is counted, from when it began.
struct metric_counter {
    std::optional<std::uint64_t> total;  ///< How much it is so far, as of the report.
    /// How much it has grown in a second, measured between two reports. Not in the first report.
    std::optional<double> per_second;

    bool operator==(const metric_counter&) const = default;
};

/// What is counted of one RTP stream. A track that a peer or a component sends into the room has
/// the members received by the server; one that the server sends to a peer has the members sent.
struct rtp_metrics {
    std::optional<std::string> codec;   ///< `inbound-rtp.encoding`, as `VP8` or `OPUS`.
    metric_counter bytes_received;      ///< `inbound-rtp.bytes_received`.
    metric_counter packets_received;    ///< `inbound-rtp.packets`.
    metric_counter frames_received;     ///< `inbound-rtp.frames`, of video.
    metric_counter keyframes_received;  ///< `inbound-rtp.keyframes`, of video.
    metric_counter markers_received;    ///< `inbound-rtp.markers_received`.

    std::optional<std::string> variant;  ///< `outbound-rtp.variant`: which quality is sent.
    metric_counter bytes_sent;           ///< `outbound-rtp.bytes`.
    metric_counter packets_sent;         ///< `outbound-rtp.packets`.
    metric_counter markers_sent;         ///< `outbound-rtp.markers_sent`.
    metric_counter paddings_sent;        ///< `outbound-rtp.paddings_sent`.

    bool operator==(const rtp_metrics&) const = default;
};

/// What is reported of a track, or of one of the qualities that it is sent in.
struct track_metrics {
    std::string label;      ///< As the server names it: `<endpoint id>:<track id>[:<rid>]`.
    std::string track_id;   ///< The part of `label` that is the track's.
    std::string origin_id;  ///< The part that says whose track it is; empty when there is none.
    std::string rid;        ///< `h`, `m` or `l` for a simulcast quality; else empty.
    std::string metadata;   ///< `track.metadata`, JSON text; empty when the report has none.
    rtp_metrics rtp;        ///< What is counted of the track's own stream.
    std::optional<rtp_metrics> rtx;  ///< `rtx_stream`: what was sent again.
    std::vector<metric> other;       ///< What else is reported of the track.

    bool operator==(const track_metrics&) const = default;
};

/// What is reported of a peer or of a component.
struct endpoint_metrics {
    std::string id;        ///< A peer's or a component's id.
    std::string metadata;  ///< `endpoint.metadata`, JSON text; empty when the report has none.
    std::optional<std::string> ice_protocol;  ///< `ice.protocol`, as `udp`. Of peers only.
    metric_counter bytes_received;            ///< `ice.bytes_received`, of all tracks together.
    metric_counter bytes_sent;                ///< `ice.bytes_sent`.
    metric_counter packets_received;          ///< `ice.packets_received`.
    metric_counter packets_sent;              ///< `ice.packets_sent`.
    std::vector<track_metrics> tracks;        ///< In the order of the report.
    std::vector<metric> other;                ///< What else is reported of the peer or component.

    bool operator==(const endpoint_metrics&) const = default;
};

/// What is reported of a room.
struct room_metrics {
    std::string id;                           ///< The room's id.
    std::vector<endpoint_metrics> endpoints;  ///< In the order of the report.
    std::vector<metric> other;                ///< What else is reported of the room.

    bool operator==(const room_metrics&) const = default;
};

/// A report. A server without media reports no room.
struct metrics {
    std::vector<room_metrics> rooms;  ///< In the order of the report.
    std::vector<metric> other;        ///< What is reported of the server itself.

    bool operator==(const metrics&) const = default;
};

/// Reads a report.
///
/// Any JSON object is one: what is missing is an empty optional, and what is unknown, or is not of
/// the expected kind, is kept under `other` of the level where it stands, as JSON text. There a
/// counter that is no whole number from 0 to 2⁶⁴ - 1 is kept too, and the second of two members of
/// one name. Of an RTX stream such members stand in its track's `other`, as `rtx_stream.<name>`.
///
/// Pure: may be called from any thread. Takes time in proportion to the report's length: a
/// notifier's handler may well call it.
///
/// @throws jellyfish::error with `errc::malformed_message` when the report is no JSON, or no
///     object. How deep it is nested does not matter.
[[nodiscard]] JELLYFISH_DECL metrics parse_metrics(const metrics_report& report);

}  // namespace jellyfish
