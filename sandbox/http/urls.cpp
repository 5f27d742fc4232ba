#include "sandbox/http/urls.hpp"

#include "text/utf8.hpp"

#include <charconv>
#include <system_error>
#include <utility>

#include <boost/url/authority_view.hpp>
#include <boost/url/host_type.hpp>
#include <boost/url/param.hpp>
#include <boost/url/params_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/segments_view.hpp>
#include <boost/url/url_view.hpp>

namespace jellyfish::testing::detail {

namespace urls = boost::urls;

namespace {

/// Returns 0 when the port is out of range.
std::uint16_t port_of(std::string_view digits) {
    std::uint16_t port = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return result.ec == std::errc() ? port : std::uint16_t{0};
}

}  // namespace

std::optional<request_target> parse_target(std::string_view target, std::string_view prefix) {
    if (!target.starts_with(prefix)) return std::nullopt;
    target.remove_prefix(prefix.size());
    const auto parsed = urls::parse_origin_form(target);
    if (!parsed) return std::nullopt;
    request_target out;
    for (const std::string segment : parsed->segments()) {
        if (!segment.empty()) out.path.push_back(segment);
    }
    if (!add_params(out.params, parsed->encoded_query())) return std::nullopt;
    return out;
}

bool add_params(json_value& object, std::string_view text) {
    // Not parse_query(): in Boost 1.81 its parameters reach beyond the end of the text.
    const std::string reference = '?' + std::string(text);
    const auto parsed = urls::parse_relative_ref(reference);
    if (!parsed) return false;
    urls::encoding_opts form;
    form.space_as_plus = true;
    for (const urls::param param : parsed->params(form)) {
        using jellyfish::detail::is_utf8;
        if (!is_utf8(param.key) || !is_utf8(param.value)) return false;
        object.set(param.key, param.value);
    }
    return true;
}

std::optional<ip_authority> parse_ip_authority(std::string_view text) {
    const auto parsed = urls::parse_authority(text);
    if (!parsed || parsed->has_userinfo() || parsed->port().empty()) return std::nullopt;
    const bool is_ip = parsed->host_type() == urls::host_type::ipv4 ||
                       parsed->host_type() == urls::host_type::ipv6;
    ip_authority out{parsed->host_address(), port_of(parsed->port())};
    const bool is_port = out.port != 0 || parsed->port() == "0";
    return is_ip && is_port ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<webhook_url> parse_webhook_url(std::string_view text) {
    const auto parsed = urls::parse_uri(text);
    if (!parsed || parsed->encoded_host().empty()) return std::nullopt;
    // After a colon without digits, Boost.URL parses the rest as a path.
    if (!parsed->encoded_path().starts_with('/')) return std::nullopt;
    webhook_url out;
    out.secure = parsed->scheme() == "https";
    // Lower case only: the real server's client parses any other scheme as a host name.
    if (out.secure || parsed->scheme() == "http") out.port = out.secure ? 443 : 80;
    if (out.port != 0 && !parsed->port().empty()) out.port = port_of(parsed->port());
    out.host = parsed->host_address();
    out.authority = std::string(parsed->encoded_host_and_port());
    out.target = std::string(parsed->encoded_path());
    if (!parsed->encoded_query().empty()) out.target += '?' + std::string(parsed->encoded_query());
    if (!parsed->encoded_user().empty())
        out.credentials =
            std::string(parsed->encoded_user()) + ':' + std::string(parsed->encoded_password());
    return out;
}

}  // namespace jellyfish::testing::detail
