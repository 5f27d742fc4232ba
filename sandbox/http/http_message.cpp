#include "sandbox/http/http_message.hpp"

#include <ctime>
#include <iomanip>
#include <locale>
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
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out << std::put_time(&parts, "%a, %d %b %Y %H:%M:%S GMT");
    return std::move(out).str();
}

}  // namespace jellyfish::testing::detail
