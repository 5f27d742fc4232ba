#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish::detail {

/// The kind of a request of an agent.
enum class request_kind : std::uint8_t { add, remove, media, interrupt, capture };

/// The encoded requests that an agent has yet to send, in order. They stay here until the
/// connection can send them, so that an interruption can still remove media.
class send_queue {
public:
    struct entry {
        request_kind kind;
        std::uint64_t subject;  ///< The number of the track or of the capture.
        std::size_t size;       ///< The size of the encoded request.
    };

    /// The size of all requests, in bytes.
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.size() - taken_bytes_; }

    void push(request_kind kind, std::uint64_t subject, std::string_view request) {
        append(kind, subject, [&](std::string& to) { to += request; });
    }

    /// Same as above; `write` appends the encoded request to a string.
    template <class Write>
    void append(request_kind kind, std::uint64_t subject, Write write) {
        const std::size_t before = bytes_.size();
        write(bytes_);
        entries_.push_back({kind, subject, bytes_.size() - before});
    }

    /// Removes the oldest requests and calls `take(entry, request)` with each, until they have at
    /// least `limit` bytes.
    template <class Take>
    void take(std::size_t limit, Take take) {
        const std::size_t end = std::min(limit, bytes()) + taken_bytes_;
        while (taken_ < entries_.size() && taken_bytes_ < end) {
            const entry& oldest = entries_[taken_++];
            take(oldest, std::string_view(bytes_).substr(taken_bytes_, oldest.size));
            taken_bytes_ += oldest.size;
        }
        // Amortized: a part is moved only after as many bytes have been taken.
        if (taken_bytes_ >= bytes()) discard_taken();
    }

    [[nodiscard]] bool contains(request_kind kind, std::uint64_t subject) const {
        return std::any_of(
            entries_.begin() + static_cast<std::ptrdiff_t>(taken_), entries_.end(),
            [&](const entry& each) { return each.kind == kind && each.subject == subject; });
    }

    /// Removes the requests for which `matches(entry)` returns true. Returns their number.
    template <class Matches>
    std::size_t remove_if(Matches matches) {
        discard_taken();
        std::size_t kept = 0;
        std::size_t to = 0;
        std::size_t from = 0;
        for (const entry& each : entries_) {
            if (!matches(each)) {
                std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(from), each.size,
                            bytes_.begin() + static_cast<std::ptrdiff_t>(to));
                to += each.size;
                entries_[kept++] = each;
            }
            from += each.size;
        }
        const std::size_t removed = entries_.size() - kept;
        entries_.resize(kept);
        bytes_.resize(to);
        return removed;
    }

private:
    void discard_taken() {
        bytes_.erase(0, std::exchange(taken_bytes_, 0));
        entries_.erase(entries_.begin(),
                       entries_.begin() + static_cast<std::ptrdiff_t>(std::exchange(taken_, 0)));
    }

    std::string bytes_;
    std::vector<entry> entries_;
    std::size_t taken_bytes_ = 0;
    std::size_t taken_ = 0;  // Entries whose requests were taken.
};

}  // namespace jellyfish::detail
