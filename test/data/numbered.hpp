#pragma once

#include <jellyfish/notification.hpp>

#include <cstdint>
#include <string>
#include <variant>

namespace jellyfish::test {

/// A notification with a number, from 1 on. Servers never use such a room id.
inline notification numbered(std::uint64_t number) {
    return room_created{'n' + std::to_string(number)};
}

/// What a consumer of numbered notifications has seen: whether they arrived in order, once, and
/// with none missing except at reported gaps. Other notifications are ignored.
class numbered_stream {
public:
    void take(const notification& value) {
        if (const auto* room = std::get_if<room_created>(&value)) {
            if (room->room_id.starts_with('n')) take_number(std::stoull(room->room_id.substr(1)));
        } else if (std::holds_alternative<disconnected>(value)) {
            if (away_) fail("lost twice");
            away_ = true;
        } else if (std::holds_alternative<reconnected>(value)) {
            if (!away_) fail("restored without having been lost");
            away_ = false;
            gap_ = true;
            ++gaps_;
        } else if (const auto* loss = std::get_if<dropped>(&value)) {
            dropped_ += loss->count;
        }
    }

    /// A description of the first error; empty if there is none.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

    [[nodiscard]] std::uint64_t last() const noexcept { return last_; }
    [[nodiscard]] std::uint64_t received() const noexcept { return received_; }
    [[nodiscard]] std::uint64_t missing() const noexcept { return missing_; }  ///< In gaps.
    [[nodiscard]] std::uint64_t gaps() const noexcept { return gaps_; }

private:
    void take_number(std::uint64_t number) {
        if (away_) fail("a notification while the session was away");
        if (number <= last_) {
            fail("after " + std::to_string(last_) + " came " + std::to_string(number));
            return;
        }
        const std::uint64_t skipped = number - last_ - 1;
        if (skipped > dropped_ && !gap_ && last_ != 0) {
            fail("between " + std::to_string(last_) + " and " + std::to_string(number) +
                 " there is no gap");
        }
        missing_ += skipped;
        last_ = number;
        ++received_;
        gap_ = false;
        dropped_ = 0;
    }

    void fail(std::string what) {
        if (problem_.empty()) problem_ = std::move(what);
    }

    std::string problem_;
    std::uint64_t last_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t missing_ = 0;
    std::uint64_t gaps_ = 0;
    std::uint64_t dropped_ = 0;
    bool away_ = false;
    bool gap_ = false;
};

}  // namespace jellyfish::test
