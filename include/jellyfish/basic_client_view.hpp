#pragma once

#include <jellyfish/basic_object.hpp>
#include <jellyfish/detail/client_view.hpp>

#include <chrono>
#include <utility>

namespace jellyfish {

/// The functions common to `client` and its views, such as `room_api`, `recording_api` and
/// `health_api`.
///
/// @tparam Class The template of the class.
/// @tparam Base The part of the class that does not depend on the type of its executor.
/// @tparam Executor The type of the executor.
template <template <class> class Class, class Base, class Executor>
class basic_client_view : public basic_object<Class, Base, Executor> {
public:
    using basic_object<Class, Base, Executor>::basic_object;

    /// Creates a client.
    ///
    /// @param executor Runs the connections, and handlers without an associated executor.
    /// @param options The options, copied.
    explicit basic_client_view(const executor_source<Executor>& executor,
                               const client_options& options = client_options())
        : basic_client_view(std::in_place, executor.get(), executor.get(), options) {}

    /// Creates a view that shares the client of another view, with the same time limit.
    template <template <class> class Other, class OtherBase>
    explicit basic_client_view(const basic_client_view<Other, OtherBase, Executor>& other)
        : basic_client_view(std::in_place, other.get_executor(),
                            static_cast<const detail::client_view&>(other)) {}

    /// Returns an object that shares the client and uses this time limit for its calls instead of
    /// `client_options::request_timeout`: `co_await rooms.timeout(2s).get_room(id)`.
    ///
    /// @param limit Must be greater than 0; otherwise calls fail with `errc::invalid_argument`.
    ///     Includes the wait for a connection, like `request_timeout`. Restarts for each retry, for
    ///     a redirection, and for a call that moves to another node.
    [[nodiscard]] Class<Executor> timeout(std::chrono::milliseconds limit) const {
        Class<Executor> limited(static_cast<const Class<Executor>&>(*this));
        static_cast<basic_client_view&>(limited).timeout_ = limit;
        return limited;
    }

    /// Cancels all calls of the client: running calls and calls that wait for a connection, of all
    /// views and on all nodes of a cluster, complete with `operation_aborted`. The client remains
    /// usable. Returns immediately. May be called from any thread.
    void cancel() { Base::cancel(); }

    /// Closes the client and all its connections. Running calls and calls that wait for a
    /// connection, of all views and on all nodes of a cluster, complete with `operation_aborted`.
    /// Later calls fail with `errc::closed`. Returns immediately. Idempotent. May be called from
    /// any thread.
    void close() { Base::close(); }

    /// Reloads the files of `tls_options` for new connections. Changed files are reloaded
    /// automatically before the next connection; call this function to reload them earlier or to
    /// verify that they are valid. Open connections are not affected. Has no effect without
    /// `client_options::secure`. May be called from any thread; reads the files in that thread.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` if a file is invalid. The files
    ///     loaded before then stay in use.
    void reload_tls() { Base::reload_tls(); }

private:
    template <template <class> class, class, class>
    friend class basic_client_view;
};

}  // namespace jellyfish
