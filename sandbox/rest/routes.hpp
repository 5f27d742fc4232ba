#pragma once

#include "sandbox/http/http_message.hpp"
#include "sandbox/json/json.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// @file
/// The checks and the routing that the REST APIs of both servers perform before a call.

namespace jellyfish::testing::detail {

/// The segments of a route's path. Those that start with a colon are parameters.
using route_path = std::array<std::string_view, 5>;

/// Returns the row that a request matches in a table of routes, or null. A row has a `method` and
/// `segments`.
/// @param params Receives the path's parameters.
template <class Routes>
[[nodiscard]] auto find_route(const Routes& routes, std::string_view method,
                              const std::vector<std::string>& path, json_value& params) -> const
    typename Routes::value_type* {
    const auto matches = [&](const auto& each) {
        const route_path& segments = each.segments;
        const auto end = std::find(segments.begin(), segments.end(), std::string_view());
        return each.method == method &&
               std::equal(segments.begin(), end, path.begin(), path.end(),
                          [](std::string_view wanted, const std::string& segment) {
                              return wanted.starts_with(':') || wanted == segment;
                          });
    };
    const auto found = std::find_if(routes.begin(), routes.end(), matches);
    if (found == routes.end()) return nullptr;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const std::string_view name = found->segments[i];
        if (name.starts_with(':')) params.set(name.substr(1), path[i]);
    }
    return &*found;
}

/// Whether a media type is one of these. Ignores its parameters.
[[nodiscard]] bool is_media_type(std::string_view text,
                                 std::initializer_list<std::string_view> types);

/// Returns the response to a request that does not accept JSON or has no valid token; otherwise
/// nothing.
[[nodiscard]] std::optional<http_response> check_access(const http_request& request,
                                                        std::string_view token);

}  // namespace jellyfish::testing::detail
