#include <jellyfish/health_api.hpp>

#include "async/awaited.hpp"
#include "rest/client_impl.hpp"
#include "rest/rest_json.hpp"
#include "rest/rest_request.hpp"
#include "text/quoted.hpp"

#include <ostream>

namespace jellyfish {

std::ostream& operator<<(std::ostream& out, health_status value) {
    switch (value) {
        case health_status::down:
            return out << "down";
        case health_status::up:
            return out << "up";
        case health_status::unknown:
            break;
    }
    return out << "unknown";
}

std::ostream& operator<<(std::ostream& out, const health_report& value) {
    using detail::quoted;
    return out << "health_report{status: " << value.status << ", uptime: " << value.uptime.count()
               << " s, version: " << quoted{value.version}
               << ", git_commit: " << quoted{value.git_commit}
               << ", distribution_enabled: " << (value.distribution_enabled ? "true" : "false")
               << ", node_status: " << value.node_status
               << ", nodes_in_cluster: " << value.nodes_in_cluster << '}';
}

namespace detail {

operation<health_report> health_api_base::check_operation() const {
    return call_operation<health_report>(impl_, timeout_, "", health_request, reads(read_health));
}

template JELLYFISH_DECL asio::awaitable<health_report> awaited(operation<health_report>,
                                                               diagnostics*);

}  // namespace detail
}  // namespace jellyfish
