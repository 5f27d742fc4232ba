#pragma once

#include <jellyfish/error.hpp>

#include <stdexcept>

namespace tool {

/// What the program ends with, for scripts. `jellyfish --help` tells of each.
enum class exit_status : int {
    done = 0,
    failed = 1,  ///< The server refused, has no such thing, or failed; or output was lost.
    usage = 2,
    unreachable = 3,  ///< Not reached, too late, or no such server.
    unauthorized = 4,
    outcome_unknown = 5,  ///< Something was sent, and may have been executed.
};

/// The command line is wrong; what() says how.
class usage_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

[[nodiscard]] exit_status status_of(const jellyfish::error& failure);

}  // namespace tool
