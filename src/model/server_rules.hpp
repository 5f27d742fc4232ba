#pragma once

#include <jellyfish/server_api.hpp>

#include <cstdint>
#include <optional>
#include <string>

/// @file
/// The differences between the servers, in one place.

namespace jellyfish::detail {

/// A call, an option or a subscription that only one of the servers has.
enum class server_feature : std::uint8_t {
    // Jellyfish only.
    components,
    sip,
    hls,
    recording_files,
    health,
    metrics,
    room_id,
    peerless_purge_timeout,
    peer_disconnected_timeout,
    simulcast,
    // Fishjam only.
    fishjam_rooms,
    livestreams,
    recordings,
    moq,
};

/// A set of features that a request requires.
class feature_set {
public:
    constexpr feature_set() = default;
    constexpr feature_set(server_feature only) { add(only); }

    constexpr void add(server_feature each) { bits_ |= 1U << static_cast<unsigned>(each); }
    constexpr void add_if(bool used, server_feature each) {
        if (used) add(each);
    }
    [[nodiscard]] constexpr bool contains(server_feature each) const {
        return (bits_ >> static_cast<unsigned>(each) & 1U) != 0;
    }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }

    bool operator==(const feature_set&) const = default;

private:
    std::uint32_t bits_ = 0;
};

/// Returns a sentence that names the first feature that a server lacks, or nothing.
[[nodiscard]] std::optional<std::string> problem_of(const feature_set& features, server_api api);

/// Whether a `maxPeers` of 0 means no limit.
[[nodiscard]] constexpr bool no_limit_is_zero(server_api api) noexcept {
    return api == server_api::fishjam;
}

}  // namespace jellyfish::detail
