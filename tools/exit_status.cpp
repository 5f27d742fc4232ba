#include "exit_status.hpp"

#include <string>

namespace tool {
namespace {

using jellyfish::condition;
using jellyfish::errc;

/// Whether the outcome of a modifying call is unknown. For a call that has timed out, only the
/// detail shows this.
bool is_outcome_unknown(const jellyfish::error& failure) {
    if (failure.code() == errc::outcome_unknown) return true;
    return failure.code() == errc::timeout &&
           failure.info().detail.find("may have executed it") != std::string::npos;
}

/// Whether the server, or a proxy in front of it, reports that it has failed.
bool is_servers_failure(const jellyfish::error& failure) {
    constexpr int first_status = 500;
    return failure.code() == errc::upgrade_refused && failure.info().status >= first_status;
}

}  // namespace

std::string invalid(std::string_view name, std::string_view value, std::string_view expected) {
    return std::string("invalid ")
        .append(name)
        .append(" '")
        .append(value)
        .append("': expected ")
        .append(expected);
}

bool is_of_another_server(const jellyfish::error& failure) {
    constexpr int not_implemented = 501;  // A web server's response to POST and DELETE.
    return failure.info().status == not_implemented ||
           failure.info().detail.find("that this is a Jellyfish or Fishjam server") !=
               std::string::npos;
}

exit_status status_of(const jellyfish::error& failure) {
    const auto& code = failure.code();
    if (code == errc::invalid_address || code == errc::invalid_option ||
        code == errc::invalid_argument || code == errc::not_supported ||
        code == errc::tls_configuration)
        return exit_status::usage;
    if (code == condition::unauthorized) return exit_status::unauthorized;
    if (is_outcome_unknown(failure)) return exit_status::outcome_unknown;
    if (is_of_another_server(failure)) return exit_status::unreachable;
    // A server that sends too large a file is reachable.
    if (is_servers_failure(failure) || code == errc::response_too_large) return exit_status::failed;
    if (code == condition::connect_failed || code == condition::certificate ||
        code == condition::timeout || code == condition::connection_lost ||
        code == condition::protocol_error)
        return exit_status::unreachable;
    return exit_status::failed;
}

}  // namespace tool
