#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/detail/client_view.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/health_api.hpp>
#include <jellyfish/recording_api.hpp>
#include <jellyfish/room_api.hpp>

#include <concepts>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish {

/// The connections to a server, or to the nodes of a cluster, for all REST calls (protocol:
/// "REST").
///
/// The calls are members of its views: `rooms()`, `recordings()` and `health()` return objects that
/// share the connections. Views may be copied, kept and destroyed at any time. A `room_api`,
/// `recording_api` or `health_api` that is constructed with options creates a client and is a view
/// of it.
///
/// @threads All functions may be called from several threads at once, and while calls are pending.
/// @lifetime The object may be destroyed at any time. The destructor of the last object that shares
///     the client, which may be a view, closes it.
template <class Executor = boost::asio::any_io_executor>
class basic_client : private detail::client_view {
public:
    /// The executor type.
    using executor_type = Executor;

    /// Rebinds the class to another executor type, such as one with a default token.
    template <class Other>
    struct rebind_executor {
        using other = basic_client<Other>;  ///< The rebound class.
    };

    /// @param executor Runs the connections, and handlers without an associated executor.
    /// @param options The options. Copied.
    explicit basic_client(const executor_type& executor,
                          const client_options& options = client_options())
        : client_view(executor, options), executor_(executor) {}

    /// Same as above, with the executor of an execution context, such as `asio::io_context`.
    template <detail::execution_context Context>
    explicit basic_client(Context& context, const client_options& options = client_options())
        : basic_client(executor_type(context.get_executor()), options) {}

    /// Moves, and converts the executor. A moved-from object can only be assigned to or destroyed.
    template <std::convertible_to<executor_type> Other>
    explicit basic_client(basic_client<Other>&& other) noexcept
        : client_view(std::move(other)), executor_(other.executor_) {}

    /// Returns the executor that was passed to the constructor.
    [[nodiscard]] executor_type get_executor() const noexcept { return executor_; }

    /// Returns a view with the calls about rooms, peers and components.
    [[nodiscard]] basic_room_api<Executor> rooms() const { return {executor_, *this}; }

    /// Returns a view with the calls about recordings.
    [[nodiscard]] basic_recording_api<Executor> recordings() const { return {executor_, *this}; }

    /// Returns a view with the calls about the server's health.
    [[nodiscard]] basic_health_api<Executor> health() const { return {executor_, *this}; }

    /// Completes all calls with `operation_aborted`, as if each were cancelled: running calls and
    /// calls that wait for a connection, of all views and on all nodes of a cluster. The client
    /// remains usable. Returns at once. May be called from any thread.
    void cancel() { client_view::cancel(); }

    /// Closes the client and all its connections. Running calls and calls that wait for a
    /// connection, of all views and on all nodes of a cluster, complete with `operation_aborted`.
    /// Later calls fail with `errc::closed`. Returns at once. Idempotent. May be called from any
    /// thread.
    void close() { client_view::close(); }

    /// Reloads the files of `tls_options` for new connections. Changed files are reloaded
    /// automatically before the next connection; call this function to reload them earlier or to
    /// verify that they are valid. Open connections are not affected. Has no effect without
    /// `client_options::secure`. May be called from any thread; reads the files in that thread.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` if a file is invalid. The files
    ///     loaded before then stay in use.
    void reload_tls() { client_view::reload_tls(); }

private:
    template <class>
    friend class basic_client;
    friend struct detail::client_access;

    Executor executor_;
};

/// A `basic_client` for any executor, whose operations return awaitables by default.
using client = basic_client<>;

}  // namespace jellyfish
