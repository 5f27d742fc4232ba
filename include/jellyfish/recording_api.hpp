#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/content.hpp>
#include <jellyfish/detail/client_view.hpp>
#include <jellyfish/detail/initiate.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish {
namespace detail {

/// The part of `basic_recording_api` that does not depend on the type of its executor.
class JELLYFISH_DECL recording_api_base : public client_view {
protected:
    using client_view::client_view;
    explicit recording_api_base(const client_view& client) : client_view(client) {}

    [[nodiscard]] operation<std::vector<std::string>> get_list_operation() const;
    [[nodiscard]] operation<> delete_recording_operation(std::string_view recording_id) const;
    [[nodiscard]] operation<content> get_content_operation(std::string_view recording_id,
                                                           std::string_view filename) const;
};

}  // namespace detail

/// Lists, downloads and deletes recordings (protocol: "REST", `/recording`).
///
/// A call completes, and idle connections are kept, as described for `room_api`.
///
/// @errors As for `room_api`.
/// @cancellation As for `room_api`.
/// @exceptions As for `room_api`.
/// @threads As for `room_api`.
/// @lifetime As for `room_api`.
template <class Executor = boost::asio::any_io_executor>
class basic_recording_api : private detail::recording_api_base {
public:
    /// The executor type.
    using executor_type = Executor;

    /// Rebinds the class to another executor type, such as one with a default token.
    template <class Other>
    struct rebind_executor {
        using other = basic_recording_api<Other>;  ///< The rebound class.
    };

    /// @param executor Runs the connections, and handlers without an associated executor.
    /// @param options The options. Copied.
    explicit basic_recording_api(const executor_type& executor,
                                 const client_options& options = client_options())
        : recording_api_base(executor, options), executor_(executor) {}

    /// Same as above, with the executor of an execution context, such as `asio::io_context`.
    template <detail::execution_context Context>
    explicit basic_recording_api(Context& context, const client_options& options = client_options())
        : basic_recording_api(executor_type(context.get_executor()), options) {}

    /// Moves, and converts the executor. A moved-from object can only be assigned to or destroyed.
    template <std::convertible_to<executor_type> Other>
    explicit basic_recording_api(basic_recording_api<Other>&& other) noexcept
        : recording_api_base(std::move(other)), executor_(other.executor_) {}

    /// Returns the executor that was passed to the constructor.
    [[nodiscard]] executor_type get_executor() const noexcept { return executor_; }

    /// Returns the ids of all recordings. `GET /recording`.
    ///
    /// @signature `void(error_code, std::vector<std::string>)`
    /// @errors The common errors; `errc::not_found` is possible if the server has never recorded
    ///     anything.
    template <detail::completion<std::vector<std::string>>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto get_list(Completion&&... completion) {
        return detail::initiate(get_list_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Deletes a recording with all its files. `DELETE /recording/{recording_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors The common errors, `errc::bad_request` (an invalid recording id), and
    ///     `errc::not_found`.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto delete_recording(std::string_view recording_id, Completion&&... completion) {
        return detail::initiate(delete_recording_operation(recording_id), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Returns a file of a recording. `GET /recording/{recording_id}/{filename}`.
    ///
    /// @signature `void(error_code, content)`
    /// @errors The common errors, `errc::bad_request`, `errc::not_found`, and
    ///     `errc::response_too_large` (a file longer than `client_options::max_response_size`).
    template <detail::completion<content>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto get_content(std::string_view recording_id, std::string_view filename,
                                   Completion&&... completion) {
        return detail::initiate(get_content_operation(recording_id, filename), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Returns an object that shares the client, and whose calls have this time limit instead of
    /// `client_options::request_timeout`: `co_await api.timeout(2s).get_list()`.
    ///
    /// @param limit Must be greater than 0; otherwise calls fail with `errc::invalid_argument`.
    ///     Includes the wait for a connection, like `request_timeout`. With
    ///     `client_options::retry`, it applies to each attempt.
    [[nodiscard]] basic_recording_api timeout(std::chrono::milliseconds limit) const {
        basic_recording_api limited(*this);
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
    friend class basic_recording_api;
    template <class>
    friend class basic_client;

    basic_recording_api(const executor_type& executor, const detail::client_view& client)
        : recording_api_base(client), executor_(executor) {}

    Executor executor_;
};

/// A `basic_recording_api` for any executor, whose operations return awaitables by default.
using recording_api = basic_recording_api<>;

}  // namespace jellyfish
