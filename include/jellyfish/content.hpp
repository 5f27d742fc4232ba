#pragma once

#include <jellyfish/detail/config.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace jellyfish {

/// A file from a server, or a part of it.
struct content {
    std::string bytes;          ///< The received bytes.
    std::string content_type;   ///< Such as `application/vnd.apple.mpegurl`; empty if unknown.
    std::string content_range;  ///< Such as `bytes 0-99/1234`; empty if `bytes` is the whole file.

    bool operator==(const content&) const = default;
};

/// Options for requesting a file of an HLS stream.
///
/// Setters return the object, so calls can be chained. Each setter has a getter of the same name.
class hls_content_options {
public:
    hls_content_options() {}  // User-provided: GCC 12 destroys aggregates in co_await twice.

    /// Delays the response until the playlist has this segment (`_HLS_msn`). Default: none.
    hls_content_options& msn(std::uint64_t value) {
        msn_ = value;
        return *this;
    }
    /// Returns the media sequence number.
    [[nodiscard]] const std::optional<std::uint64_t>& msn() const noexcept { return msn_; }

    /// Delays the response until the playlist has this part of the segment (`_HLS_part`). Requires
    /// `msn`. Default: none.
    hls_content_options& part(std::uint64_t value) {
        part_ = value;
        return *this;
    }
    /// Returns the part number.
    [[nodiscard]] const std::optional<std::uint64_t>& part() const noexcept { return part_; }

    /// Requests only the changes to the playlist (`_HLS_skip`). Default: false.
    hls_content_options& skip(bool value) {
        skip_ = value;
        return *this;
    }
    /// Returns whether only changes are requested.
    [[nodiscard]] bool skip() const noexcept { return skip_; }

    /// Requests the bytes from `first` to `last`, inclusive (`Range`). Default: the whole file.
    hls_content_options& range(std::uint64_t first, std::uint64_t last) {
        range_first_ = first;
        range_last_ = last;
        return *this;
    }
    /// Requests the bytes from `first` to the end (`Range`). Default: the whole file.
    hls_content_options& range(std::uint64_t first) {
        range_first_ = first;
        range_last_.reset();
        return *this;
    }
    /// Returns the first requested byte; empty without a range.
    [[nodiscard]] const std::optional<std::uint64_t>& range_first() const noexcept {
        return range_first_;
    }
    /// Returns the last requested byte; empty if the range extends to the end.
    [[nodiscard]] const std::optional<std::uint64_t>& range_last() const noexcept {
        return range_last_;
    }

    /// Whether to follow one redirect (301) to another node. Default: false.
    hls_content_options& follow_redirect(bool value) {
        follow_redirect_ = value;
        return *this;
    }
    /// Returns whether a redirect is followed.
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
