#pragma once

#include "testing/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::testing::detail {

/// Percent-decodes; what is malformed stays as it is.
[[nodiscard]] std::string percent_decode(std::string_view text, bool plus_is_space);

/// A path's segments, decoded; empty ones are left out.
[[nodiscard]] std::vector<std::string> path_segments(std::string_view path);

/// A query or a URL-encoded form as an object; `a[b]=1` and `a[]=1` nest. Nothing when it is not
/// UTF-8.
[[nodiscard]] std::optional<json_value> parse_query(std::string_view text);

/// A `multipart/form-data` body as an object; nothing when it is malformed.
[[nodiscard]] std::optional<json_value> parse_multipart(std::string_view body,
                                                        std::string_view content_type);

/// The object `below` with the keys of `above` added, which count more.
[[nodiscard]] json_value merged(json_value below, const json_value& above);

}  // namespace jellyfish::testing::detail
