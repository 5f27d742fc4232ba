#include "sandbox/http/http_message.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <sstream>
#include <utility>

#include <boost/beast/http/write.hpp>

namespace jellyfish::testing::detail {

namespace http = boost::beast::http;

http_response text_response(int status, std::string text) {
    http_response response;
    response.result(static_cast<unsigned>(status));
    response.body() = std::move(text);
    return response;
}

std::string_view reason_of(int status) {
    // The real server uses the reason from before RFC 7231.
    if (status == 413) return "Request Entity Too Large";
    const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
    return {reason.data(), reason.size()};
}

std::string to_bytes(http_response response, bool header_only) {
    if (response.result() != http::status::no_content)
        response.set("content-length", std::to_string(response.body().size()));
    const bool has_body = response.result() != http::status::no_content &&
                          response.result() != http::status::not_modified;
    if (header_only || !has_body) response.body().clear();
    std::ostringstream out;
    out << response;
    return std::move(out).str();
}

std::string http_date() {
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 64> text{};
    const int size = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                                   months[static_cast<std::size_t>(parts.tm_mon)],
                                   parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace jellyfish::testing::detail
