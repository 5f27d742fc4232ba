#pragma once

#include <jellyfish/detail/config.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace jellyfish {

/// A file that a server has sent, or a part of it.
struct content {
    std::string bytes;          ///< What the server sent.
    std::string content_type;   ///< As `application/vnd.apple.mpegurl`; empty when not told.
    std::string content_range;  ///< As `bytes 0-99/1234`; empty when `bytes` is the whole file.

    bool operator==(const content&) const = default;
};

/// Which part of an HLS stream's file is asked for, and how.
///
/// Setters return the object, so that they can be chained; the same names without an argument read.
class hls_content_options {
public:
    hls_content_options() {}  // User-provided: an aggregate in an awaited call is destroyed twice.

    /// The server answers when the playlist has this segment (`_HLS_msn`). Default: none.
    hls_content_options& msn(std::uint64_t value) {
        msn_ = value;
        return *this;
    }
    /// Returns the media sequence number.
    [[nodiscard]] const std::optional<std::uint64_t>& msn() const noexcept { return msn_; }

    /// The server answers when the playlist has this part of the segment (`_HLS_part`). Goes with
    /// `msn`. Default: none.
    hls_content_options& part(std::uint64_t value) {
        part_ = value;
        return *this;
    }
    /// Returns the part number.
    [[nodiscard]] const std::optional<std::uint64_t>& part() const noexcept { return part_; }

    /// Asks for what has changed in the playlist only (`_HLS_skip`). Default: false.
    hls_content_options& skip(bool value) {
        skip_ = value;
        return *this;
    }
    /// Returns whether only changes are requested.
    [[nodiscard]] bool skip() const noexcept { return skip_; }

    /// Asks for the bytes from `first` to `last`, both included (`Range`). Default: the whole file.
    hls_content_options& range(std::uint64_t first, std::uint64_t last) {
        range_first_ = first;
        range_last_ = last;
        return *this;
    }
    /// Asks for the bytes from `first` on (`Range`). Default: the whole file.
    hls_content_options& range(std::uint64_t first) {
        range_first_ = first;
        range_last_.reset();
        return *this;
    }
    /// The first byte that is asked for; empty: no range.
    [[nodiscard]] const std::optional<std::uint64_t>& range_first() const noexcept {
        return range_first_;
    }
    /// The last byte that is asked for; empty: to the end.
    [[nodiscard]] const std::optional<std::uint64_t>& range_last() const noexcept {
        return range_last_;
    }

    /// Whether one redirection (301) to another node is followed. Default: false.
    hls_content_options& follow_redirect(bool value) {
        follow_redirect_ = value;
        return *this;
    }
    /// Returns whether a redirection is followed.
    [[nodiscard]] bool follow_redirect() const noexcept { return follow_redirect_; }

    bool operator==(const hls_content_options&) const = default;

private:
    std::optional<std::uint64_t> msn_;
    std::optional<std::uint64_t> part_;
    bool skip_ = false;
    std::optional<std::uint64_t> range_first_;
    std::optional<std::uint64_t> range_last_;
    bool follow_redirect_ = false;
};

}  // namespace jellyfish
