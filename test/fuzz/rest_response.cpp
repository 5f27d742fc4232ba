#include <jellyfish/error.hpp>

#include "rest/fishjam/fishjam_json.hpp"
#include "rest/response_status.hpp"
#include "rest/rest_json.hpp"
#include "support/fuzz_input.hpp"
#include "support/require.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

/// @file
/// Any response body is read or rejected with `errc::malformed_response`, in every notation of its
/// JSON. What is printed of it is one short line without the token.

namespace jellyfish::fuzz {
namespace {

namespace json = boost::json;

template <class Reader>
auto read(Reader reader, const std::string& body)
    -> std::optional<decltype(reader(std::string_view(body)))> {
    try {
        return reader(std::string_view(body));
    } catch (const error& e) {
        require(e.code() == errc::malformed_response, "a bad body is a malformed response");
        require(!e.info().detail.empty(), "the error is described");
        return std::nullopt;
    }
}

/// The same JSON as another server might write it, with the last of duplicate keys. Empty when
/// Boost.JSON rejects it.
std::string rewritten(const std::string& body) {
    json::parse_options options;
    options.max_depth = 256;
    boost::system::error_code code;
    const json::value value = json::parse(body, code, {}, options);
    return code ? std::string() : json::serialize(value);
}

template <class Reader>
void check(Reader reader, const std::string& body, const std::string& other) {
    const auto found = read(reader, body);
    if (other.empty()) return;
    const auto again = read(reader, other);
    require(!found || again, "what is read is read in another writing too");
}

void check_shown(const std::string& body) {
    constexpr std::string_view token = "development";
    const std::string shown = detail::server_message_of(body, {std::string(token)});
    require(shown.size() <= detail::server_message_limit, "what is shown is short");
    require(shown.find(token) == std::string::npos, "it does not hold the token");
    require(std::ranges::none_of(shown, [](unsigned char c) { return c < 0x20 || c == 0x7f; }),
            "it is one line");
    require(detail::is_utf8(shown) || !detail::is_utf8(body), "no character is cut");
}

void check_deprecation(const std::string& header) {
    const auto text = detail::deprecation_of(header, {"development"});
    if (!text) return;
    require(text->size() <= detail::server_message_limit + 100, "the message is short");
    require(text->find("development") == std::string::npos, "it does not hold the token");
    require(std::ranges::none_of(*text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }),
            "it is one line");
}

void run(fuzz_input input) {
    const std::string body(input.rest());
    const std::string other = rewritten(body);
    for (const server_api api : {server_api::jellyfish, server_api::fishjam}) {
        check([&](auto text) { return detail::read_room(text, api); }, body, other);
        check([&](auto text) { return detail::read_rooms(text, api); }, body, other);
        check([&](auto text) { return detail::read_created_room(text, api); }, body, other);
    }
    check(detail::read_added_peer, body, other);
    check(detail::read_component, body, other);
    check(detail::read_recordings, body, other);
    check(detail::read_health, body, other);
    check(detail::read_fishjam_room, body, other);
    check(detail::read_fishjam_rooms, body, other);
    check(detail::read_created_fishjam_room, body, other);
    check(detail::read_added_fishjam_peer, body, other);
    check(detail::read_token, body, other);
    check(detail::read_livestream, body, other);
    check(detail::read_livestreams, body, other);
    check(detail::read_recording, body, other);
    check(detail::read_fishjam_recordings, body, other);
    check(detail::read_moq_access, body, other);
    if (const auto room = read(detail::read_fishjam_room, body); room && !other.empty())
        require(room->extra.empty() || !rewritten(room->extra).empty(), "what is kept is JSON");
    check_deprecation(body);
    check_shown(body);
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
