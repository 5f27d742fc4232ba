#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

/// Where a value is in a JSON text, and how many places there are from this one to the one behind
/// the value. What is in it comes in between: elements, or keys and values in turn.
struct json_place {
    std::uint32_t begin = 0;
    std::uint32_t length = 0;
    std::uint32_t places = 1;
    bool escaped = false;  ///< Of a string: whether it is more than what is between its quotes.
};

using json_places = std::vector<json_place>;

/// Checks a text of at most 4 GiB and finds its values in one walk, if it is plain: ASCII without
/// escapes, numbers without exponents, not nested deeply. That is what a server answers, mostly.
/// False when it is not, be it JSON or none; then `into` holds no more than a part.
[[nodiscard]] bool index_plain(std::string_view text, json_places& into);

/// Finds the values of a text of at most 4 GiB that is known to be JSON.
void index_checked(std::string_view text, json_places& into);

}  // namespace jellyfish::detail
