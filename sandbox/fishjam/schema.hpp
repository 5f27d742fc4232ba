#pragma once

#include "sandbox/json/json.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jellyfish::testing::detail {

struct schema_key;

/// The keys of an object. An object with any other key is rejected.
using schema = std::span<const schema_key>;

/// A key of an object, and the values that it accepts.
struct schema_key {
    enum class kind : std::uint8_t {
        boolean,
        count,     ///< An integer of at least 0.
        positive,  ///< A number greater than 0.
        text,
        texts,   ///< An array of strings.
        object,  ///< An object with the keys of `inner`, or with any keys if that is null.
    };

    std::string_view name;
    kind type = kind::text;
    bool is_required = false;
    bool is_nullable = false;
    std::string_view choices = {};                        ///< The values, separated by `|`.
    bool (*matches_pattern)(std::string_view) = nullptr;  ///< For a text; null for any.
    const schema* inner = nullptr;
};

/// Returns the reason why an object does not match, for the response, or nothing.
[[nodiscard]] std::optional<std::string> mismatch(const schema& expected, const json_value& value);

// The bodies of requests. Keys in the order of the server's documentation.

extern const schema room_config_schema;
extern const schema stream_config_schema;
extern const schema peer_config_schema;
extern const schema subscribe_tracks_schema;
extern const schema track_forwarding_schema;
extern const schema moq_access_schema;
extern const schema recording_config_schema;

/// Returns the keys of the `options` of a peer.
/// @param type As accepted by `peer_config_schema`.
[[nodiscard]] const schema& peer_options_schema(std::string_view type);

}  // namespace jellyfish::testing::detail
