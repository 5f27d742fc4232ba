#pragma once

#include <jellyfish/webhook_options.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// What is wrong with a webhook URL, or nothing. A server crashes on some of what is refused, and
/// then posts no webhook any more (protocol: "Webhooks").
[[nodiscard]] std::optional<std::string> problem_of_webhook_url(std::string_view url);

/// A user name or a password as it stands in a URL.
[[nodiscard]] std::string encoded_for_url(std::string_view text);

/// The URL to which a server posts for a receiver with these options, which listens on `port`: it
/// names the port unless it is the scheme's default.
[[nodiscard]] std::string webhook_url_of(const webhook_options& options, std::string_view host,
                                         std::uint16_t port);

}  // namespace jellyfish::detail
