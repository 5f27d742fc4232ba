#include "sandbox/rest/routes.hpp"

#include "sandbox/rest/rest_responses.hpp"

#include <boost/beast/core/string.hpp>

namespace jellyfish::testing::detail {
namespace {

namespace http = boost::beast::http;

/// Whether a list of media types includes JSON.
bool accepts_json(std::string_view list) {
    while (!is_media_type(list.substr(0, list.find(',')),
                          {"*/*", "application/*", "application/json"})) {
        const std::size_t comma = list.find(',');
        if (comma == list.npos) return false;
        list.remove_prefix(comma + 1);
    }
    return true;
}

}  // namespace

bool is_media_type(std::string_view text, std::initializer_list<std::string_view> types) {
    text = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    text = text.substr(0, text.find_last_not_of(" \t") + 1);
    return std::any_of(types.begin(), types.end(),
                       [&](std::string_view type) { return boost::beast::iequals(text, type); });
}

std::optional<http_response> check_access(const http_request& request, std::string_view token) {
    const auto accept = request.find(http::field::accept);
    if (accept != request.end() && !accepts_json(accept->value())) return failure_response(406);
    const std::string_view authorization = request[http::field::authorization];
    if (!authorization.starts_with("Bearer ")) return error_response(401, "Missing token");
    if (authorization.substr(7) != token) return error_response(401, "Invalid token");
    return std::nullopt;
}

}  // namespace jellyfish::testing::detail
