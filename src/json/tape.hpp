#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jellyfish::detail::json {

/// The position of a value in a JSON text, and the number of tokens from this one to the one after
/// the value. In between are its contents: elements, or alternating keys and values.
struct token {
    std::uint32_t begin;
    std::uint32_t length : 31;
    /// Whether a string contains escapes.
    std::uint32_t escaped : 1;
    std::uint32_t places;
};
/// The maximum length of a text.
inline constexpr std::uint32_t max_size = 0x7fff'ffff;

/// The tokens of all values in a text, in order. `std::vector` would value-initialize the storage.
class tape {
public:
    void reserve(std::size_t count) {
        if (count > capacity_) move_to_larger(count);
    }

    /// Adds a value that is a scalar or empty so far.
    void add(std::size_t begin, std::size_t length, bool escaped = false) {
        if (size_ == capacity_) move_to_larger(2 * capacity_ + 16);
        json::token& place = all_[size_++];
        place.begin = static_cast<std::uint32_t>(begin);
        place.length = static_cast<std::uint32_t>(length) & max_size;
        place.escaped = escaped ? 1 : 0;
        place.places = 1;
    }

    /// Completes the value at index `at`: all tokens added since belong to it.
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

/// Validates a text of at most `max_size` bytes and indexes its values in one pass (RFC 8259).
/// Accepts any nesting depth, any number, and lone surrogates in escapes. Returns false, and sets
/// `problem`, if the text is not JSON.
[[nodiscard]] bool build_tape(std::string_view text, json::tape& into, std::string& problem);

}  // namespace jellyfish::detail::json
