#include <jellyfish/recording_api.hpp>

#include "async/await_operation.hpp"
#include "rest/file_content.hpp"
#include "rest/rest_client.hpp"
#include "rest/rest_json.hpp"
#include "rest/rest_request.hpp"

#include <tuple>

namespace jellyfish::detail {

recording_api_base::recording_api_base(asio::any_io_executor executor,
                                       const client_options& options)
    : impl_(std::make_shared<rest_client>(std::move(executor), options)) {}

recording_api_base::~recording_api_base() {
    if (impl_) impl_->destroy();
}

recording_api_base::recording_api_base(recording_api_base&&) noexcept = default;

recording_api_base& recording_api_base::operator=(recording_api_base&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->destroy();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

void recording_api_base::reload_tls() { impl_->reload_tls(); }

operation<std::vector<std::string>> recording_api_base::get_list_operation() const {
    return [impl = impl_](operation_handler<std::vector<std::string>> handler) {
        impl->call(std::move(handler), get_recordings_request, [](const http::response& response) {
            return std::tuple(read_recordings(response.body));
        });
    };
}

operation<> recording_api_base::delete_recording_operation(std::string_view recording_id) const {
    return [impl = impl_, id = std::string(recording_id)](operation_handler<> handler) {
        impl->call(
            std::move(handler), [&] { return delete_recording_request(id); },
            [](const http::response&) { return std::tuple<>(); });
    };
}

operation<content> recording_api_base::get_content_operation(std::string_view recording_id,
                                                             std::string_view filename) const {
    return [impl = impl_, id = std::string(recording_id),
            file = std::string(filename)](operation_handler<content> handler) {
        impl->call(
            std::move(handler), [&] { return recording_content_request(id, file); },
            [](http::response response) { return std::tuple(content_of(std::move(response))); });
    };
}

template JELLYFISH_DECL asio::awaitable<std::vector<std::string>> awaited(
    operation<std::vector<std::string>>, diagnostics*);
template JELLYFISH_DECL asio::awaitable<content> awaited(operation<content>, diagnostics*);

}  // namespace jellyfish::detail
