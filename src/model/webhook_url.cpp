#include "model/webhook_url.hpp"

#include "model/server_address.hpp"

#include <charconv>

#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>

namespace jellyfish::detail {
namespace {

constexpr std::size_t longest = 4'096;

bool is_port(std::string_view digits) {
    unsigned port = 0;
    const char* const end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, port);
    return result.ec == std::errc() && result.ptr == end && port >= 1 && port <= 65'535;
}

}  // namespace

std::optional<std::string> problem_of_webhook_url(std::string_view url) {
    if (url.size() > longest) return "it is longer than " + std::to_string(longest) + " bytes";
    // Lower case only: a server takes anything else for a host name.
    if (!url.starts_with("http://") && !url.starts_with("https://"))
        return "it must begin with http:// or https://";
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed) return "it is malformed: " + parsed.error().message();
    if (parsed->encoded_host().empty()) return "it has no host";
    if (parsed->has_port() && !is_port(parsed->port()))
        return "its port must be a number from 1 to 65535";
    // Boost.URL accepts a path after the host that does not begin with a slash.
    if (!std::string_view(parsed->encoded_path()).starts_with('/'))
        return "it has no path; append at least / to the host";
    return std::nullopt;
}

std::string encoded_for_url(std::string_view text) {
    return boost::urls::encode({text.data(), text.size()}, boost::urls::unreserved_chars);
}

std::string webhook_url_of(const webhook_options& options, std::string_view host,
                           std::uint16_t port) {
    const std::string_view scheme = options.secure() ? "https" : "http";
    std::string text = std::string(scheme) + "://";
    if (options.user()) {
        text.append(encoded_for_url(*options.user())).append(":");
        text.append(encoded_for_url(options.password())).append("@");
    }
    const bool bare_v6 = host.find(':') != std::string_view::npos && !host.starts_with('[');
    text.append(bare_v6 ? "[" : "").append(host).append(bare_v6 ? "]" : "");
    if (port != default_port_of(scheme)) text.append(":").append(std::to_string(port));
    return text.append(options.target());
}

}  // namespace jellyfish::detail
