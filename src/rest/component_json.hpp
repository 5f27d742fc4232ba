#pragma once

#include <jellyfish/component.hpp>
#include <jellyfish/component_options.hpp>

#include "json/document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

/// A component, from its JSON (protocol: "REST", Component). A kind that is not known stays JSON.
/// @throws jellyfish::error with `errc::malformed_response`.
[[nodiscard]] component component_of(json::value from);

/// The body of `POST /room/{room_id}/component`: what is not set is left out.
[[nodiscard]] std::string write_json(const component_options& options);

/// What is wrong with options that a server would refuse or be harmed by; empty when nothing is.
[[nodiscard]] std::string problem_of(const component_options& options);

/// The body of `POST /room/{room_id}/component/{component_id}/subscribe`.
[[nodiscard]] std::string write_origins(const std::vector<std::string>& origins);

/// The body of `POST /sip/{room_id}/{component_id}/call`.
[[nodiscard]] std::string write_phone_number(std::string_view number);

}  // namespace jellyfish::detail
