#pragma once

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
class basic_health_api : private detail::health_api_base {
public:
    /// The executor type.
    using executor_type = Executor;

    /// Rebinds the class to another executor type, such as one with a default token.
    template <class Other>
    struct rebind_executor {
        using other = basic_health_api<Other>;  ///< The rebound class.
    };

    /// @param executor Runs the connection, and handlers without an associated executor.
    /// @param options The options. Copied.
    explicit basic_health_api(const executor_type& executor,
                              const client_options& options = client_options())
        : health_api_base(executor, options), executor_(executor) {}

    /// Same as above, with the executor of an execution context, such as `asio::io_context`.
    template <detail::execution_context Context>
    explicit basic_health_api(Context& context, const client_options& options = client_options())
        : basic_health_api(executor_type(context.get_executor()), options) {}

    /// Moves, and converts the executor. A moved-from object can only be assigned to or destroyed.
    template <std::convertible_to<executor_type> Other>
    explicit basic_health_api(basic_health_api<Other>&& other) noexcept
        : health_api_base(std::move(other)), executor_(other.executor_) {}

    /// Returns the executor that was passed to the constructor.
    [[nodiscard]] executor_type get_executor() const noexcept { return executor_; }

    /// Returns the server's health report.
    ///
    /// @signature `void(error_code, health_report)`
    /// @errors The common errors.
    template <detail::completion<health_report>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto check(Completion&&... completion) {
        return detail::initiate(check_operation(), *this, std::forward<Completion>(completion)...);
    }

    /// Returns an object that shares the client, and whose calls have this time limit instead of
    /// `client_options::request_timeout`: `co_await api.timeout(2s).check()`.
    ///
    /// @param limit Must be greater than 0; otherwise calls fail with `errc::invalid_argument`.
    ///     Includes the wait for a connection, like `request_timeout`. With
    ///     `client_options::retry`, it applies to each attempt.
    [[nodiscard]] basic_health_api timeout(std::chrono::milliseconds limit) const {
        basic_health_api limited(*this);
        limited.timeout_ = limit;
        return limited;
    }

    /// Completes all calls of the client with `operation_aborted`, as if each were cancelled. The
    /// client remains usable. May be called from any thread.
    void cancel() { client_view::cancel(); }

    /// Closes the client: see `basic_client::close()`. May be called from any thread.
    void close() { client_view::close(); }

    /// Reloads the TLS files: see `basic_client::reload_tls()`. May be called from any thread.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` if a file is invalid. The files
    ///     loaded before then stay in use.
    void reload_tls() { client_view::reload_tls(); }

private:
    template <class>
    friend class basic_health_api;
    template <class>
    friend class basic_client;

    basic_health_api(const executor_type& executor, const detail::client_view& client)
        : health_api_base(client), executor_(executor) {}

    Executor executor_;
};

/// A `basic_health_api` for any executor, whose operations return awaitables by default.
using health_api = basic_health_api<>;

}  // namespace jellyfish
