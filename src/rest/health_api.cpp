#include <jellyfish/health_api.hpp>

#include "async/await_operation.hpp"
#include "rest/rest_client.hpp"
#include "rest/rest_json.hpp"
#include "rest/rest_request.hpp"
#include "text/quoted.hpp"

#include <ostream>
#include <tuple>

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

health_api_base::health_api_base(asio::any_io_executor executor, const client_options& options)
    : impl_(std::make_shared<rest_client>(std::move(executor), options)) {}

health_api_base::~health_api_base() {
    if (impl_) impl_->destroy();
}

health_api_base::health_api_base(health_api_base&&) noexcept = default;

health_api_base& health_api_base::operator=(health_api_base&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->destroy();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

void health_api_base::reload_tls() { impl_->reload_tls(); }

operation<health_report> health_api_base::check_operation() const {
    return [impl = impl_](operation_handler<health_report> handler) {
        impl->call(std::move(handler), health_request, [](const http::response& response) {
            return std::tuple(read_health(response.body));
        });
    };
}

template JELLYFISH_DECL asio::awaitable<health_report> awaited(operation<health_report>,
                                                               diagnostics*);

}  // namespace detail
}  // namespace jellyfish
