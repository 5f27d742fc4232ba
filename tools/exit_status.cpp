#include "exit_status.hpp"

#include <jellyfish/error.hpp>

namespace tool {

using jellyfish::condition;
using jellyfish::errc;

exit_status status_of(const boost::system::error_code& code) {
    if (code == errc::invalid_address || code == errc::invalid_option ||
        code == errc::invalid_argument || code == errc::tls_configuration)
        return exit_status::usage;
    if (code == condition::unauthorized) return exit_status::unauthorized;
    if (code == errc::outcome_unknown) return exit_status::outcome_unknown;
    if (code == condition::connect_failed || code == condition::certificate ||
        code == condition::timeout || code == condition::connection_lost ||
        code == condition::protocol_error)
        return exit_status::unreachable;
    return exit_status::failed;
}

const char* advice_for(exit_status status) {
    switch (status) {
        case exit_status::unauthorized:
            return "give the server's token in JELLYFISH_SERVER_API_TOKEN, or with --token";
        case exit_status::unreachable:
            return "name the server with --address or JELLYFISH_SERVER_ADDRESS; give --secure if "
                   "it "
                   "wants TLS, and only then, with --ca-file where its authority is your own";
        case exit_status::outcome_unknown:
            return "see with 'jellyfish rooms' what the server has done before you repeat this";
        default:
            return "";
    }
}

}  // namespace tool
