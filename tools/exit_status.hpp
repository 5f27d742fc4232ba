#pragma once

#include <stdexcept>

#include <boost/system/error_code.hpp>

namespace tool {

/// What the program ends with, for scripts. `jellyfish --help` tells of each.
enum class exit_status : int {
    done = 0,
    failed = 1,  ///< The server refused, has no such thing, or failed; or output was lost.
    usage = 2,
    unreachable = 3,
    unauthorized = 4,
    outcome_unknown = 5,
};

/// The command line is wrong; what() says how.
class usage_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

[[nodiscard]] exit_status status_of(const boost::system::error_code& code);

/// What a user of this program can do about a failure, which the library's own words do not tell;
/// empty when there is nothing to add.
[[nodiscard]] const char* advice_for(exit_status status);

}  // namespace tool
