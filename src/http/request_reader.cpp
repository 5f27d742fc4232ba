#include "http/request_reader.hpp"

#include "http/header_list.hpp"
#include "http/limited_parser.hpp"

#include <algorithm>

namespace jellyfish::detail::http {
namespace {

namespace beast = boost::beast;
namespace beast_http = beast::http;

struct rejection {
    int status = 0;
    const char* detail = "";
};

constexpr rejection no_request{400, "an invalid HTTP request"};

/// Whether a byte can begin a request. With anything else, such as a TLS handshake, Beast would
/// wait for the end of the line.
constexpr bool begins_request(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// Whether a field is folded over several lines, which a server must reject (RFC 9112,
/// section 5.2). Beast replaces a fold with a space.
bool has_folded_field(std::string_view bytes) noexcept {
    return bytes.find("\r\n ") != bytes.npos || bytes.find("\r\n\t") != bytes.npos;
}

bool has_unknown_coding(const beast_http::fields& header) {
    const auto [first, last] = header.equal_range(beast_http::field::transfer_encoding);
    return std::any_of(first, last,
                       [](const auto& line) { return !beast::iequals(line.value(), "chunked"); });
}

/// Returns why a header that Beast has parsed is rejected, if it is.
rejection rejection_of(const limited_parser<true>& parser) {
    const auto& header = parser.get();
    if (has_unknown_coding(header)) return {501, "an unsupported transfer coding"};
    // In HTTP/1.0 the end of the body would be ambiguous.
    if (header.version() < 11 && header.count(beast_http::field::transfer_encoding) != 0)
        return no_request;
    if (has_other_member(field_list(header, beast_http::field::expect), "100-continue"))
        return {417, "an unsupported expectation"};
    if (header.version() >= 11 && header.count(beast_http::field::host) != 1)
        return {400, "not exactly one Host header"};
    if (header.method() == beast_http::verb::post && !parser.chunked() && !parser.content_length())
        return {411, "a POST without Content-Length"};
    return {};
}

/// Returns why a request that Beast rejects is rejected.
rejection rejection_of(const error_code& code, const limited_parser<true>& parser) {
    if (code == beast_http::error::header_limit && parser.is_header_done())
        return {431, "chunk extensions and trailers that are too long"};
    if (code == beast_http::error::header_limit) return {431, "a header that is too long"};
    if (code == beast_http::error::body_limit) return {413, "a body that is too long"};
    if (code == beast_http::error::bad_version) return {505, "an unsupported HTTP version"};
    // Newer versions of Beast detect it first.
    if (code == beast_http::error::bad_transfer_encoding && has_unknown_coding(parser.get()))
        return {501, "an unsupported transfer coding"};
    return no_request;
}

}  // namespace

struct request_reader::message {
    message(std::size_t max_header_size, std::uint64_t body_limit)
        : parser(max_header_size, body_limit) {}

    void fail(const rejection& with) {
        failure = with.status;
        detail = with.detail;
    }

    /// Returns the number of bytes consumed.
    std::size_t read(std::string_view input, error_code& code) {
        const std::size_t used = parser.parse(input, code);
        if (discards_body) parser.get().body().clear();
        if (!header_done && has_folded_field(input.substr(0, used))) {
            fail({400, "a header folded over several lines"});
        } else if (code && code != beast_http::error::need_more) {
            fail(rejection_of(code, parser));
        } else if (!header_done && parser.is_header_done()) {
            finish_header();
        }
        return used;
    }

    void finish_header() {
        header_done = true;
        fail(rejection_of(parser));
        // Moved out, because older versions of Beast add trailers to the parser's header.
        header = std::move(parser.get().base());
        content_encoding = field_list(header, beast_http::field::content_encoding);
    }

    limited_parser<true> parser;
    beast_http::request_header<> header;
    std::string content_encoding;
    bool begun = false;
    bool header_done = false;
    bool discards_body = false;
    int failure = 0;
    std::string detail;
};

request_reader::request_reader(std::size_t max_header_size, std::uint64_t body_limit)
    : header_limit_(max_header_size), body_limit_(body_limit) {
    reset();
}

request_reader::~request_reader() = default;
request_reader::request_reader(request_reader&&) noexcept = default;
request_reader& request_reader::operator=(request_reader&&) noexcept = default;

void request_reader::reset() { message_ = std::make_unique<message>(header_limit_, body_limit_); }

std::size_t request_reader::read(std::string_view input) {
    std::size_t used = 0;
    if (!begun()) {
        // Ignores line ends between requests, as RFC 9112 requires.
        used = std::min(input.find_first_not_of("\r\n"), input.size());
        if (used == input.size()) return used;
        message_->begun = true;
        if (!begins_request(input[used])) message_->fail(no_request);
    }
    error_code code;
    while (used < input.size() && !done() && failure() == 0 && code != beast_http::error::need_more)
        used += message_->read(input.substr(used), code);
    return used;
}

void request_reader::discard_body() {
    message_->discards_body = true;
    message_->parser.get().body().clear();
}

bool request_reader::begun() const noexcept { return message_->begun; }
bool request_reader::header_done() const noexcept { return message_->header_done; }
bool request_reader::done() const noexcept {
    return message_->failure == 0 && message_->parser.is_done();
}
int request_reader::failure() const noexcept { return message_->failure; }
const std::string& request_reader::detail() const noexcept { return message_->detail; }

std::string_view request_reader::method() const { return message_->header.method_string(); }
std::string_view request_reader::target() const { return message_->header.target(); }
std::string_view request_reader::content_type() const {
    return message_->header[beast_http::field::content_type];
}
std::string_view request_reader::content_encoding() const { return message_->content_encoding; }
std::string_view request_reader::authorization() const {
    return message_->header[beast_http::field::authorization];
}
std::string request_reader::field(std::string_view name) const {
    return field_list(message_->header, beast::string_view(name.data(), name.size()));
}
bool request_reader::http_1_1() const noexcept { return message_->header.version() >= 11; }
bool request_reader::keep_alive() const { return header_done() && message_->parser.keep_alive(); }
bool request_reader::expects_continue() const {
    return http_1_1() &&
           has_member(field_list(message_->header, beast_http::field::expect), "100-continue");
}
std::string_view request_reader::body() const { return message_->parser.get().body(); }

}  // namespace jellyfish::detail::http
