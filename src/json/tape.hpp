#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jellyfish::detail::json {

/// Where a value is in a JSON text, and how many places there are from this one to the one behind
/// the value. What is in it comes in between: elements, or keys and values in turn.
struct token {
    std::uint32_t begin;
    std::uint32_t length : 31;
    /// Of a string: whether it is more than what is between its quotes.
    std::uint32_t escaped : 1;
    std::uint32_t places;
};
/// The longest text that has places.
inline constexpr std::uint32_t max_size = 0x7fff'ffff;

/// The places of all values in a text, in their order. A vector would fill the room for them first.
class tape {
public:
    void reserve(std::size_t count) {
        if (count > capacity_) move_to_larger(count);
    }

    /// Adds a value that holds no others, or none so far.
    void add(std::size_t begin, std::size_t length, bool escaped = false) {
        if (size_ == capacity_) move_to_larger(2 * capacity_ + 16);
        json::token& place = all_[size_++];
        place.begin = static_cast<std::uint32_t>(begin);
        place.length = static_cast<std::uint32_t>(length) & max_size;
        place.escaped = escaped ? 1 : 0;
        place.places = 1;
    }

    /// A value is whole, with all that was added after it.
    void close(std::size_t at, std::size_t end) {
        json::token& closed = all_[at];
        closed.places = static_cast<std::uint32_t>(size_ - at);
        closed.length = (static_cast<std::uint32_t>(end) - closed.begin) & max_size;
    }

    [[nodiscard]] json::token& operator[](std::size_t at) noexcept { return all_[at]; }
    [[nodiscard]] const json::token& operator[](std::size_t at) const noexcept { return all_[at]; }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] const json::token* begin() const noexcept { return all_.get(); }
    [[nodiscard]] const json::token* end() const noexcept { return all_.get() + size_; }

private:
    void move_to_larger(std::size_t capacity);

    std::unique_ptr<json::token[]> all_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// Checks a text of at most `longest_json` bytes and finds its values in one walk (RFC 8259),
/// however deep it is nested, however large its numbers are, and with surrogates that stand alone
/// in escapes. Returns false, and the reason in `problem`, when it is not JSON.
[[nodiscard]] bool build_tape(std::string_view text, json::tape& into, std::string& problem);

}  // namespace jellyfish::detail::json
