#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish::fuzz {

/// The bytes of a fuzzer: numbers are taken from their end, and the rest is the text. So a recorded
/// text followed by a few bytes is an input.
class fuzz_input {
public:
    fuzz_input(const std::uint8_t* data, std::size_t size)
        : bytes_(reinterpret_cast<const char*>(data), size) {}

    [[nodiscard]] std::uint8_t byte() {
        if (bytes_.empty()) return 0;
        const auto last = static_cast<std::uint8_t>(bytes_.back());
        bytes_.remove_suffix(1);
        return last;
    }

    [[nodiscard]] bool flag() { return (byte() & 1) != 0; }

    /// A number from 0 to `limit - 1`.
    [[nodiscard]] std::size_t below(std::size_t limit) {
        const std::size_t high = limit > 256 ? byte() : 0u;
        return (high << 8 | byte()) % limit;
    }

    /// A few small numbers, at least one.
    [[nodiscard]] std::vector<std::uint8_t> numbers(std::size_t most) {
        std::vector<std::uint8_t> all(below(most) + 1);
        for (std::uint8_t& each : all)
            each = byte();
        return all;
    }

    /// Returns the rest.
    [[nodiscard]] std::string_view rest() const noexcept { return bytes_; }

    /// Returns the rest, split into this many texts.
    [[nodiscard]] std::vector<std::string> texts(std::size_t count) {
        std::vector<std::string> all(count);
        for (std::size_t i = 0; i + 1 < count; ++i) {
            const std::size_t most = byte();  // First, since it takes one of the bytes.
            const std::size_t size = std::min(most, bytes_.size());
            all[i] = bytes_.substr(0, size);
            bytes_.remove_prefix(size);
        }
        all.back() = bytes_;
        return all;
    }

private:
    std::string_view bytes_;
};

/// Splits a text into pieces, whose sizes repeat.
class pieces {
public:
    pieces(std::string_view text, std::vector<std::uint8_t> sizes)
        : rest_(text), sizes_(std::move(sizes)) {}

    [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

    [[nodiscard]] std::string_view next() {
        const std::size_t number = sizes_[next_++ % sizes_.size()];
        const std::size_t size = number < 128 ? number + 1 : (number - 127) * 64;
        const std::string_view piece = rest_.substr(0, size);
        rest_.remove_prefix(piece.size());
        return piece;
    }

private:
    std::string_view rest_;
    std::vector<std::uint8_t> sizes_;
    std::size_t next_ = 0;
};

/// Bytes that were fed and not consumed, as the reader of a socket keeps them.
class unused_bytes {
public:
    void append(std::string_view piece) { bytes_.append(piece); }
    void consume(std::size_t count) { bytes_.erase(0, count); }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

    /// In its own allocation, where a sanitizer detects overreads.
    [[nodiscard]] std::string_view view() {
        std::vector<char>(bytes_.begin(), bytes_.end()).swap(exact_);
        return {exact_.data(), exact_.size()};
    }

private:
    std::string bytes_;
    std::vector<char> exact_;
};

}  // namespace jellyfish::fuzz
