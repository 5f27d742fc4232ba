#include <jellyfish/health_api.hpp>

#include "rest/rest_client.hpp"
#include "rest/rest_json.hpp"
#include "rest/rest_request.hpp"
#include "text/quoted.hpp"

#include <ostream>
#include <tuple>

namespace jellyfish {
namespace detail {

class health_api_impl final : public rest_client {
public:
    using rest_client::rest_client;
};

}  // namespace detail

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

health_api::health_api(executor_type executor, const client_options& options)
    : impl_(std::make_shared<detail::health_api_impl>(std::move(executor), options)) {}

health_api::~health_api() {
    if (impl_) impl_->destroy();
}

health_api::health_api(health_api&&) noexcept = default;

health_api& health_api::operator=(health_api&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->destroy();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

void health_api::reload_tls() { impl_->reload_tls(); }

health_api::executor_type health_api::get_executor() const noexcept { return impl_->executor(); }

void health_api::start_check::operator()(detail::operation_handler<health_report> handler,
                                         const impl_ptr& impl) const {
    impl->call(std::move(handler), detail::health_request,
               [](const detail::http::response& response) {
                   return std::tuple(detail::read_health(response.body));
               });
}

asio::awaitable<health_report> health_api::start_check::awaited(impl_ptr impl) {
    return detail::operation<health_report>::awaited(start_check(), std::move(impl));
}

}  // namespace jellyfish
