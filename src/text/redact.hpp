#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// Returns `text` with the user names and passwords of its URLs hidden.
[[nodiscard]] inline std::string without_userinfo(std::string_view text) {
    std::string out;
    for (;;) {
        const auto scheme = text.find("://");
        if (scheme == std::string_view::npos) return out.append(text);
        out.append(text.substr(0, scheme + 3));
        text.remove_prefix(scheme + 3);
        // Not at a single quote, which may be part of a password.
        const std::string_view authority = text.substr(0, text.find_first_of("/?# \t\r\n\"<>"));
        const auto at = authority.rfind('@');
        if (at == std::string_view::npos) continue;
        out.append("(hidden)");
        text.remove_prefix(at);
    }
}

/// Returns `url`, which may be malformed, with its user name and password hidden.
[[nodiscard]] inline std::string url_without_userinfo(std::string_view url) {
    if (url.find("://") != std::string_view::npos) return without_userinfo(url);
    const auto at = url.rfind('@');  // Not a URL, but the text before may be a password.
    return at == std::string_view::npos ? std::string(url)
                                        : std::string("(hidden)").append(url.substr(at));
}

/// Returns `text` with the secret parts of its URLs hidden: the user name, the password, and
/// everything after a `?`, `#` or `=`, such as the password in `rtsp://host/a?password=b`.
[[nodiscard]] inline std::string urls_without_secrets(std::string_view text) {
    const std::string shown = without_userinfo(text);
    std::string out;
    for (std::string_view rest = shown;;) {
        const auto scheme = rest.find("://");
        if (scheme == std::string_view::npos) return out.append(rest);
        const auto end = std::min(rest.find_first_of(" \t\r\n\"<>", scheme), rest.size());
        const auto secret = rest.find_first_of("?#=", scheme);
        const auto visible = secret < end ? secret + 1 : end;
        out.append(rest.substr(0, visible));
        if (visible < end) out.append("(hidden)");
        rest.remove_prefix(end);
    }
}

/// Returns the URI of an RTSP source or a composition, which may be malformed, with the same parts
/// hidden.
[[nodiscard]] inline std::string source_uri_without_secrets(std::string_view uri) {
    std::string shown = url_without_userinfo(uri);
    if (shown.find("://") != std::string::npos) return urls_without_secrets(shown);
    const auto secret = shown.find_first_of("?#=");
    if (secret == std::string::npos) return shown;
    return shown.substr(0, secret + 1).append("(hidden)");
}

/// Returns the URL of a webhook, which may be malformed, with the parts that may be secret hidden:
/// the user name, the password and everything after the host.
[[nodiscard]] inline std::string webhook_url_without_secrets(std::string_view url) {
    std::string shown = url_without_userinfo(url);
    const auto scheme = shown.find("://");
    const auto end = shown.find_first_of("/?#", scheme == std::string::npos ? 0 : scheme + 3);
    if (end == std::string::npos || end + 1 == shown.size()) return shown;
    return shown.replace(end + 1, std::string::npos, "(hidden)");
}

}  // namespace jellyfish::detail
