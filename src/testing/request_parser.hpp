#pragma once

#include "testing/http_message.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// @file
/// Reads requests as Cowboy does, the real server's HTTP layer: the same limits, the same statuses
/// for what is wrong. Pure: bytes in, a verdict out.

namespace jellyfish::testing::detail {

/// What the bytes received so far are.
struct request_head {
    enum class kind {
        incomplete,
        whole,
        refused,  ///< `status` is to be answered, and the connection ends.
    };

    kind verdict = kind::incomplete;
    int status = 0;
    /// The request line is whole: a client that stops here is told 408, an earlier one nothing.
    bool in_headers = false;
    http_request request;
    std::size_t size = 0;  ///< Of the head, in bytes.
    bool chunked = false;
    std::uint64_t content_length = 0;
};

/// Looks at all bytes received since the last request.
[[nodiscard]] request_head parse_request_head(std::string_view bytes);

/// How far a body of either transfer encoding has come.
class body_reader {
public:
    explicit body_reader(const request_head& head)
        : chunked_(head.chunked), left_(head.content_length) {}

    /// Moves what belongs to the body from the front of `bytes` to the end of `body`.
    /// False when the chunks are malformed.
    bool read(std::string& bytes, std::string& body);

    [[nodiscard]] bool done() const noexcept { return chunked_ ? ended_ : left_ == 0; }

private:
    /// Reads a line of a chunked body. False when it is not whole yet.
    bool take_line(std::string& bytes, std::string& line);
    bool begin_chunk(std::string_view line);

    bool chunked_;
    bool ended_ = false;
    bool in_chunk_ = false;  ///< A chunk's data, or the line end after it, is awaited.
    bool in_trailer_ = false;
    std::uint64_t left_;
};

}  // namespace jellyfish::testing::detail
