#include <jellyfish/room_api.hpp>

#include "protocol/rest_json.hpp"
#include "protocol/rest_request.hpp"
#include "rest/rest_client.hpp"

#include <tuple>

namespace jellyfish {
namespace detail {

class room_api_impl final : public rest_client {
public:
    using rest_client::rest_client;
};

}  // namespace detail

namespace {

/// What the answer to a DELETE tells: nothing.
constexpr auto nothing = [](std::string_view) { return std::tuple<>(); };

}  // namespace

room_api::room_api(executor_type executor, const client_options& options)
    : impl_(std::make_shared<detail::room_api_impl>(std::move(executor), options)) {}

room_api::~room_api() {
    if (impl_) impl_->destroy();
}

room_api::room_api(room_api&&) noexcept = default;

room_api& room_api::operator=(room_api&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->destroy();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

room_api::executor_type room_api::get_executor() const noexcept { return impl_->executor(); }

void room_api::start_create_room::operator()(detail::operation_handler<create_room_result> handler,
                                             const impl_ptr& impl,
                                             const room_config& config) const {
    impl->call(
        std::move(handler), [&] { return detail::create_room_request(config); },
        [asked = impl->server_address()](std::string_view body) {
            auto result = detail::read_created_room(body);
            if (result.server_address.empty()) result.server_address = asked;
            return std::tuple(std::move(result));
        });
}

void room_api::start_get_room::operator()(detail::operation_handler<room> handler,
                                          const impl_ptr& impl, const std::string& room_id) const {
    impl->call(
        std::move(handler), [&] { return detail::get_room_request(room_id); },
        [](std::string_view body) { return std::tuple(detail::read_room(body)); });
}

void room_api::start_get_all_rooms::operator()(detail::operation_handler<std::vector<room>> handler,
                                               const impl_ptr& impl) const {
    impl->call(std::move(handler), detail::get_all_rooms_request,
               [](std::string_view body) { return std::tuple(detail::read_rooms(body)); });
}

void room_api::start_delete_room::operator()(detail::operation_handler<> handler,
                                             const impl_ptr& impl,
                                             const std::string& room_id) const {
    impl->call(
        std::move(handler), [&] { return detail::delete_room_request(room_id); }, nothing);
}

void room_api::start_add_peer::operator()(detail::operation_handler<add_peer_result> handler,
                                          const impl_ptr& impl, const std::string& room_id,
                                          const peer_options_webrtc& options) const {
    impl->call(
        std::move(handler), [&] { return detail::add_peer_request(room_id, options); },
        [](std::string_view body) { return std::tuple(detail::read_added_peer(body)); });
}

void room_api::start_delete_peer::operator()(detail::operation_handler<> handler,
                                             const impl_ptr& impl, const std::string& room_id,
                                             const std::string& peer_id) const {
    impl->call(
        std::move(handler), [&] { return detail::delete_peer_request(room_id, peer_id); },
        nothing);
}

}  // namespace jellyfish
