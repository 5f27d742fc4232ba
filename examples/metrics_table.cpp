#include "metrics_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iomanip>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace {

constexpr std::size_t columns = 9;
constexpr std::size_t text_columns = 4;
using row = std::array<std::string, columns>;

const row heading{"room",       "endpoint", "track",  "codec",    "received",
                  "received/s", "sent",     "sent/s", "packets/s"};

/// Replaces control characters, so that names from a server cannot send commands to a terminal.
std::string shown(std::string text) {
    if (text.empty()) return "-";
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    return text;
}

std::string shown_bytes(std::optional<double> bytes) {
    if (!bytes) return "-";
    constexpr std::array units{"B", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    for (; *bytes >= 1000 && unit + 1 < units.size(); ++unit)
        *bytes /= 1000;
    std::array<char, 340> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", *bytes, units[unit]);
    return text.data();
}

std::string shown_total(const jellyfish::metric_counter& bytes) {
    return shown_bytes(bytes.total ? std::optional(static_cast<double>(*bytes.total))
                                   : std::nullopt);
}

/// The sum of received and sent packets per second.
std::string shown_rate(const jellyfish::metric_counter& one,
                       const jellyfish::metric_counter& other) {
    if (!one.per_second && !other.per_second) return "-";
    std::array<char, 340> text{};
    std::snprintf(text.data(), text.size(), "%.1f",
                  one.per_second.value_or(0) + other.per_second.value_or(0));
    return text.data();
}

row row_of(const std::string& room, const jellyfish::endpoint_metrics& from) {
    return {shown(room),
            shown(from.id),
            "-",
            shown(from.ice_protocol.value_or("")),
            shown_total(from.bytes_received),
            shown_bytes(from.bytes_received.per_second),
            shown_total(from.bytes_sent),
            shown_bytes(from.bytes_sent.per_second),
            shown_rate(from.packets_received, from.packets_sent)};
}

row row_of(const std::string& room, const std::string& endpoint,
           const jellyfish::track_metrics& from) {
    const jellyfish::rtp_metrics& rtp = from.rtp;
    std::string codec = rtp.codec.value_or("");
    if (const std::string quality = rtp.variant.value_or(from.rid); !quality.empty())
        codec += (codec.empty() ? "" : " ") + quality;
    return {shown(room),
            shown(endpoint),
            shown(from.track_id),
            shown(codec),
            shown_total(rtp.bytes_received),
            shown_bytes(rtp.bytes_received.per_second),
            shown_total(rtp.bytes_sent),
            shown_bytes(rtp.bytes_sent.per_second),
            shown_rate(rtp.packets_received, rtp.packets_sent)};
}

std::vector<row> rows_of(const jellyfish::metrics& report) {
    std::vector<row> all;
    for (const jellyfish::room_metrics& room : report.rooms) {
        for (const jellyfish::endpoint_metrics& endpoint : room.endpoints) {
            all.push_back(row_of(room.id, endpoint));
            for (const jellyfish::track_metrics& track : endpoint.tracks)
                all.push_back(row_of(room.id, endpoint.id, track));
        }
    }
    return all;
}

}  // namespace

std::size_t print_metrics_table(std::ostream& out, const jellyfish::metrics& report) {
    std::vector<row> rows = rows_of(report);
    rows.insert(rows.begin(), heading);
    std::array<std::size_t, columns> widths{};
    for (const row& each : rows)
        for (std::size_t i = 0; i < columns; ++i)
            widths[i] = std::max(widths[i], each[i].size());
    for (const row& each : rows) {
        for (std::size_t i = 0; i < columns; ++i) {
            out << (i == 0 ? "" : "  ") << (i < text_columns ? std::left : std::right)
                << std::setw(static_cast<int>(widths[i])) << each[i];
        }
        out << '\n';
    }
    return rows.size() - 1;
}
