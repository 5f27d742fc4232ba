#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jellyfish::detail {

/// What a plain request says. The texts are parts of what it was read from.
struct plain_request {
    std::string_view target;
    std::string_view content_type;
    std::string_view authorization;
    std::string_view body;
};

/// Reads a request that is whole and plain, as servers post them mostly: a POST of HTTP/1.1 to one
/// host, with a body of a length that is told, on a connection that is kept. Returns how many bytes
/// it took; 0, and what is in `into` is of no use, when it is anything else, good or bad.
/// @param head_limit The longest request line and fields together, in bytes.
/// @param body_limit The longest body, in bytes.
[[nodiscard]] std::size_t read_plain_request(std::string_view input, std::size_t head_limit,
                                             std::uint64_t body_limit, plain_request& into);

}  // namespace jellyfish::detail
