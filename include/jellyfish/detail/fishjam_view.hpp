#pragma once

#include <jellyfish/client.hpp>
#include <jellyfish/client_options.hpp>
#include <jellyfish/detail/client_view.hpp>
#include <jellyfish/detail/initiate.hpp>

#include <chrono>
#include <concepts>
#include <utility>

namespace jellyfish::detail {

/// What the views of a client with calls of Fishjam have in common.
///
/// @tparam View The class template of the view, which derives from this class.
/// @tparam Calls The operations of the view; derives from `client_view`.
/// @tparam Executor The executor type of the view.
template <template <class> class View, class Calls, class Executor>
class fishjam_view : protected Calls {
public:
    /// The executor type.
    using executor_type = Executor;

    /// Rebinds the class to another executor type, such as one with a default token.
    template <class Other>
    struct rebind_executor {
        using other = View<Other>;  ///< The rebound class.
    };

    /// Constructs a view of a new client.
    ///
    /// @param executor Runs the connections, and handlers without an associated executor.
    /// @param options The options. Copied.
    explicit fishjam_view(const executor_type& executor, const client_options& options)
        : Calls(executor, options), executor_(executor) {}

    /// Same as above, with the executor of an execution context, such as `asio::io_context`.
    template <execution_context Context>
    explicit fishjam_view(Context& context, const client_options& options)
        : fishjam_view(executor_type(context.get_executor()), options) {}

    /// Constructs a view that shares a client.
    explicit fishjam_view(const basic_client<Executor>& client)
        : Calls(client_access::view_of(client)), executor_(client.get_executor()) {}

    /// Moves, and converts the executor. A moved-from object can only be assigned to or destroyed.
    template <std::convertible_to<executor_type> Other>
    explicit fishjam_view(View<Other>&& other) noexcept
        : fishjam_view(static_cast<fishjam_view<View, Calls, Other>&&>(other)) {}

    /// Returns the executor that was passed to the constructor, or that of the client.
    [[nodiscard]] executor_type get_executor() const noexcept { return executor_; }

    /// Returns an object that shares the client, and whose calls have this time limit instead of
    /// `client_options::request_timeout`.
    ///
    /// @param limit Must be greater than 0; otherwise calls fail with `errc::invalid_argument`.
    ///     Includes the wait for a connection, like `request_timeout`. With
    ///     `client_options::retry`, it applies to each attempt.
    [[nodiscard]] View<Executor> timeout(std::chrono::milliseconds limit) const {
        View<Executor> limited(static_cast<const View<Executor>&>(*this));
        static_cast<fishjam_view&>(limited).timeout_ = limit;
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
    template <template <class> class, class, class>
    friend class fishjam_view;

    template <class Other>
    explicit fishjam_view(fishjam_view<View, Calls, Other>&& other) noexcept
        : Calls(std::move(static_cast<Calls&>(other))), executor_(other.executor_) {}

    Executor executor_;
};

}  // namespace jellyfish::detail
