#pragma once

#include <string>
#include <string_view>

namespace jellyfish::detail::http {

/// Returns the value of the `User-Agent` header: this library and its version, followed by `added`.
[[nodiscard]] std::string user_agent(std::string_view added);

/// Returns the value of `x-fishjam-api-client`.
[[nodiscard]] std::string_view api_client() noexcept;

}  // namespace jellyfish::detail::http
