#include "protocol/http_exchange.hpp"

#include "protocol/beast_parser.hpp"
#include "protocol/plain_answer.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

namespace jellyfish::detail {

namespace http = boost::beast::http;

request_writer::request_writer(const server_address& address, std::string_view scheme,
                               std::string_view token, std::string_view user_agent)
    : before_target_(" " + address.prefix), behind_target_(" HTTP/1.1\r\nHost: ") {
    behind_target_.append(address.host_header(scheme)).append("\r\nUser-Agent: ");
    behind_target_.append(user_agent);
    authorization_.append("\r\nAuthorization: Bearer ").append(token);
    authorization_.append("\r\nAccept: application/json\r\n");
}

std::string request_writer::write(const rest_request& request) const {
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
    if (!request.body.empty() || request.method == http_method::post)
        bytes.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    return bytes.append("\r\n").append(request.body);
}

/// Keeps of the head what is asked for, and the body.
struct http_response_reader::parser : beast_parser<false> {
    parser(http_method method, std::uint64_t limit) {
        header_limit(head_limit);
        body_limit(limit);
        skip(method == http_method::head);
    }

    http_answer answer;
    std::uint64_t body_read = 0;

private:
    using text = boost::beast::string_view;

    /// More than is usual: a server that announces a body need not send it.
    static constexpr std::uint64_t most_reserved = 65'536;

    void on_request_impl(http::verb, text, text, int, error_code&) override {}
    void on_response_impl(int code, text, int, error_code& error) override {
        if (code < 100) error = http::error::bad_status;
        answer.status = code;
    }

    void on_field_impl(http::field name, text, text value, error_code& error) override {
        if (is_header_done()) return;  // A trailer.
        if (name == http::field::transfer_encoding && !boost::beast::iequals(value, "chunked") &&
            !boost::beast::iequals(value, "identity"))
            error = http::error::bad_transfer_encoding;  // None was asked for.
        std::string* const kept = name == http::field::content_type    ? &answer.content_type
                                  : name == http::field::content_range ? &answer.content_range
                                  : name == http::field::location      ? &answer.location
                                                                       : nullptr;
        if (kept != nullptr && kept->empty()) kept->assign(value.data(), value.size());
    }

    void on_header_impl(error_code&) override {}

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
        if (length) answer.body.reserve(static_cast<std::size_t>(std::min(*length, most_reserved)));
    }

    std::size_t on_body_impl(text body, error_code&) override {
        answer.body.append(body.data(), body.size());
        body_read += body.size();
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, text body, error_code& code) override {
        return on_body_impl(body, code);
    }

    void on_finish_impl(error_code&) override {}
};

http_response_reader::http_response_reader(http_method method, std::uint64_t body_limit)
    : method_(method), body_limit_(body_limit) {}

http_response_reader::~http_response_reader() = default;
http_response_reader::http_response_reader(http_response_reader&&) noexcept = default;
http_response_reader& http_response_reader::operator=(http_response_reader&&) noexcept = default;

void http_response_reader::begin(http_method method, std::uint64_t body_limit) {
    method_ = method;
    body_limit_ = body_limit;
    begun_ = false;
    done_ = false;
    failure_ = {};
    detail_.clear();
    if (std::exchange(plain_, false)) answer_ = {};
}

void http_response_reader::restart() {
    if (parser_) {
        *parser_ = parser(method_, body_limit_);
    } else {
        parser_ = std::make_unique<parser>(method_, body_limit_);
    }
    nothing_used_ = true;
}

std::size_t http_response_reader::read(std::string_view input) {
    if (input.empty()) return 0;
    if (!std::exchange(begun_, true)) {
        if (method_ != http_method::head) {
            const std::size_t used = read_plain_answer(input, body_limit_, answer_);
            done_ = plain_ = used != 0;
            if (plain_) return used;
            answer_ = {};
        }
        head_size_ = 0;
        framing_ = framing_limit(head_limit);
        restart();
    }
    return parse(input);
}

std::size_t http_response_reader::parse(std::string_view input) {
    std::size_t used = 0;
    while (used < input.size() && !done_ && !failure_) {
        const std::string_view rest = input.substr(used);
        const bool in_head = !parser_->is_header_done();
        if (!in_head && parser_->chunked() && !may_parse_chunks(rest)) break;
        error_code code;
        const std::uint64_t body_before = parser_->body_read;
        const std::size_t n = parser_->put(asio::buffer(rest), code);
        used += n;
        // Beast limits what it is given at once, but not a head that comes in many pieces.
        if (in_head) head_size_ += n;
        if (head_size_ > head_limit) code = http::error::header_limit;
        if (!in_head && !framing_.count(n, parser_->body_read - body_before)) {
            fail(errc::response_too_large, "what its body has beside its bytes is too long");
            break;
        }
        if (n != 0) nothing_used_ = false;
        pass(code, rest.substr(n));
        if (n == 0) break;
    }
    return used;
}

/// Looks at what came of some bytes, of which `rest` is left.
void http_response_reader::pass(const error_code& code, std::string_view rest) {
    constexpr std::string_view first_bytes = "HTTP/";
    if (code == http::error::header_limit) {
        fail(errc::response_too_large,
             "its head is longer than " + std::to_string(head_limit) + " bytes");
    } else if (code == http::error::body_limit) {
        fail(errc::response_too_large,
             "its body is longer than " + std::to_string(body_limit_) + " bytes");
    } else if (code == http::error::need_more) {
        // The parser limits neither what is no HTTP, such as the few bytes with which TLS refuses
        // plain text, nor the lines between the chunks of a body.
        if (nothing_used_ && !first_bytes.starts_with(rest.substr(0, first_bytes.size()))) {
            fail(errc::malformed_response,
                 "it is not HTTP (does the port require TLS? see client_options::secure)");
        } else if (rest.size() >= head_limit) {
            fail(errc::response_too_large,
                 "it has a line longer than " + std::to_string(head_limit) + " bytes");
        }
    } else if (code == http::error::bad_chunk_extension && rest.size() >= head_limit) {
        // A line between chunks, which newer versions of Beast limit by themselves.
        fail(errc::response_too_large,
             "it has a line longer than " + std::to_string(head_limit) + " bytes");
    } else if (code) {
        fail(errc::malformed_response, "it is no HTTP: " + code.message());
    } else if (parser_->is_done()) {
        const int status = parser_->answer.status;
        if (status == 101) {
            fail(errc::malformed_response, "101 to a request that asked for no upgrade");
        } else if (status < 200) {
            restart();
        } else {
            done_ = true;
        }
    }
}

bool http_response_reader::read_end() {
    if (done_) return true;
    if (!begun_ || failure_ || !parser_->is_header_done()) return false;
    error_code code;
    parser_->put_eof(code);
    done_ = !code;
    return done_;
}

bool http_response_reader::keep_alive() const { return plain_ || parser_->keep_alive(); }

http_answer http_response_reader::take() { return std::move(plain_ ? answer_ : parser_->answer); }

void http_response_reader::fail(errc code, std::string detail) {
    failure_ = code;
    detail_ = std::move(detail);
}

}  // namespace jellyfish::detail
