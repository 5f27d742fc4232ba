#pragma once

#include <jellyfish/basic_client_view.hpp>
#include <jellyfish/client_options.hpp>
#include <jellyfish/content.hpp>
#include <jellyfish/detail/client_view.hpp>
#include <jellyfish/detail/initiate.hpp>

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
class basic_recording_api
    : public basic_client_view<basic_recording_api, detail::recording_api_base, Executor> {
public:
    using basic_client_view<basic_recording_api, detail::recording_api_base,
                            Executor>::basic_client_view;

    /// Returns the ids of all recordings. `GET /recording`.
    ///
    /// @signature `void(error_code, std::vector<std::string>)`
    /// @errors The common errors; `errc::not_found` is possible if the server has never recorded
    ///     anything.
    template <detail::completion<std::vector<std::string>>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto get_list(Completion&&... completion) {
        return detail::initiate(this->get_list_operation(), *this,
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
        return detail::initiate(this->delete_recording_operation(recording_id), *this,
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
        return detail::initiate(this->get_content_operation(recording_id, filename), *this,
                                std::forward<Completion>(completion)...);
    }
};

/// A `basic_recording_api` for any executor, whose operations return awaitables by default.
using recording_api = basic_recording_api<>;

}  // namespace jellyfish
