#pragma once

#include "net/receive_buffer.hpp"

#include <cstddef>
#include <cstdint>

namespace jellyfish::detail {

/// Decides the size of a session's receive buffer. An idle session keeps a small one, since a
/// process may have thousands. Large messages that fill the buffer get a larger one, which saves
/// system calls. For small messages a buffer that fits in the processor's cache is faster.
class read_size {
public:
    static constexpr std::size_t idle = 4'096;
    static constexpr std::size_t normal = receive_buffer::normal_size;
    static constexpr std::size_t large = 262'144;

    /// Returns the size after a read of `bytes` into a buffer of `offered` bytes.
    /// @param messages The number of messages completed since the previous read.
    [[nodiscard]] std::size_t after_read(std::size_t offered, std::size_t bytes,
                                         std::size_t messages) noexcept {
        small_reads_ = bytes < idle / 2 ? small_reads_ + 1 : 0;
        if (bytes == offered) {
            if (messages != 0 && offered >= normal / 2)
                size_ = messages * large_message <= bytes ? large : normal;
            else if (size_ == idle)  // Keep a larger one if no message was completed.
                size_ = normal;
        } else if (small_reads_ >= small_reads_of_an_idle_session) {
            size_ = idle;
        }
        return size_;
    }

private:
    static constexpr std::uint32_t small_reads_of_an_idle_session = 16;
    static constexpr std::size_t large_message = 4'096;

    std::size_t size_ = idle;
    std::uint32_t small_reads_ = 0;  // Consecutive ones.
};

}  // namespace jellyfish::detail
