#pragma once

#include <jellyfish/testing/request_failure.hpp>

#include <list>
#include <optional>
#include <string_view>

namespace jellyfish::testing::detail {

/// The failures of future requests.
class request_failures {
public:
    /// Adds a failure; replaces one with the same method and path.
    /// @throws std::invalid_argument if it cannot be sent.
    void add(request_failure value);
    void clear() { failures_.clear(); }

    /// Returns the failure of a request, which counts as one time.
    /// @param target As sent, with the prefix.
    [[nodiscard]] std::optional<request_failure> take(std::string_view method,
                                                      std::string_view target,
                                                      std::string_view prefix);

private:
    std::list<request_failure> failures_;  ///< The last added first.
};

}  // namespace jellyfish::testing::detail
