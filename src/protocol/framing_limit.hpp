#pragma once

#include <cstddef>
#include <cstdint>

namespace jellyfish::detail {

/// Limits what of a body is none of its bytes: the sizes and extensions of its chunks, line ends
/// and trailers. Together they may be as long as a head and the body itself.
class framing_limit {
public:
    explicit framing_limit(std::size_t head_limit) noexcept : head_limit_(head_limit) {}

    /// Counts what a parser used behind the head in one go, and of that the bytes of the body.
    /// False when that is too much.
    [[nodiscard]] bool count(std::size_t used, std::uint64_t of_body) noexcept {
        const std::uint64_t framing = used - of_body;
        framing_ += framing;
        body_ += of_body;
        return framing <= head_limit_ && framing_ <= head_limit_ + body_;
    }

private:
    std::size_t head_limit_;
    std::uint64_t framing_ = 0;
    std::uint64_t body_ = 0;
};

}  // namespace jellyfish::detail
