#pragma once

#include <jellyfish/basic_client_view.hpp>
#include <jellyfish/client_options.hpp>
#include <jellyfish/detail/client_view.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/open_enum.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish {

/// Whether a server, or a node of a cluster, is healthy.
enum class health_status : std::uint8_t {
    down,
    up,
    unknown,  ///< A status of a later server; see `open_enum::text`.
};

/// A server's health report (protocol: "REST", HealthReport).
struct health_report {
    open_enum<health_status> status = health_status::down;  ///< Whether the server is healthy.
    std::chrono::seconds uptime{0};                         ///< The time since the server started.
    std::string version;                                    ///< The server's version.
    std::string git_commit;             ///< The Git commit of the server's build.
    bool distribution_enabled = false;  ///< Whether the server is part of a cluster.
    open_enum<health_status> node_status =
        health_status::down;             ///< This node's status in the cluster.
    std::uint32_t nodes_in_cluster = 0;  ///< The number of nodes, this one included.

    bool operator==(const health_report&) const = default;
};

namespace detail {

/// The part of `basic_health_api` that does not depend on the type of its executor.
class JELLYFISH_DECL health_api_base : public client_view {
protected:
    using client_view::client_view;
    explicit health_api_base(const client_view& client) : client_view(client) {}

    [[nodiscard]] operation<health_report> check_operation() const;
};

}  // namespace detail

/// @{
/// Prints one line, without secrets.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, health_status value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const health_report& value);
/// @}

/// Checks the server's health (protocol: "REST", `GET /health`).
///
/// A call completes, and idle connections are kept, as described for `room_api`.
///
/// @errors As for `room_api`.
/// @cancellation As for `room_api`.
/// @exceptions As for `room_api`.
/// @threads As for `room_api`.
/// @lifetime As for `room_api`.
template <class Executor = boost::asio::any_io_executor>
class basic_health_api
    : public basic_client_view<basic_health_api, detail::health_api_base, Executor> {
public:
    using basic_client_view<basic_health_api, detail::health_api_base, Executor>::basic_client_view;

    /// Returns the server's health report.
    ///
    /// @signature `void(error_code, health_report)`
    /// @errors The common errors.
    template <detail::completion<health_report>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto check(Completion&&... completion) {
        return detail::initiate(this->check_operation(), *this,
                                std::forward<Completion>(completion)...);
    }
};

/// A `basic_health_api` for any executor, whose operations return awaitables by default.
using health_api = basic_health_api<>;

}  // namespace jellyfish
