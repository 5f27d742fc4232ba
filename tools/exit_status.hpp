#pragma once

#include <jellyfish/error.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace tool {

/// The exit status, for scripts. `jellyfish --help` documents each.
enum class exit_status : int {
    done = 0,
    failed = 1,  ///< The server rejected the request or failed; or output was lost.
    usage = 2,
    unreachable = 3,  ///< Not reachable, no response in time, or not a Jellyfish server.
    unauthorized = 4,
    outcome_unknown = 5,  ///< A request was sent and may have been executed.
};

/// An invalid command line; what() describes the error.
class usage_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Returns the text of a usage error, such as `invalid --color 'red': expected auto or never`.
[[nodiscard]] std::string invalid(std::string_view name, std::string_view value,
                                  std::string_view expected);

[[nodiscard]] exit_status status_of(const jellyfish::error& failure);

/// Whether a response is not that of a Jellyfish server: that of a web server, or of TLS.
[[nodiscard]] bool is_of_another_server(const jellyfish::error& failure);

}  // namespace tool
