#include "http/response_reader.hpp"

#include "http/limited_parser.hpp"
#include "http/user_agent.hpp"

#include <algorithm>
#include <utility>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

namespace jellyfish::detail::http {

namespace beast = boost::beast;
namespace beast_http = beast::http;

namespace {

/// Whether bytes can begin an HTTP response. Other input is often shorter than a line, such as a
/// TLS alert sent in reply to plain text; Beast would wait for more.
bool begins_http(std::string_view bytes) {
    constexpr std::string_view begin = "HTTP/";
    return begin.starts_with(bytes.substr(0, begin.size()));
}

/// Whether there is a transfer coding that was not requested.
bool has_unknown_coding(const beast_http::fields& header) {
    const auto [first, last] = header.equal_range(beast_http::field::transfer_encoding);
    return std::any_of(first, last, [](const auto& line) {
        return !beast::iequals(line.value(), "chunked") &&
               !beast::iequals(line.value(), "identity");
    });
}

}  // namespace

request_writer::request_writer(const server_address& address, std::string_view scheme,
                               std::string_view token, std::string_view user_agent, server_api api)
    : before_target_(" " + address.prefix), behind_target_(" HTTP/1.1\r\nHost: ") {
    behind_target_.append(address.host_header(scheme)).append("\r\nUser-Agent: ");
    behind_target_.append(user_agent);
    authorization_.append("\r\nAuthorization: Bearer ").append(token);
    authorization_.append("\r\nAccept: application/json\r\n");
    if (api == server_api::fishjam)
        authorization_.append("x-fishjam-api-client: ").append(api_client()).append("\r\n");
}

std::string request_writer::write(const http::request& request) const {
    std::string bytes;
    bytes.reserve(before_target_.size() + request.target.size() + behind_target_.size() +
                  authorization_.size() + request.body.size() + 128);
    bytes.append(name_of(request.method))
        .append(before_target_)
        .append(request.target)
        .append(behind_target_);
    if (request.file) {
        bytes.append("\r\nAccept: */*\r\n");
        if (!request.range.empty()) bytes.append("Range: ").append(request.range).append("\r\n");
    } else {
        bytes.append(authorization_);
    }
    if (!request.body.empty()) bytes.append("Content-Type: application/json\r\n");
    if (!request.body.empty() || request.method == method::post)
        bytes.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    bytes.append("\r\n").append(request.body);
    return bytes;
}

struct response_reader::parser : limited_parser<false> {
    parser(http::method method, std::size_t header_limit, std::uint64_t body_limit)
        : limited_parser(header_limit, body_limit) {
        skip(method == method::head);
    }
};

response_reader::response_reader(http::method method, std::uint64_t body_limit) {
    begin(method, body_limit);
}

response_reader::~response_reader() = default;
response_reader::response_reader(response_reader&&) noexcept = default;
response_reader& response_reader::operator=(response_reader&&) noexcept = default;

void response_reader::begin(http::method method, std::uint64_t body_limit) {
    parser_ = std::make_unique<parser>(method, max_header_size, body_limit);
    response_ = {};
    method_ = method;
    body_limit_ = body_limit;
    interim_size_ = 0;
    begun_ = false;
    done_ = false;
    failure_ = {};
    detail_.clear();
}

std::size_t response_reader::read(std::string_view input) {
    std::size_t used = 0;
    error_code code;
    while (used < input.size() && !done_ && !failure_ && code != beast_http::error::need_more) {
        begun_ = true;
        const std::string_view rest = input.substr(used);
        if (parser_->header_size() == 0 && !begins_http(rest)) {
            fail(errc::malformed_response,
                 "the response is not HTTP; if the port requires TLS, set client_options::secure");
            break;
        }
        const bool in_header = !parser_->is_header_done();
        used += parser_->parse(rest, code);
        if (code && code != beast_http::error::need_more) {
            fail(code);
        } else if (in_header && parser_->is_header_done()) {
            finish_header();
        }
        if (!failure_) done_ = parser_->is_done();
    }
    return used;
}

void response_reader::finish_header() {
    const auto& header = parser_->get();
    const unsigned status = header.result_int();
    if (status < 100) {
        fail(beast_http::error::bad_status);
    } else if (status == 101) {
        fail(errc::malformed_response, "unexpected status 101: no upgrade was requested");
    } else if (has_unknown_coding(header)) {
        fail(beast_http::error::bad_transfer_encoding);
    } else if (status < 200) {
        interim_size_ += parser_->header_size();
        parser_ = std::make_unique<parser>(method_, max_header_size - interim_size_, body_limit_);
    } else {
        response_.status = static_cast<int>(status);
        response_.content_type = header[beast_http::field::content_type];
        response_.content_range = header[beast_http::field::content_range];
        response_.location = header[beast_http::field::location];
        response_.deprecation = header["x-fishjam-api-deprecated"];
    }
}

bool response_reader::read_end() {
    if (done_) return true;
    if (failure_ || !parser_->is_header_done()) return false;
    error_code code;
    parser_->put_eof(code);
    done_ = !code;
    return done_;
}

bool response_reader::keep_alive() const { return parser_->keep_alive(); }

http::response response_reader::take() {
    response_.body = std::move(parser_->get().body());
    return std::move(response_);
}

void response_reader::fail(const error_code& code) {
    if (code == beast_http::error::body_limit) {
        fail(errc::response_too_large,
             "the body is longer than " + std::to_string(body_limit_) + " bytes");
    } else if (code == beast_http::error::header_limit) {
        fail(errc::response_too_large,
             parser_->is_header_done()
                 ? "the chunk extensions and trailers are too long"
                 : "the header is longer than " + std::to_string(max_header_size) + " bytes");
    } else {
        fail(errc::malformed_response, "invalid HTTP: " + code.message());
    }
}

void response_reader::fail(errc code, std::string detail) {
    failure_ = code;
    detail_ = std::move(detail);
}

}  // namespace jellyfish::detail::http
