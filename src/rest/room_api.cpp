#include <jellyfish/room_api.hpp>

#include "rest/rest_json.hpp"
#include "rest/rest_request.hpp"
#include "rest/room_api_impl.hpp"

#include <tuple>

namespace jellyfish {
namespace {

namespace http = detail::http;

/// Decodes the response to a call without a result.
constexpr auto nothing = [](const http::response&) { return std::tuple<>(); };

/// Decodes the body of a response.
template <class Read>
auto reads(Read read) {
    return [read](const http::response& response) { return std::tuple(read(response.body)); };
}

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

void room_api::reload_tls() { impl_->reload_tls(); }

room_api::executor_type room_api::get_executor() const noexcept { return impl_->executor(); }

room_api room_api::for_server(std::string_view server_address) const {
    return room_api(impl_->executor(),
                    client_options(impl_->options()).server_address(std::string(server_address)));
}

// ---- rooms

void room_api::start_create_room::operator()(detail::operation_handler<create_room_result> handler,
                                             const impl_ptr& impl,
                                             const room_config& config) const {
    impl->home()->call(
        std::move(handler), [&] { return detail::create_room_request(config); },
        [impl](const http::response& response) {
            auto result = detail::read_created_room(response.body);
            if (result.server_address.empty())
                result.server_address = impl->options().server_address();
            impl->remember(result.room.id, result.server_address);
            return std::tuple(std::move(result));
        });
}

asio::awaitable<create_room_result> room_api::start_create_room::awaited(impl_ptr impl,
                                                                         room_config config) {
    return detail::operation<create_room_result>::awaited(start_create_room(), std::move(impl),
                                                          std::move(config));
}

void room_api::start_get_room::operator()(detail::operation_handler<room> handler,
                                          const impl_ptr& impl, const std::string& room_id) const {
    impl->call(
        room_id, std::move(handler), [&] { return detail::get_room_request(room_id); },
        reads(detail::read_room));
}

asio::awaitable<room> room_api::start_get_room::awaited(impl_ptr impl, std::string room_id) {
    return detail::operation<room>::awaited(start_get_room(), std::move(impl), std::move(room_id));
}

void room_api::start_get_all_rooms::operator()(detail::operation_handler<std::vector<room>> handler,
                                               const impl_ptr& impl) const {
    impl->home()->call(std::move(handler), detail::get_all_rooms_request,
                       reads(detail::read_rooms));
}

asio::awaitable<std::vector<room>> room_api::start_get_all_rooms::awaited(impl_ptr impl) {
    return detail::operation<std::vector<room>>::awaited(start_get_all_rooms(), std::move(impl));
}

void room_api::start_delete_room::operator()(detail::operation_handler<> handler,
                                             const impl_ptr& impl,
                                             const std::string& room_id) const {
    impl->call(
        room_id, std::move(handler), [&] { return detail::delete_room_request(room_id); },
        [impl, room_id](const http::response&) {
            impl->forget(room_id);
            return std::tuple<>();
        });
}

asio::awaitable<void> room_api::start_delete_room::awaited(impl_ptr impl, std::string room_id) {
    return detail::operation<>::awaited(start_delete_room(), std::move(impl), std::move(room_id));
}

// ---- peers

void room_api::start_add_peer::operator()(detail::operation_handler<add_peer_result> handler,
                                          const impl_ptr& impl, const std::string& room_id,
                                          const peer_options_webrtc& options) const {
    impl->call(
        room_id, std::move(handler), [&] { return detail::add_peer_request(room_id, options); },
        reads(detail::read_added_peer));
}

asio::awaitable<add_peer_result> room_api::start_add_peer::awaited(impl_ptr impl,
                                                                   std::string room_id,
                                                                   peer_options_webrtc options) {
    return detail::operation<add_peer_result>::awaited(start_add_peer(), std::move(impl),
                                                       std::move(room_id), std::move(options));
}

void room_api::start_delete_peer::operator()(detail::operation_handler<> handler,
                                             const impl_ptr& impl, const std::string& room_id,
                                             const std::string& peer_id) const {
    impl->call(
        room_id, std::move(handler), [&] { return detail::delete_peer_request(room_id, peer_id); },
        nothing);
}

asio::awaitable<void> room_api::start_delete_peer::awaited(impl_ptr impl, std::string room_id,
                                                           std::string peer_id) {
    return detail::operation<>::awaited(start_delete_peer(), std::move(impl), std::move(room_id),
                                        std::move(peer_id));
}

// ---- components

void room_api::start_add_component::operator()(detail::operation_handler<component> handler,
                                               const impl_ptr& impl, const std::string& room_id,
                                               const component_options& options) const {
    impl->call(
        room_id, std::move(handler),
        [&] { return detail::add_component_request(room_id, options); },
        reads(detail::read_component));
}

asio::awaitable<component> room_api::start_add_component::awaited(impl_ptr impl,
                                                                  std::string room_id,
                                                                  component_options options) {
    return detail::operation<component>::awaited(start_add_component(), std::move(impl),
                                                 std::move(room_id), std::move(options));
}

void room_api::start_delete_component::operator()(detail::operation_handler<> handler,
                                                  const impl_ptr& impl, const std::string& room_id,
                                                  const std::string& component_id) const {
    impl->call(
        room_id, std::move(handler),
        [&] { return detail::delete_component_request(room_id, component_id); }, nothing);
}

asio::awaitable<void> room_api::start_delete_component::awaited(impl_ptr impl, std::string room_id,
                                                                std::string component_id) {
    return detail::operation<>::awaited(start_delete_component(), std::move(impl),
                                        std::move(room_id), std::move(component_id));
}

void room_api::start_subscribe::operator()(detail::operation_handler<> handler,
                                           const impl_ptr& impl, const std::string& room_id,
                                           const std::string& component_id,
                                           const std::vector<std::string>& origins) const {
    impl->call(
        room_id, std::move(handler),
        [&] { return detail::subscribe_request_of(room_id, component_id, origins); }, nothing);
}

asio::awaitable<void> room_api::start_subscribe::awaited(impl_ptr impl, std::string room_id,
                                                         std::string component_id,
                                                         std::vector<std::string> origins) {
    return detail::operation<>::awaited(start_subscribe(), std::move(impl), std::move(room_id),
                                        std::move(component_id), std::move(origins));
}

void room_api::start_sip_dial::operator()(detail::operation_handler<> handler, const impl_ptr& impl,
                                          const std::string& room_id,
                                          const std::string& component_id,
                                          const std::string& phone_number) const {
    impl->call(
        room_id, std::move(handler),
        [&] { return detail::sip_dial_request(room_id, component_id, phone_number); }, nothing);
}

asio::awaitable<void> room_api::start_sip_dial::awaited(impl_ptr impl, std::string room_id,
                                                        std::string component_id,
                                                        std::string phone_number) {
    return detail::operation<>::awaited(start_sip_dial(), std::move(impl), std::move(room_id),
                                        std::move(component_id), std::move(phone_number));
}

void room_api::start_sip_end_call::operator()(detail::operation_handler<> handler,
                                              const impl_ptr& impl, const std::string& room_id,
                                              const std::string& component_id) const {
    impl->call(
        room_id, std::move(handler),
        [&] { return detail::sip_end_call_request(room_id, component_id); }, nothing);
}

asio::awaitable<void> room_api::start_sip_end_call::awaited(impl_ptr impl, std::string room_id,
                                                            std::string component_id) {
    return detail::operation<>::awaited(start_sip_end_call(), std::move(impl), std::move(room_id),
                                        std::move(component_id));
}

void room_api::start_get_hls_content::operator()(detail::operation_handler<content> handler,
                                                 const impl_ptr& impl, const std::string& room_id,
                                                 const std::string& filename,
                                                 const hls_content_options& options) const {
    detail::fetch_hls_content(std::move(handler), impl, room_id, filename, options);
}

asio::awaitable<content> room_api::start_get_hls_content::awaited(impl_ptr impl,
                                                                  std::string room_id,
                                                                  std::string filename,
                                                                  hls_content_options options) {
    return detail::operation<content>::awaited(start_get_hls_content(), std::move(impl),
                                               std::move(room_id), std::move(filename),
                                               std::move(options));
}

}  // namespace jellyfish
