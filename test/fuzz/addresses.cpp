#include <jellyfish/error.hpp>

#include "http/response_reader.hpp"
#include "model/server_address.hpp"
#include "model/webhook_url.hpp"
#include "support/fuzz_input.hpp"
#include "support/require.hpp"
#include "text/redact.hpp"
#include "websocket/handshake.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

/// @file
/// An address is either rejected or results in requests with exactly the host and the path that it
/// names. A webhook URL that is not rejected is valid; passwords are hidden.

namespace jellyfish::fuzz {
namespace {

namespace beast_http = boost::beast::http;

void check_request(const std::string& bytes, const detail::server_address& address,
                   std::string_view scheme, std::string_view path, int fields) {
    beast_http::request_parser<beast_http::empty_body> parser;
    parser.eager(true);
    error_code code;
    const std::size_t used = parser.put(boost::asio::buffer(bytes), code);
    require(!code && parser.is_done() && used == bytes.size(), "a request is one request");
    require(parser.get().target() == address.target(path), "its target is the address's");
    require(parser.get()[beast_http::field::host] == address.host_header(scheme),
            "its host is the address's");
    require(std::distance(parser.get().begin(), parser.get().end()) == fields, "nothing is added");
}

void check_address(const std::string& text) {
    detail::server_address address;
    try {
        address = detail::parse_server_address(text);
    } catch (const error& e) {
        require(e.code() == errc::invalid_address, "a bad address is an invalid address");
        require(e.info().address.find('@') == std::string::npos, "no password is shown");
        return;
    }
    require(!address.host.empty() && address.port != 0, "an address has a host and a port");
    require(
        address.prefix.empty() || (address.prefix.front() == '/' && !address.prefix.ends_with('/')),
        "a prefix begins with a slash and ends without");
    detail::server_address written = address;
    written.host = address.presented_host();
    require(detail::parse_server_address(address.authority() + address.prefix) == written,
            "an address is read as it is written");
    for (const char* scheme : {"http", "https"}) {
        const detail::http::request_writer writer(address, scheme, "token", "agent");
        check_request(writer.write({detail::http::method::get, "/health", ""}), address, scheme,
                      "/health", 4);
    }
    for (const char* scheme : {"ws", "wss"}) {
        check_request(detail::ws::upgrade_request(address, scheme, "/socket", "a key", "agent"),
                      address, scheme, "/socket", 6);
    }
}

void check_webhook_url(const std::string& text) {
    const auto problem = detail::problem_of_webhook_url(text);
    if (problem) {
        require(!problem->empty(), "a problem is named");
        return;
    }
    require(std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; }),
            "a URL is visible ASCII");
    const boost::urls::url_view url = boost::urls::parse_uri(text).value();
    require(url.scheme() == "http" || url.scheme() == "https", "a server can post there");
    require(!url.encoded_host().empty() && !url.encoded_path().empty(), "it has host and path");
    const std::string shown = detail::without_userinfo(text);
    if (url.has_userinfo()) {
        const boost::urls::url_view hidden = boost::urls::parse_uri(shown).value();
        require(hidden.encoded_userinfo() == "(hidden)", "user and password are hidden");
        require(hidden.encoded_host() == url.encoded_host(), "the host is not");
    }
}

void check_hidden(const std::string& text) {
    const std::string shown = detail::without_userinfo(text);
    require(detail::without_userinfo(shown) == shown, "what is hidden stays so");
    require(text.find("://") != std::string::npos || shown == text, "other text is left alone");
}

void run(fuzz_input input) {
    const std::string text(input.rest());
    check_address(text);
    check_webhook_url(text);
    check_webhook_url("http://" + text);
    check_hidden(text);
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
