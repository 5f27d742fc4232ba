#include "sandbox/http/request_source.hpp"

#include "sandbox/http/connection.hpp"
#include "sandbox/rest/rest_responses.hpp"

#include <boost/beast/core/string.hpp>

namespace jellyfish::testing::detail {
namespace {

namespace http = boost::beast::http;
using clock = std::chrono::steady_clock;
using request_parser = jellyfish::detail::http::limited_parser<true>;

constexpr std::size_t read_size = 64U << 10;
constexpr std::size_t max_header_size = 8'192;
/// The real server's limit: it reads eight chunks of a million bytes and slightly more.
constexpr std::size_t max_body_size = 8'000'800;
constexpr std::chrono::seconds body_idle_timeout{60};

/// Moves the request out of a parser.
http_request request_of(request_parser& parser) {
    auto message = parser.release();
    return http_request(std::move(message.base()), std::move(message.body()));
}

request_source::result rejection(http_response response) {
    response.set("connection", "close");
    return {std::nullopt, std::move(response)};
}

/// Rejects a request that is malformed or too large.
request_source::result rejection_of(request_parser& parser, error_code code) {
    if (code == http::error::header_limit) return rejection(text_response(431));
    if (code != http::error::body_limit)
        return rejection(text_response(code == http::error::bad_version ? 505 : 400));
    auto out = rejection(failure_response(413));
    out.request = request_of(parser);
    return out;
}

bool expects_continue(const http::request_header<>& request) {
    return boost::beast::iequals(request[http::field::expect], "100-continue");
}

}  // namespace

asio::awaitable<request_source::result> request_source::read(
    std::chrono::milliseconds idle_timeout) {
    request_parser parser(max_header_size, max_body_size);
    auto deadline = clock::now() + idle_timeout;
    bool has_header = false;
    while (true) {
        if (const error_code code = parse_received(parser, buffer_))
            co_return rejection_of(parser, code);
        if (parser.is_done()) break;
        if (parser.is_header_done()) {
            if (!has_header && expects_continue(parser.get()))
                client_->write("HTTP/1.1 100 Continue\r\n\r\n");
            has_header = true;
            deadline = clock::now() + body_idle_timeout;
        }
        const auto got = co_await client_->receive(buffer_, read_size, deadline);
        if (got == connection::received::data) continue;
        const bool late = got == connection::received::timeout;
        if (late && parser.got_some() && !has_header) co_return rejection(text_response(408));
        co_return result();
    }
    result out;
    out.request = request_of(parser);
    if (out.request->version() != 10 && out.request->count(http::field::host) != 1)
        co_return rejection(text_response(400));
    co_return out;
}

}  // namespace jellyfish::testing::detail
