#include <jellyfish/recording_api.hpp>

#include "async/await_operation.hpp"
#include "rest/file_content.hpp"
#include "rest/rest_client.hpp"
#include "rest/rest_json.hpp"
#include "rest/rest_request.hpp"

#include <tuple>

namespace jellyfish {

recording_api::recording_api(executor_type executor, const client_options& options)
    : impl_(std::make_shared<detail::rest_client>(std::move(executor), options)) {}

recording_api::~recording_api() {
    if (impl_) impl_->destroy();
}

recording_api::recording_api(recording_api&&) noexcept = default;

recording_api& recording_api::operator=(recording_api&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->destroy();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

void recording_api::reload_tls() { impl_->reload_tls(); }

recording_api::executor_type recording_api::get_executor() const noexcept {
    return impl_->executor();
}

detail::operation<std::vector<std::string>> recording_api::get_list_operation() const {
    return [impl = impl_](detail::operation_handler<std::vector<std::string>> handler) {
        impl->call(std::move(handler), detail::get_recordings_request,
                   [](const detail::http::response& response) {
                       return std::tuple(detail::read_recordings(response.body));
                   });
    };
}

detail::operation<> recording_api::delete_recording_operation(std::string_view recording_id) const {
    return [impl = impl_, id = std::string(recording_id)](detail::operation_handler<> handler) {
        impl->call(
            std::move(handler), [&] { return detail::delete_recording_request(id); },
            [](const detail::http::response&) { return std::tuple<>(); });
    };
}

detail::operation<content> recording_api::get_content_operation(std::string_view recording_id,
                                                                std::string_view filename) const {
    return [impl = impl_, id = std::string(recording_id),
            file = std::string(filename)](detail::operation_handler<content> handler) {
        impl->call(
            std::move(handler), [&] { return detail::recording_content_request(id, file); },
            [](detail::http::response response) {
                return std::tuple(detail::content_of(std::move(response)));
            });
    };
}

template JELLYFISH_DECL asio::awaitable<std::vector<std::string>> detail::awaited(
    detail::operation<std::vector<std::string>>, diagnostics*);
template JELLYFISH_DECL asio::awaitable<content> detail::awaited(detail::operation<content>,
                                                                 diagnostics*);

}  // namespace jellyfish
