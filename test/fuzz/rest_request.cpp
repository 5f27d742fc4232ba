#include "rest/rest_request.hpp"

#include <jellyfish/error.hpp>

#include "http/response_reader.hpp"
#include "rest/fishjam/fishjam_request.hpp"
#include "support/fuzz_input.hpp"
#include "support/require.hpp"
#include "support/utf8_reference.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

/// @file
/// Any ids result in a single request, whose path has them as whole segments and whose body has the
/// given texts.

namespace jellyfish::fuzz {
namespace {

namespace beast_http = boost::beast::http;
namespace json = boost::json;
namespace http = detail::http;
using segments = std::vector<std::string>;

/// How a server parses a request.
struct served {
    segments path;
    std::vector<std::pair<std::string, std::string>> query;
    json::value body;
};

served serve(const http::request& request) {
    const std::string bytes =
        detail::http::request_writer({"localhost", 5002, "/prefix"}, "http", "token", "agent")
            .write(request);
    beast_http::request_parser<beast_http::string_body> parser;
    parser.eager(true);
    error_code code;
    const std::size_t used = parser.put(boost::asio::buffer(bytes), code);
    require(!code && parser.is_done() && used == bytes.size(), "a request is one request");
    const auto& got = parser.get();
    require(got.method_string() == detail::http::name_of(request.method), "with its method");
    require(got.body() == request.body, "and its body");
    const auto url = boost::urls::parse_origin_form(got.target());
    require(url.has_value(), "its target is a path, with a query or without");
    served result;
    for (const auto& each : url->segments())
        result.path.emplace_back(each);
    for (const auto& each : url->params())
        result.query.emplace_back(each.key, each.value);
    json::parse_options options;
    options.max_depth = 100'000;  // Metadata are sent as they are.
    if (!got.body().empty()) result.body = json::parse(got.body(), {}, options);
    return result;
}

/// The parsed request, or nothing when the request is rejected.
template <class Make>
std::optional<served> made(Make make) {
    std::optional<http::request> request;
    try {
        request = make();
    } catch (const error& e) {
        require(e.code() == errc::invalid_argument, "what cannot be sent is an invalid argument");
        return std::nullopt;
    }
    return serve(*request);
}

bool is_id(const std::string& text) {
    return !text.empty() && text != "." && text != ".." && text.size() <= 1'024 &&
           is_utf8_by_reference(text);
}

void check_paths(const std::string& a, const std::string& b) {
    const bool one = is_id(a);
    const bool two = one && is_id(b);
    const auto check = [](bool good, const std::optional<served>& got, const segments& path) {
        require(got.has_value() == good, "exactly valid ids are accepted");
        if (!got) return;
        require(got->path == path, "ids are whole segments of the path");
        require(got->query.empty(), "there is no query");
    };
    check(one, made([&] { return detail::get_room_request(a); }), {"prefix", "room", a});
    check(one, made([&] { return detail::delete_room_request(a); }), {"prefix", "room", a});
    check(one, made([&] { return detail::delete_recording_request(a); }),
          {"prefix", "recording", a});
    check(two, made([&] { return detail::delete_peer_request(a, b); }),
          {"prefix", "room", a, "peer", b});
    check(two, made([&] { return detail::delete_component_request(a, b); }),
          {"prefix", "room", a, "component", b});
    check(two, made([&] { return detail::hls_content_request(a, b, {}); }),
          {"prefix", "hls", a, b});
    check(two, made([&] { return detail::recording_content_request(a, b); }),
          {"prefix", "recording", a, b});
    check(two, made([&] { return detail::sip_end_call_request(a, b); }),
          {"prefix", "sip", a, b, "call"});
}

void check_bodies(const std::string& a, const std::string& b, const std::string& text) {
    if (const auto got = made([&] { return detail::subscribe_request_of(a, b, {text, a}); })) {
        require(got->path == segments{"prefix", "room", a, "component", b, "subscribe"},
                "ids are whole segments of the path");
        require(got->body.at("origins") == json::array{text, a}, "origins are sent as they are");
    }
    if (const auto got = made([&] { return detail::sip_dial_request(a, b, text); })) {
        require(got->path == segments{"prefix", "sip", a, b, "call"}, "the same for a call");
        require(got->body.at("phoneNumber").as_string() == text, "a number is sent as it is");
    }
    const room_config config = room_config().room_id(a).webhook_url(text);
    if (const auto got = made([&] { return detail::create_room_request(config); })) {
        require(got->path == segments{"prefix", "room"}, "a room's id is not in the path");
        require(got->body.at("roomId").as_string() == a, "but in the body");
        require(got->body.at("webhookUrl").as_string() == text, "as the webhook's URL is");
    }
}

void check_fishjam(const std::string& a, const std::string& b, const std::string& text) {
    if (const auto got = made([&] { return detail::subscribe_peer_request(a, b, text); })) {
        require(got->path == segments{"prefix", "room", a, "peer", b, "subscribe_peer"},
                "ids are whole segments of the path");
        require(got->query.size() == 1 &&
                    got->query[0] == std::pair<std::string, std::string>("peer_id", text),
                "an id is the whole value of a query");
    }
    if (const auto got = made([&] { return detail::subscribe_tracks_request(a, b, {text}); }))
        require(got->body.at("track_ids") == json::array{text}, "ids are sent as they are");
    const auto filter = fishjam::recording_filter().metadata(a, text);
    if (const auto got = made([&] { return detail::get_fishjam_recordings_request(filter); })) {
        require(got->query.size() == 1 && got->query[0] == std::pair<std::string, std::string>(
                                                               "metadata[" + a + "]", text),
                "a filter is one member of the query");
    }
    const auto options = fishjam::webrtc_peer_options().metadata(text);
    if (const auto got = made([&] { return detail::add_peer_request(a, options); })) {
        require(got->body.as_object().size() == 2, "metadata do not end the body");
        const auto& sent = got->body.at("options").as_object();
        require(sent.size() == 1 && sent.at("metadata").is_object(), "metadata are an object");
    }
    const auto call = fishjam::vapi_peer_options(text, b);
    if (const auto got = made([&] { return detail::add_peer_request(a, call); }))
        require(got->body.at("options").at("apiKey").as_string() == text, "a key is sent as it is");
    if (const auto got = made([&] { return detail::forward_tracks_request(a, text); }))
        require(got->body.at("compositionURL").as_string() == text, "a URL is sent as it is");
}

void run(fuzz_input input) {
    const std::vector<std::string> texts = input.texts(3);
    check_paths(texts[0], texts[1]);
    check_bodies(texts[0], texts[1], texts[2]);
    check_fishjam(texts[0], texts[1], texts[2]);
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
