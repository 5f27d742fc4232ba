#pragma once

#include <jellyfish/detail/config.hpp>

#include "model/names.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

namespace jellyfish::detail {

/// Selects which failures deserve a warning: the first one with each error code, and again once a
/// minute while they continue. A server that is down would otherwise cause a warning for each
/// attempt.
class warning_filter {
public:
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::minutes interval{1};

    /// Whether to warn of a failure with this code now.
    [[nodiscard]] bool is_due(const error_code& code, time_point now) {
        if (now - since_ >= interval) reset(now);
        if (std::ranges::find(warned_, code) != warned_.end()) return false;
        warned_.push_back(code);
        return true;
    }

    /// Starts over.
    void reset(time_point now) noexcept {
        warned_.clear();
        since_ = now;
    }

private:
    std::vector<error_code> warned_;
    time_point since_;
};

}  // namespace jellyfish::detail
