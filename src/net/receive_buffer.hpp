#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace jellyfish::detail {

/// A linear buffer between a socket and a decoder: bytes are appended at the end and consumed from
/// the front. It grows for a message that does not fit, and shrinks afterwards.
class receive_buffer {
public:
    static constexpr std::size_t normal_size = 65'536;

    explicit receive_buffer(std::size_t size = normal_size) : size_(size) {}

    /// Sets the normal size for the next `prepare()`. The buffer shrinks once it is empty.
    void set_size(std::size_t size) noexcept { size_ = size; }

    /// Returns writable space: at least half the normal size, or the missing part of a frame of
    /// `needed` bytes, as far as doubling the buffer provides it.
    [[nodiscard]] std::span<char> prepare(std::size_t needed) {
        const std::size_t used = end_ - begin_;
        const std::size_t wanted = std::max(size_, std::min(needed, 2 * capacity_));
        if (used == 0 && capacity_ > size_ && needed <= size_) {
            storage_.reset();
            capacity_ = 0;
        }
        if (capacity_ < wanted) {
            auto larger = std::make_unique_for_overwrite<char[]>(wanted);
            if (used != 0) std::memcpy(larger.get(), storage_.get() + begin_, used);
            storage_ = std::move(larger);
            capacity_ = wanted;
            begin_ = 0;
            end_ = used;
        } else if (used == 0) {
            begin_ = end_ = 0;
        } else if (begin_ != 0 && (capacity_ - end_ < size_ / 2 || needed > capacity_ - begin_)) {
            std::memmove(storage_.get(), storage_.get() + begin_, used);
            begin_ = 0;
            end_ = used;
        }
        return {storage_.get() + end_, capacity_ - end_};
    }

    void commit(std::size_t bytes) noexcept { end_ += bytes; }
    void consume(std::size_t bytes) noexcept { begin_ += bytes; }

    [[nodiscard]] std::string_view data() const noexcept {
        return {storage_.get() + begin_, end_ - begin_};
    }

private:
    std::size_t size_;
    std::unique_ptr<char[]> storage_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace jellyfish::detail
