#include <jellyfish/recording_api.hpp>

#include "rest/file_content.hpp"
#include "rest/rest_client.hpp"
#include "rest/rest_json.hpp"
#include "rest/rest_request.hpp"

#include <tuple>

namespace jellyfish {
namespace detail {

class recording_api_impl final : public rest_client {
public:
    using rest_client::rest_client;
};

}  // namespace detail

recording_api::recording_api(executor_type executor, const client_options& options)
    : impl_(std::make_shared<detail::recording_api_impl>(std::move(executor), options)) {}

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

void recording_api::start_get_list::operator()(
    detail::operation_handler<std::vector<std::string>> handler, const impl_ptr& impl) const {
    impl->call(std::move(handler), detail::get_recordings_request,
               [](const detail::http::response& response) {
                   return std::tuple(detail::read_recordings(response.body));
               });
}

asio::awaitable<std::vector<std::string>> recording_api::start_get_list::awaited(impl_ptr impl) {
    return detail::operation<std::vector<std::string>>::awaited(start_get_list(), std::move(impl));
}

void recording_api::start_delete_recording::operator()(detail::operation_handler<> handler,
                                                       const impl_ptr& impl,
                                                       const std::string& recording_id) const {
    impl->call(
        std::move(handler), [&] { return detail::delete_recording_request(recording_id); },
        [](const detail::http::response&) { return std::tuple<>(); });
}

asio::awaitable<void> recording_api::start_delete_recording::awaited(impl_ptr impl,
                                                                     std::string recording_id) {
    return detail::operation<>::awaited(start_delete_recording(), std::move(impl),
                                        std::move(recording_id));
}

void recording_api::start_get_content::operator()(detail::operation_handler<content> handler,
                                                  const impl_ptr& impl,
                                                  const std::string& recording_id,
                                                  const std::string& filename) const {
    impl->call(
        std::move(handler),
        [&] { return detail::recording_content_request(recording_id, filename); },
        [](detail::http::response response) {
            return std::tuple(detail::content_of(std::move(response)));
        });
}

asio::awaitable<content> recording_api::start_get_content::awaited(impl_ptr impl,
                                                                   std::string recording_id,
                                                                   std::string filename) {
    return detail::operation<content>::awaited(start_get_content(), std::move(impl),
                                               std::move(recording_id), std::move(filename));
}

}  // namespace jellyfish
