#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/content.hpp>
#include <jellyfish/detail/initiate.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish {
namespace detail {

class recording_api_impl;

}  // namespace detail

/// The recordings that a server keeps (protocol: "REST", `/recording`).
///
/// A call completes, and a connection is kept, as described for `room_api`.
///
/// @errors As for `room_api`.
/// @cancellation As for `room_api`.
/// @exceptions As for `room_api`.
/// @threads As for `room_api`.
/// @lifetime As for `room_api`.
class JELLYFISH_DECL recording_api {
public:
    /// The type of the executor.
    using executor_type = asio::any_io_executor;

    /// @param executor Runs the connections, and the handlers that have no executor of their own.
    /// @param options The options, copied.
    explicit recording_api(executor_type executor,
                           const client_options& options = client_options());
    ~recording_api();

    /// @{
    /// Moves; a moved-from object can only be assigned to or destroyed.
    recording_api(recording_api&&) noexcept;
    recording_api& operator=(recording_api&&) noexcept;
    /// @}

    /// Returns the executor that was passed to the constructor.
    [[nodiscard]] executor_type get_executor() const noexcept;

    /// The ids of all recordings. `GET /recording`.
    ///
    /// @signature `void(error_code, std::vector<std::string>)`
    /// @errors Those of every call; a server that has never recorded anything may answer
    ///     `errc::not_found`.
    template <class Token = asio::use_awaitable_t<>>
    auto get_list(Token&& token = Token()) {
        return detail::operation<std::vector<std::string>>::initiate(
            start_get_list(), *this, std::forward<Token>(token), impl_);
    }

    /// Deletes a recording with all its files. `DELETE /recording/{recording_id}`.
    ///
    /// @signature `void(error_code)`
    /// @errors Those of every call, `errc::bad_request` (no id of a recording) and
    ///     `errc::not_found`.
    template <class Token = asio::use_awaitable_t<>>
    auto delete_recording(std::string_view recording_id, Token&& token = Token()) {
        return detail::operation<>::initiate(start_delete_recording(), *this,
                                             std::forward<Token>(token), impl_,
                                             std::string(recording_id));
    }

    /// Gets a file of a recording. `GET /recording/{recording_id}/{filename}`.
    ///
    /// @signature `void(error_code, content)`
    /// @errors Those of every call, `errc::bad_request` and `errc::not_found`;
    ///     `errc::response_too_large` for a file longer than `client_options::max_response_size`.
    template <class Token = asio::use_awaitable_t<>>
    auto get_content(std::string_view recording_id, std::string_view filename,
                     Token&& token = Token()) {
        return detail::operation<content>::initiate(
            start_get_content(), *this, std::forward<Token>(token), impl_,
            std::string(recording_id), std::string(filename));
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
    using impl_ptr = std::shared_ptr<detail::recording_api_impl>;

    struct JELLYFISH_DECL start_get_list {
        void operator()(detail::operation_handler<std::vector<std::string>> handler,
                        const impl_ptr& impl) const;
        static asio::awaitable<std::vector<std::string>> awaited(impl_ptr impl);
    };
    struct JELLYFISH_DECL start_delete_recording {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl,
                        const std::string& recording_id) const;
        static asio::awaitable<void> awaited(impl_ptr impl, std::string recording_id);
    };
    struct JELLYFISH_DECL start_get_content {
        void operator()(detail::operation_handler<content> handler, const impl_ptr& impl,
                        const std::string& recording_id, const std::string& filename) const;
        static asio::awaitable<content> awaited(impl_ptr impl, std::string recording_id,
                                                std::string filename);
    };

    impl_ptr impl_;
};

}  // namespace jellyfish
