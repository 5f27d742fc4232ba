#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/open_enum.hpp>

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <utility>

namespace jellyfish {

// Declared before the types `peer` and `component`: g++ warns about enumerators that shadow types.
/// The kind of a `track_endpoint`.
enum class endpoint_kind : std::uint8_t {
    unspecified,  ///< Not specified by the server.
    peer,
    component,
};

/// The media type of a track.
enum class track_type : std::uint8_t {
    unspecified,
    video,
    audio,
    unknown,  ///< From a newer server; see `open_enum::text`.
};

/// A media track of a peer or component (protocol: "Protobuf", `Track`; "REST", Track).
struct track {
    std::string id;                                        ///< The track's id.
    open_enum<track_type> type = track_type::unspecified;  ///< Video or audio.
    std::string metadata;                                  ///< JSON text; `null` if none was set.

    bool operator==(const track&) const = default;
};

/// An optional track, used like a `const std::optional<track>`, but smaller: every notification is
/// as large as the largest kind, and few kinds have such a member.
class optional_track {
public:
    /// Holds no track.
    optional_track() = default;
    /// Holds a track.
    optional_track(track value) : track_(std::make_shared<const track>(std::move(value))) {}

    /// Returns whether it holds a track.
    [[nodiscard]] bool has_value() const noexcept { return track_ != nullptr; }
    /// Same as `has_value()`.
    explicit operator bool() const noexcept { return has_value(); }

    /// @{
    /// Returns the track. The behavior is undefined if there is none.
    const track& operator*() const noexcept { return *track_; }
    const track* operator->() const noexcept { return track_.get(); }
    /// @}

    /// Compares the tracks.
    friend bool operator==(const optional_track& a, const optional_track& b) noexcept {
        return a.track_ == b.track_ || (a.track_ && b.track_ && *a == *b);
    }

private:
    std::shared_ptr<const track> track_;
};

/// @{
/// Prints one line, without secrets.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, track_type value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const track& value);
/// @}

}  // namespace jellyfish
