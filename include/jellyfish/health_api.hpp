#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/open_enum.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <utility>

namespace jellyfish {
namespace detail {

class rest_client;

}  // namespace detail

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
class JELLYFISH_DECL health_api {
public:
    /// The executor type.
    using executor_type = asio::any_io_executor;

    /// @param executor Runs the connection, and handlers without an associated executor.
    /// @param options The options. Copied.
    explicit health_api(executor_type executor, const client_options& options = client_options());
    ~health_api();

    /// @{
    /// Moves. A moved-from object can only be assigned to or destroyed.
    health_api(health_api&&) noexcept;
    health_api& operator=(health_api&&) noexcept;
    /// @}

    /// Returns the executor that was passed to the constructor.
    [[nodiscard]] executor_type get_executor() const noexcept;

    /// Returns the server's health report.
    ///
    /// @signature `void(error_code, health_report)`
    /// @errors The common errors.
    template <detail::completion<health_report>... Completion>
    [[nodiscard]] auto check(Completion&&... completion) {
        return detail::initiate(check_operation(), *this, std::forward<Completion>(completion)...);
    }

    /// Reloads the files of `tls_options` for new connections. Changed files are reloaded
    /// automatically before the next connection; call this function to reload them earlier or to
    /// verify that they are valid. Open connections are not affected. Has no effect without
    /// `client_options::secure`. May be called from any thread; reads the files in that thread.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` if a file is invalid. The files
    ///     loaded before then stay in use.
    void reload_tls();

private:
    using impl_ptr = std::shared_ptr<detail::rest_client>;

    [[nodiscard]] detail::operation<health_report> check_operation() const;

    impl_ptr impl_;
};

}  // namespace jellyfish
