#include <jellyfish/error.hpp>

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

template <class Result>
std::optional<Result> read(Result (*reader)(std::string_view), const std::string& body) {
    try {
        return reader(body);
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

template <class Result>
void check(Result (*reader)(std::string_view), const std::string& body, const std::string& other) {
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

void run(fuzz_input input) {
    const std::string body(input.rest());
    const std::string other = rewritten(body);
    check(detail::read_room, body, other);
    check(detail::read_rooms, body, other);
    check(detail::read_created_room, body, other);
    check(detail::read_added_peer, body, other);
    check(detail::read_component, body, other);
    check(detail::read_recordings, body, other);
    check(detail::read_health, body, other);
    check_shown(body);
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
