#pragma once

#include <jellyfish/webhook_options.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// Returns what is wrong with a webhook URL, or nothing. Some URLs rejected here crash the server's
/// webhook sender, after which it posts no webhooks at all (protocol: "Webhooks").
[[nodiscard]] std::optional<std::string> problem_of_webhook_url(std::string_view url);

/// Returns a user name or password, percent-encoded for use in a URL.
[[nodiscard]] std::string encoded_for_url(std::string_view text);

/// Returns the URL to which a server posts for a receiver with these options that listens on
/// `port`. The URL contains the port unless it is the scheme's default.
[[nodiscard]] std::string webhook_url_of(const webhook_options& options, std::string_view host,
                                         std::uint16_t port);

}  // namespace jellyfish::detail
