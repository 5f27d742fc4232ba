#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// What is wrong with a webhook URL, or nothing. A server crashes on some of what is refused, and
/// then posts no webhook any more (protocol: "Webhooks").
[[nodiscard]] std::optional<std::string> problem_of_webhook_url(std::string_view url);

/// A user name or a password as it stands in a URL.
[[nodiscard]] std::string encoded_for_url(std::string_view text);

}  // namespace jellyfish::detail
