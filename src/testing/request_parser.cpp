#include "testing/request_parser.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

namespace jellyfish::testing::detail {
namespace {

constexpr std::size_t max_request_line = 8000;
constexpr std::size_t max_empty_lines = 5;
constexpr std::size_t max_method = 32;
constexpr std::size_t max_authority = 255;
constexpr std::size_t max_headers = 100;
constexpr std::size_t max_header_name = 64;
constexpr std::size_t max_header_value = 4096;
constexpr std::size_t max_chunk_line = 4096;

bool is_token(char c) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && marks.find(c) != marks.npos);
}

bool is_reg_name(char c) {
    constexpr std::string_view marks = "-._~!$&'()*+,;=";
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && marks.find(c) != marks.npos);
}

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_space(char c) { return c == ' ' || c == '\t'; }

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

/// `host` or `host:port`, with an IPv6 address in brackets.
bool is_host(std::string_view host) {
    if (host.starts_with('[')) {
        const std::size_t end = host.find(']');
        if (end == host.npos) return false;
        const std::string_view address = host.substr(1, end - 1);
        if (!std::all_of(address.begin(), address.end(),
                         [](char c) { return is_hex(c) || c == ':' || c == '.'; })) {
            return false;
        }
        host.remove_prefix(end + 1);
        return host.empty() || (host.front() == ':' && all_digits(host.substr(1)));
    }
    const std::size_t colon = host.find(':');
    const std::string_view name = host.substr(0, colon);
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (is_reg_name(name[i])) continue;
        if (name[i] != '%' || i + 2 >= name.size() || !is_hex(name[i + 1]) ||
            !is_hex(name[i + 2])) {
            return false;
        }
        i += 2;
    }
    return colon == host.npos || all_digits(host.substr(colon + 1));
}

class head_parser {
public:
    explicit head_parser(std::string_view bytes) : bytes_(bytes) {}

    request_head parse() {
        if (read_request_line()) {
            head_.in_headers = true;
            if (read_headers()) finish();
        }
        return std::move(head_);
    }

private:
    [[nodiscard]] std::string_view rest() const { return bytes_.substr(at_); }

    bool refuse(int status) {
        head_.verdict = request_head::kind::refused;
        head_.status = status;
        return false;
    }

    bool read_request_line() {
        for (std::size_t empty_lines = 0;; ++empty_lines) {
            if (rest().starts_with('\n') || rest().starts_with(' ')) return refuse(400);
            const std::size_t end = rest().find('\n');
            if (end == bytes_.npos) return rest().size() > max_request_line && refuse(414);
            if (end != 1) break;
            if (empty_lines == max_empty_lines) return refuse(400);
            at_ += 2;
        }
        if (rest().starts_with("CONNECT ") || rest().starts_with("TRACE ")) return refuse(501);
        if (rest().starts_with("OPTIONS * ")) {
            head_.request.method = "OPTIONS";
            head_.request.path = "*";
            at_ += 10;
            return read_version();
        }
        return read_method() && read_target() && read_version();
    }

    bool read_method() {
        const std::size_t begin = at_;
        for (; at_ - begin < max_method; ++at_) {
            const char c = bytes_[at_];
            if (c == ' ') {
                head_.request.method = bytes_.substr(begin, at_++ - begin);
                return true;
            }
            if (!is_token(c)) return refuse(400);
        }
        return refuse(501);
    }

    bool read_target() {
        const std::string start = to_lower(rest().substr(0, 8));
        if (start.starts_with("http://") || start.starts_with("https://")) {
            at_ += start.starts_with("http://") ? 7 : 8;
            if (!read_authority()) return false;
        } else if (!rest().starts_with('/')) {
            return refuse(400);
        }
        std::string* part = &head_.request.path;
        for (; at_ < bytes_.size(); ++at_) {
            const char c = bytes_[at_];
            if (c == '\r') return refuse(400);
            if (c == ' ') {
                ++at_;
                if (head_.request.path.empty()) head_.request.path = "/";
                return true;
            }
            if (c == '#') {
                part = nullptr;
            } else if (c == '?' && part == &head_.request.path) {
                part = &head_.request.query;
            } else if (part != nullptr) {
                *part += c;
            }
        }
        return false;
    }

    bool read_authority() {
        const std::size_t begin = at_;
        for (; at_ < bytes_.size(); ++at_) {
            const char c = bytes_[at_];
            if (at_ - begin == max_authority) return refuse(414);
            if (c == '\r' || c == '@') return refuse(400);
            if (c == '/' || c == ' ' || c == '?' || c == '#') {
                authority_ = bytes_.substr(begin, at_ - begin);
                return !authority_->empty() || refuse(400);
            }
        }
        return false;
    }

    bool read_version() {
        const std::string_view version = rest().substr(0, 10);
        if (version == "HTTP/1.1\r\n" || version == "HTTP/1.0\r\n") {
            head_.request.http_1_0 = version[7] == '0';
            at_ += 10;
            return true;
        }
        if (version.size() > 8 && version.starts_with("HTTP/1.") && is_space(version[8])) {
            return refuse(400);
        }
        return refuse(!version.empty() && is_space(version[0]) ? 400 : 505);
    }

    bool read_headers() {
        while (true) {
            if (rest().size() < 2) return false;
            if (rest().starts_with("\r\n")) {
                at_ += 2;
                return true;
            }
            if (head_.request.headers.size() >= max_headers) return refuse(431);
            if (!read_header()) return false;
        }
    }

    bool read_header() {
        const std::size_t colon = rest().find(':');
        if (colon == bytes_.npos) return rest().size() > max_header_name && refuse(431);
        const std::string_view name = rest().substr(0, colon);
        if (name.find_first_of(" \t") != name.npos) return refuse(400);
        at_ += colon + 1;
        while (at_ < bytes_.size() && is_space(bytes_[at_]))
            ++at_;
        const std::size_t line_end = rest().find('\n');
        if (line_end == bytes_.npos) return rest().size() > max_header_value && refuse(431);
        const std::size_t end = rest().find("\r\n");
        if (end == bytes_.npos) return false;
        put_header(to_lower(name), trimmed(rest().substr(0, end)));
        at_ += end + 2;
        return true;
    }

    void put_header(std::string name, std::string_view value) {
        const auto [place, is_new] = head_.request.headers.try_emplace(name, value);
        if (is_new) return;
        place->second += name == "cookie" ? "; " : ", ";
        place->second += value;
    }

    bool finish() {
        const http_request& request = head_.request;
        const std::string* host = request.header("host");
        if (host == nullptr) {
            if (!request.http_1_0) return refuse(400);
        } else if ((authority_ && *authority_ != *host) || !is_host(*host)) {
            return refuse(400);
        }
        const std::string* encoding = request.header("transfer-encoding");
        const std::string* length = request.header("content-length");
        if (encoding != nullptr) {
            if (length != nullptr ||
                header_list(*encoding) != std::vector<std::string>{"chunked"}) {
                return refuse(400);
            }
            head_.chunked = true;
        } else if (length != nullptr && !read_length(*length)) {
            return refuse(400);
        }
        if (asks_for_http2()) return refuse(400);
        head_.size = at_;
        head_.verdict = request_head::kind::whole;
        return true;
    }

    bool read_length(std::string_view text) {
        if (!all_digits(text)) return false;
        const auto result =
            std::from_chars(text.data(), text.data() + text.size(), head_.content_length);
        if (result.ec != std::errc()) {
            head_.content_length = std::numeric_limits<std::uint64_t>::max();
        }
        return true;
    }

    /// The real server would go over to HTTP/2; this one refuses, as that one does settings it
    /// cannot read.
    [[nodiscard]] bool asks_for_http2() const {
        const http_request& request = head_.request;
        const std::string* connection = request.header("connection");
        const std::string* upgrade = request.header("upgrade");
        if (connection == nullptr || upgrade == nullptr || request.http_1_0 ||
            request.header("http2-settings") == nullptr) {
            return false;
        }
        const auto has = [](const std::vector<std::string>& list, std::string_view what) {
            return std::find(list.begin(), list.end(), what) != list.end();
        };
        const auto options = header_list(*connection);
        return has(options, "upgrade") && has(options, "http2-settings") &&
               has(header_list(*upgrade), "h2c");
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    request_head head_;
    std::optional<std::string_view> authority_;
};

}  // namespace

request_head parse_request_head(std::string_view bytes) { return head_parser(bytes).parse(); }

bool body_reader::take_line(std::string& bytes, std::string& line) {
    const std::size_t end = bytes.find("\r\n");
    if (end == bytes.npos) return false;
    line = bytes.substr(0, end);
    bytes.erase(0, end + 2);
    return true;
}

bool body_reader::begin_chunk(std::string_view line) {
    line = trimmed(line.substr(0, line.find(';')));
    const auto result = std::from_chars(line.data(), line.data() + line.size(), left_, 16);
    if (result.ec != std::errc() || result.ptr != line.data() + line.size()) return false;
    in_trailer_ = left_ == 0;
    in_chunk_ = !in_trailer_;
    return true;
}

bool body_reader::read(std::string& bytes, std::string& body) {
    if (!chunked_) {
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
        body.append(bytes, 0, size);
        bytes.erase(0, size);
        left_ -= size;
        return true;
    }
    std::string line;
    while (!ended_) {
        if (in_chunk_ && left_ > 0) {
            const auto size =
                static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
            if (size == 0) return true;
            body.append(bytes, 0, size);
            bytes.erase(0, size);
            left_ -= size;
            continue;
        }
        if (!take_line(bytes, line)) return bytes.size() <= max_chunk_line;
        if (in_chunk_) {
            if (!line.empty()) return false;
            in_chunk_ = false;
        } else if (in_trailer_) {
            ended_ = line.empty();
        } else if (!begin_chunk(line)) {
            return false;
        }
    }
    return true;
}

}  // namespace jellyfish::testing::detail
