#pragma once

#include <string>
#include <string_view>

namespace jellyfish::detail::http {

/// The value of the `User-Agent` header: this library and its version, and then what the user adds.
[[nodiscard]] std::string user_agent(std::string_view added);

}  // namespace jellyfish::detail::http
