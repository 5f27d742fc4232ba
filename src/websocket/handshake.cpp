#include "websocket/handshake.hpp"

#include "http/header_list.hpp"
#include "http/limited_parser.hpp"
#include "text/base64.hpp"
#include "text/redact.hpp"

#include <boost/beast/http/error.hpp>
#include <openssl/evp.h>

namespace jellyfish::detail::ws {
namespace {

namespace beast_http = boost::beast::http;

/// Returns why the server rejected the handshake; for a redirect, also its location.
std::string rejection_of(const beast_http::response_header<>& header) {
    std::string text(header.reason());
    const auto location = header.find(beast_http::field::location);
    if (header.result_int() / 100 != 3 || location == header.end()) return text;
    constexpr std::size_t shown = 512;
    text += text.empty() ? "" : "; ";
    text += "redirects are not followed; location: ";
    return text + url_without_userinfo(std::string(location->value()).substr(0, shown));
}

bool leads_to_websocket(const beast_http::fields& header) {
    const std::string upgrade = http::field_list(header, beast_http::field::upgrade);
    return http::has_member(upgrade, "websocket") &&
           !http::has_other_member(upgrade, "websocket") &&
           http::has_member(http::field_list(header, beast_http::field::connection), "upgrade");
}

}  // namespace

std::string make_key(const std::array<std::uint8_t, 16>& random) {
    return base64({reinterpret_cast<const char*>(random.data()), random.size()});
}

std::string accept_of_key(std::string_view key) {
    std::string text(key);
    text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
               EVP_sha1(), nullptr);
    digest.resize(size);
    return base64(digest);
}

std::string upgrade_request(const server_address& address, std::string_view scheme,
                            std::string_view path, std::string_view key,
                            std::string_view user_agent) {
    std::string request = "GET ";
    request += address.target(path);
    request += " HTTP/1.1\r\nHost: ";
    request += address.host_header(scheme);
    request += "\r\nUser-Agent: ";
    request += user_agent;
    request += "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ";
    request += key;
    request += "\r\nSec-WebSocket-Version: 13\r\n\r\n";
    return request;
}

struct handshake_response::parser : http::limited_parser<false> {
    explicit parser(std::size_t header_limit) : limited_parser(header_limit, 0) {
        // Only the header is parsed; what follows belongs to the WebSocket, or is ignored.
        skip(true);
    }
};

handshake_response::handshake_response(std::string_view key)
    : parser_(std::make_unique<parser>(max_header_size)), accept_(accept_of_key(key)) {}

handshake_response::~handshake_response() = default;
handshake_response::handshake_response(handshake_response&&) noexcept = default;
handshake_response& handshake_response::operator=(handshake_response&&) noexcept = default;

bool handshake_response::done() const noexcept { return parser_->is_header_done(); }

std::size_t handshake_response::read(std::string_view input) {
    std::size_t used = 0;
    error_code code;
    while (used < input.size() && !done() && !failure_ && code != beast_http::error::need_more) {
        const std::string_view rest = input.substr(used);
        if (!begins_http(rest)) break;
        used += parser_->parse(rest, code);
        if (code && code != beast_http::error::need_more) {
            fail(errc::malformed_upgrade, code.message());
        } else if (done()) {
            finish_header();
        }
    }
    return used;
}

/// Detects other protocols early: the parser would wait for a line, which a TLS server, for
/// example, never sends.
bool handshake_response::begins_http(std::string_view input) {
    if (is_http_) return true;
    constexpr std::string_view begin = "HTTP/1.";
    const std::string_view known = begin.substr(0, input.size());
    is_http_ = input.starts_with(begin);
    if (!input.starts_with(known)) fail(errc::malformed_upgrade, "the response is not HTTP");
    return !failure_;
}

void handshake_response::finish_header() {
    const auto& header = parser_->get();
    const bool interim = header.result_int() / 100 == 1;
    if (!interim || header.result() == beast_http::status::switching_protocols) {
        check();
        return;
    }
    interim_size_ += parser_->header_size();
    parser_ = std::make_unique<parser>(max_header_size - interim_size_);
    is_http_ = false;
}

void handshake_response::check() {
    const auto& header = parser_->get();
    info_.status = static_cast<int>(header.result_int());
    if (header.result() != beast_http::status::switching_protocols) {
        fail(errc::upgrade_refused, rejection_of(header));
        return;
    }
    // The server accepted the upgrade, so the status does not explain any error from here on.
    info_.status = 0;
    if (header.version() < 11) {
        fail(errc::malformed_upgrade, "status 101 is invalid in HTTP/1.0");
    } else if (!leads_to_websocket(header)) {
        fail(errc::malformed_upgrade,
             "status 101 without Upgrade: websocket and Connection: Upgrade");
    } else if (http::field_list(header, beast_http::field::sec_websocket_accept) != accept_) {
        fail(errc::malformed_upgrade, "status 101 with a wrong Sec-WebSocket-Accept");
    } else if (header.count(beast_http::field::sec_websocket_extensions) != 0 ||
               header.count(beast_http::field::sec_websocket_protocol) != 0) {
        fail(errc::malformed_upgrade,
             "status 101 with an extension or subprotocol that was not requested");
    }
}

void handshake_response::fail(errc code, std::string detail) {
    failure_ = code;
    info_.detail = std::move(detail);
}

}  // namespace jellyfish::detail::ws
