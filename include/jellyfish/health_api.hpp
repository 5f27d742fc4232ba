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

class health_api_impl;

}  // namespace detail

/// Whether a server, or its part in a cluster, works.
enum class health_status : std::uint8_t {
    down,
    up,
    unknown,  ///< Of a later server: see `open_enum::text`.
};

/// What a server says of itself (protocol: "REST", HealthReport).
struct health_report {
    open_enum<health_status> status = health_status::down;  ///< Whether the server works.
    std::chrono::seconds uptime{0};                         ///< Since the server was started.
    std::string version;                                    ///< The server's version.
    std::string git_commit;                                 ///< What the server was built from.
    bool distribution_enabled = false;  ///< Whether the server is part of a cluster.
    open_enum<health_status> node_status =
        health_status::down;             ///< This node's state in the cluster.
    std::uint32_t nodes_in_cluster = 0;  ///< This node included.

    bool operator==(const health_report&) const = default;
};

/// @{
/// Prints one line, without secrets.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, health_status value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const health_report& value);
/// @}

/// The server's health (protocol: "REST", `GET /health`).
///
/// A call completes, and a connection is kept, as described for `room_api`.
///
/// @errors As for `room_api`.
/// @cancellation As for `room_api`.
/// @exceptions As for `room_api`.
/// @threads As for `room_api`.
/// @lifetime As for `room_api`.
class JELLYFISH_DECL health_api {
public:
    /// The type of the executor.
    using executor_type = asio::any_io_executor;

    /// @param executor Runs the connection, and the handlers that have no executor of their own.
    /// @param options The options, copied.
    explicit health_api(executor_type executor, const client_options& options = client_options());
    ~health_api();

    /// @{
    /// Moves; a moved-from object can only be assigned to or destroyed.
    health_api(health_api&&) noexcept;
    health_api& operator=(health_api&&) noexcept;
    /// @}

    /// Returns the executor that was passed to the constructor.
    [[nodiscard]] executor_type get_executor() const noexcept;

    /// Asks the server how it is.
    ///
    /// @signature `void(error_code, health_report)`
    /// @errors Those of every call.
    template <class Token = asio::use_awaitable_t<>>
    auto check(Token&& token = Token()) {
        return detail::operation<health_report>::initiate(start_check(), *this,
                                                          std::forward<Token>(token), impl_);
    }

    /// Reads the files of `tls_options` now, for connections that are made from here on. Files that
    /// have changed are read anyway for the next connection; this is for who must not wait for it,
    /// or wants to know whether they can be used. Connections that are open stay as they are. Has
    /// no effect without `client_options::secure`. Any thread may call it; it reads in that thread.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` when a file cannot be used; what was
    ///     read before stays in use.
    void reload_tls();

private:
    using impl_ptr = std::shared_ptr<detail::health_api_impl>;

    struct JELLYFISH_DECL start_check {
        void operator()(detail::operation_handler<health_report> handler,
                        const impl_ptr& impl) const;
        static asio::awaitable<health_report> awaited(impl_ptr impl);
    };

    impl_ptr impl_;
};

}  // namespace jellyfish
