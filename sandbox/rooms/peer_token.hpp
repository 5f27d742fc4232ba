#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::testing::detail {

/// Creates and verifies peers' tokens: signed, and valid for 24 h.
class peer_tokens {
public:
    using time = std::chrono::system_clock::time_point;

    explicit peer_tokens(std::string key) : key_(std::move(key)) {}

    [[nodiscard]] std::string make(const std::string& room_id, const std::string& peer_id,
                                   time signed_at) const;

    struct verdict {
        enum class kind { good, invalid, expired };

        kind result = kind::invalid;
        std::string room_id;
        std::string peer_id;
    };
    [[nodiscard]] verdict check(std::string_view token, time now) const;

private:
    std::string key_;
};

}  // namespace jellyfish::testing::detail
