#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/notification.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// @file
/// A parsed metrics report (protocol: "Metrics report").
///
/// A server reports the counters of its media engine. The set of counters depends on the server's
/// version, on the direction of a track, and on the track's age. Each value is therefore optional,
/// and values without a member in these structs are kept as `metric`: parsing loses nothing. All
/// strings are UTF-8.

namespace jellyfish {

/// A part of a report without a member in these structs: the library does not know its name, or
/// its value has an unexpected type.
struct metric {
    std::string name;   ///< The server's name for it, such as `inbound-rtp.jitter`.
    std::string value;  ///< JSON text, exactly as received.

    bool operator==(const metric&) const = default;
};

/// A counter that starts with the stream or connection it belongs to.
struct metric_counter {
    std::optional<std::uint64_t> total;  ///< The value at the time of the report.
    /// The increase per second between two reports. Absent from the first report.
    std::optional<double> per_second;

    bool operator==(const metric_counter&) const = default;
};

/// The counters of one RTP stream. Tracks that a peer or component sends to the server have the
/// `received` members. Tracks that the server sends to a peer have the `sent` members.
struct rtp_metrics {
    std::optional<std::string> codec;   ///< `inbound-rtp.encoding`, such as `OPUS`.
    metric_counter bytes_received;      ///< `inbound-rtp.bytes_received`.
    metric_counter packets_received;    ///< `inbound-rtp.packets`.
    metric_counter frames_received;     ///< `inbound-rtp.frames`; video only.
    metric_counter keyframes_received;  ///< `inbound-rtp.keyframes`; video only.
    metric_counter markers_received;    ///< `inbound-rtp.markers_received`.

    std::optional<std::string> variant;  ///< `outbound-rtp.variant`: the quality sent.
    metric_counter bytes_sent;           ///< `outbound-rtp.bytes`.
    metric_counter packets_sent;         ///< `outbound-rtp.packets`.
    metric_counter markers_sent;         ///< `outbound-rtp.markers_sent`.
    metric_counter paddings_sent;        ///< `outbound-rtp.paddings_sent`.

    bool operator==(const rtp_metrics&) const = default;
};

/// The metrics of a track, or of one of its simulcast qualities.
struct track_metrics {
    std::string label;      ///< The server's name for it: `<endpoint id>:<track id>[:<rid>]`.
    std::string track_id;   ///< The track part of `label`.
    std::string origin_id;  ///< The endpoint part of `label`; may be empty.
    std::string rid;        ///< `h`, `m` or `l` for a simulcast quality; otherwise empty.
    std::string metadata;   ///< `track.metadata`, JSON text; empty if absent from the report.
    rtp_metrics rtp;        ///< The counters of the track's own stream.
    std::optional<rtp_metrics> rtx;  ///< `rtx_stream`: the retransmission stream.
    std::vector<metric> other;       ///< Other metrics of the track.

    bool operator==(const track_metrics&) const = default;
};

/// The metrics of a peer or component.
struct endpoint_metrics {
    std::string id;        ///< The id of the peer or component.
    std::string metadata;  ///< `endpoint.metadata`, JSON text; empty if absent from the report.
    std::optional<std::string> ice_protocol;  ///< `ice.protocol`, such as `udp`. Peers only.
    metric_counter bytes_received;            ///< `ice.bytes_received`, for all tracks together.
    metric_counter bytes_sent;                ///< `ice.bytes_sent`.
    metric_counter packets_received;          ///< `ice.packets_received`.
    metric_counter packets_sent;              ///< `ice.packets_sent`.
    std::vector<track_metrics> tracks;        ///< In the order of the report.
    std::vector<metric> other;                ///< Other metrics of the peer or component.

    bool operator==(const endpoint_metrics&) const = default;
};

/// The metrics of a room.
struct room_metrics {
    std::string id;                           ///< The room's id.
    std::vector<endpoint_metrics> endpoints;  ///< In the order of the report.
    std::vector<metric> other;                ///< Other metrics of the room.

    bool operator==(const room_metrics&) const = default;
};

/// A metrics report. A server without media reports no rooms.
struct metrics {
    std::vector<room_metrics> rooms;  ///< In the order of the report.
    std::vector<metric> other;        ///< Metrics of the server itself.

    bool operator==(const metrics&) const = default;
};

/// Parses a metrics report.
///
/// Accepts any JSON object. Missing values become empty optionals. Members with an unknown name or
/// an unexpected type are kept as JSON text in the `other` of their level. So are counters that are
/// not integers from 0 to 2⁶⁴ - 1, and the second of two members with the same name. Such members
/// of an RTX stream appear in the track's `other`, as `rtx_stream.<name>`.
///
/// May be called from any thread. Takes time linear in the length of the report, so calling it
/// from a notifier's handler is fine.
///
/// @throws jellyfish::error with `errc::malformed_message` if the report is not JSON or not an
///     object. The nesting depth is not limited.
[[nodiscard]] JELLYFISH_DECL metrics parse_metrics(const metrics_report& report);

}  // namespace jellyfish
