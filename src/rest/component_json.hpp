#pragma once

#include <jellyfish/component.hpp>
#include <jellyfish/component_options.hpp>

#include "json/document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

/// Reads a component from JSON (protocol: "REST", Component). An unknown type is kept as JSON.
/// @throws jellyfish::error with `errc::malformed_response`.
[[nodiscard]] component component_of(json::value from);

/// Returns the body of `POST /room/{room_id}/component`. Options that are not set are omitted.
[[nodiscard]] std::string write_json(const component_options& options);

/// Returns why the options are invalid, or an empty string. Checks what the server would reject or
/// be harmed by.
[[nodiscard]] std::string problem_of(const component_options& options);

/// Returns the secrets in the body that `write_json` returns.
[[nodiscard]] std::vector<std::string> secrets_of(const component_options& options);

/// Returns the body of `POST /room/{room_id}/component/{component_id}/subscribe`.
[[nodiscard]] std::string write_origins(const std::vector<std::string>& origins);

/// Returns the body of `POST /sip/{room_id}/{component_id}/call`.
[[nodiscard]] std::string write_phone_number(std::string_view number);

}  // namespace jellyfish::detail
