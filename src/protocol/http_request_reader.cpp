#include "protocol/http_request_reader.hpp"

#include <jellyfish/detail/config.hpp>

#include "protocol/beast_parser.hpp"
#include "protocol/framing_limit.hpp"
#include "protocol/header_list.hpp"
#include "protocol/plain_request.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

namespace jellyfish::detail {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

/// How much memory for a body is kept from request to request.
constexpr std::size_t kept_body = 16'384;

/// Whether a byte can begin a request: with anything else, as a TLS handshake, Beast would wait for
/// the end of the line.
constexpr bool begins_request(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

struct refusal {
    int status;
    const char* detail;
};

constexpr refusal long_framing{431, "what its body has beside its bytes is too long"};

refusal failure_of(const error_code& code) {
    if (code == http::error::header_limit) return {431, "its head is too long"};
    if (code == http::error::body_limit) return {413, "its body is too long"};
    if (code == http::error::bad_version) return {505, "it is of no version that is spoken here"};
    return {400, "it is no HTTP request"};
}

/// What is kept of a request. The texts keep their memory.
struct request_parts {
    std::string method;
    std::string target;
    std::string content_type;
    std::string content_encoding;
    std::string authorization;
    std::string body;
    std::string_view whole_body;  // When it came in one piece: where it lies.
    int version = 11;
    int hosts = 0;
    bool expects_continue = false;
    bool discards_body = false;
    bool head_done = false;
    int status = 0;           // What the head must be refused with, or 0 …
    const char* detail = "";  // … and why.

    void clear() {
        for (std::string* each :
             {&method, &target, &content_type, &content_encoding, &authorization, &body})
            each->clear();
        if (body.capacity() > kept_body) body.shrink_to_fit();
        whole_body = {};
        version = 11;
        hosts = 0;
        expects_continue = discards_body = head_done = false;
        status = 0;
        detail = "";
    }

    void refuse(int with, const char* why) {
        if (status != 0) return;
        status = with;
        detail = why;
    }
};

/// Beast's parser, without a message that is made anew for each request.
class parts_parser final : public beast_parser<true> {
public:
    parts_parser(request_parts& parts, std::size_t head_limit, std::uint64_t limit)
        : parts_(parts) {
        header_limit(static_cast<std::uint32_t>(head_limit));
        body_limit(limit);
    }

    [[nodiscard]] std::uint64_t body_read() const noexcept { return body_read_; }

private:
    using view = beast::string_view;

    static void put_text(std::string& text, view value) { text.assign(value.data(), value.size()); }

    void on_request_impl(http::verb, view method, view target, int version, error_code&) override {
        put_text(parts_.method, method);
        put_text(parts_.target, target);
        parts_.version = version;
    }

    void on_response_impl(int, view, int, error_code&) override {}

    void on_field_impl(http::field name, view text, view value, error_code& code) override {
        if (parts_.head_done) return;  // A trailer.
        if (is_folded(text)) parts_.refuse(400, "it has a header that goes on in another line");
        switch (name) {
            case http::field::content_type:
                put_text(parts_.content_type, value);
                break;
            case http::field::content_encoding:
                append_to_list(parts_.content_encoding, value);
                break;
            case http::field::authorization:
                put_text(parts_.authorization, value);
                break;
            case http::field::host:
                ++parts_.hosts;
                break;
            case http::field::expect:
                if (has_other_member(value, "100-continue"))
                    parts_.refuse(417, "it expects what is not known here");
                if (has_member(value, "100-continue")) parts_.expects_continue = true;
                break;
            case http::field::transfer_encoding:
                // With another coding, or in HTTP/1.0, nobody knows for sure where it ends.
                if (parts_.version < 11) code = http::error::bad_transfer_encoding;
                if (!beast::iequals(value, "chunked"))
                    parts_.refuse(501, "its transfer coding is not known here");
                break;
            default:
                break;
        }
    }

    void on_header_impl(error_code&) override {
        parts_.head_done = true;
        if (parts_.version >= 11 && parts_.hosts != 1) parts_.refuse(400, "it has not one host");
        if (parts_.method == "POST" && !chunked() && !content_length())
            parts_.refuse(411, "it has no length");
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}

    std::size_t on_body_impl(view bytes, error_code&) override {
        body_read_ += bytes.size();
        if (parts_.discards_body) return bytes.size();
        if (parts_.body.empty() && bytes.size() == content_length()) {
            parts_.whole_body = {bytes.data(), bytes.size()};
        } else {
            parts_.body.append(bytes.data(), bytes.size());
        }
        return bytes.size();
    }

    void on_chunk_header_impl(std::uint64_t, view, error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, view bytes, error_code&) override {
        body_read_ += bytes.size();
        if (!parts_.discards_body) parts_.body.append(bytes.data(), bytes.size());
        return bytes.size();
    }

    void on_finish_impl(error_code&) override {}

    request_parts& parts_;
    std::uint64_t body_read_ = 0;
};

}  // namespace

struct http_request_reader::parser {
    parser(std::size_t head, std::uint64_t body) : head_limit(head), body_limit(body) {}

    void restart() {
        parts.clear();
        impl.reset();
        begun = false;
        plain = false;
        head_size = 0;
        framing = framing_limit(head_limit);
        failure = 0;
        detail.clear();
    }

    void fail(const refusal& with) {
        failure = with.status;
        detail = with.detail;
    }

    /// Reads a request that is whole and plain without Beast, from its first byte. Returns how many
    /// bytes were used: 0 when it is another.
    std::size_t read_plain(std::string_view bytes) {
        plain_request request;
        const std::size_t used = read_plain_request(bytes, head_limit, body_limit, request);
        if (used == 0) return 0;
        plain = true;
        parts.method = "POST";
        parts.target = request.target;
        parts.content_type = request.content_type;
        parts.authorization = request.authorization;
        parts.whole_body = request.body;
        parts.head_done = true;
        return used;
    }

    /// Puts bytes into Beast's parser once. Returns how many were used.
    std::size_t put(std::string_view bytes) {
        if (!impl) impl.emplace(parts, head_limit, body_limit);
        if (parts.head_done && impl->chunked() && !may_parse_chunks(bytes)) return 0;
        error_code code;
        const bool in_head = !parts.head_done;
        const std::uint64_t body_before = impl->body_read();
        const std::size_t used = impl->put(asio::buffer(bytes), code);
        // Beast limits what it is given at once, but not a head that comes in many pieces …
        if (in_head) head_size += used;
        const std::size_t rest = bytes.size() - used;
        const std::uint64_t of_body = impl->body_read() - body_before;
        if (code == http::error::body_limit) {
            fail(failure_of(code));
        } else if (in_head && head_size + (parts.head_done ? 0 : rest) > head_limit) {
            fail(failure_of(http::error::header_limit));
        } else if (parts.status != 0) {
            fail({parts.status, parts.detail});
        } else if (!in_head && !framing.count(used, of_body)) {
            fail(long_framing);
        } else if (code == http::error::need_more) {
            // … nor the lines between the chunks of a body.
            if (!in_head && rest >= head_limit) fail(long_framing);
        } else if (code) {
            fail(failure_of(code));
        }
        return used;
    }

    const std::size_t head_limit;
    const std::uint64_t body_limit;
    request_parts parts;
    std::optional<parts_parser> impl;
    bool begun = false;
    bool plain = false;  // And whole.
    std::size_t head_size = 0;
    framing_limit framing{head_limit};
    int failure = 0;
    std::string detail;
};

http_request_reader::http_request_reader(std::size_t head_limit, std::uint64_t body_limit)
    : parser_(std::make_unique<parser>(head_limit, body_limit)) {}

http_request_reader::~http_request_reader() = default;
http_request_reader::http_request_reader(http_request_reader&&) noexcept = default;
http_request_reader& http_request_reader::operator=(http_request_reader&&) noexcept = default;

std::size_t http_request_reader::read(std::string_view input) {
    std::size_t used = 0;
    if (!parser_->begun) {
        // Line ends between requests are passed over, as RFC 9112 wants it.
        while (used < input.size() && (input[used] == '\r' || input[used] == '\n'))
            ++used;
        if (used == input.size()) return used;
        if (failure() != 0) return used;
        parser_->begun = true;
        if (!begins_request(input[used])) {
            parser_->fail({400, "it is no HTTP request"});
            return used;
        }
        used += parser_->read_plain(input.substr(used));
    }
    while (used < input.size() && !done() && failure() == 0) {
        const std::size_t n = parser_->put(input.substr(used));
        used += n;
        if (n == 0) break;
    }
    return used;
}

void http_request_reader::reset() { parser_->restart(); }
void http_request_reader::discard_body() {
    parser_->parts.discards_body = true;
    parser_->parts.body.clear();
}

bool http_request_reader::begun() const noexcept { return parser_->begun; }
bool http_request_reader::head_done() const noexcept { return parser_->parts.head_done; }
bool http_request_reader::done() const noexcept {
    return parser_->failure == 0 && (parser_->plain || (parser_->impl && parser_->impl->is_done()));
}
int http_request_reader::failure() const noexcept { return parser_->failure; }
const std::string& http_request_reader::detail() const noexcept { return parser_->detail; }

std::string_view http_request_reader::method() const noexcept { return parser_->parts.method; }
std::string_view http_request_reader::target() const noexcept { return parser_->parts.target; }
std::string_view http_request_reader::content_type() const noexcept {
    return parser_->parts.content_type;
}
std::string_view http_request_reader::content_encoding() const noexcept {
    return parser_->parts.content_encoding;
}
std::string_view http_request_reader::authorization() const noexcept {
    return parser_->parts.authorization;
}
bool http_request_reader::http_1_1() const noexcept { return parser_->parts.version >= 11; }
bool http_request_reader::keep_alive() const {
    return parser_->plain || (head_done() && parser_->impl->keep_alive());
}
bool http_request_reader::expects_continue() const noexcept {
    return parser_->parts.expects_continue && http_1_1();
}

std::string_view http_request_reader::body() const noexcept {
    const request_parts& parts = parser_->parts;
    return parts.whole_body.empty() ? std::string_view(parts.body) : parts.whole_body;
}

}  // namespace jellyfish::detail
