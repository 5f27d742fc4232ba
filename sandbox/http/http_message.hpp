#pragma once

#include "http/limited_parser.hpp"

#include <string>
#include <string_view>

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace jellyfish::testing::detail {

using http_request = boost::beast::http::request<boost::beast::http::string_body>;
using http_response = boost::beast::http::response<boost::beast::http::string_body>;

/// Parses received bytes up to the end of the message, and removes what it has parsed.
template <bool IsRequest>
[[nodiscard]] boost::system::error_code parse_received(
    jellyfish::detail::http::limited_parser<IsRequest>& parser, std::string& bytes) {
    boost::system::error_code code;
    std::size_t used = 0;
    while (used < bytes.size() && !parser.is_done() && !code)
        used += parser.parse(std::string_view(bytes).substr(used), code);
    bytes.erase(0, used);
    return code == boost::beast::http::error::need_more ? boost::system::error_code() : code;
}

/// Returns a response with a status and body, without header fields.
[[nodiscard]] http_response text_response(int status, std::string text = {});

/// Returns the reason phrase of a status, as in the body of a failure.
[[nodiscard]] std::string_view reason_of(int status);

/// Serializes a response. With status 204 or 304, it has no body.
/// @param header_only Whether to omit the body, as in the response to HEAD.
[[nodiscard]] std::string to_bytes(http_response response, bool header_only = false);

/// Returns the current time in the format of the `date` header.
[[nodiscard]] std::string http_date();

}  // namespace jellyfish::testing::detail
