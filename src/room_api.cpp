#include <jellyfish/room_api.hpp>

#include "protocol/rest_json.hpp"
#include "protocol/rest_request.hpp"
#include "rest/room_api_impl.hpp"

#include <tuple>

namespace jellyfish {
namespace {

using detail::http_answer;

/// What the answer to a call tells that gives nothing.
constexpr auto nothing = [](const http_answer&) { return std::tuple<>(); };

/// Reads the body of an answer.
template <class Read>
auto reads(Read read) {
    return [read](const http_answer& answer) { return std::tuple(read(answer.body)); };
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

room_api::executor_type room_api::get_executor() const noexcept { return impl_->executor(); }

room_api room_api::at(std::string_view server_address) const {
    return room_api(impl_->executor(),
                    client_options(impl_->options()).server_address(std::string(server_address)));
}

// ---- rooms

void room_api::start_create_room::operator()(detail::operation_handler<create_room_result> handler,
                                             const impl_ptr& impl,
                                             const room_config& config) const {
    impl->home()->call(
        std::move(handler), [&] { return detail::create_room_request(config); },
        [impl](const http_answer& answer) {
            auto result = detail::read_created_room(answer.body);
            if (result.server_address.empty())
                result.server_address = impl->options().server_address();
            impl->remember(result.room.id, result.server_address);
            return std::tuple(std::move(result));
        });
}

void room_api::start_get_room::operator()(detail::operation_handler<room> handler,
                                          const impl_ptr& impl, const std::string& room_id) const {
    impl->call(
        room_id, std::move(handler), [&] { return detail::get_room_request(room_id); },
        reads(detail::read_room));
}

void room_api::start_get_all_rooms::operator()(detail::operation_handler<std::vector<room>> handler,
                                               const impl_ptr& impl) const {
    impl->home()->call(std::move(handler), detail::get_all_rooms_request,
                       reads(detail::read_rooms));
}

void room_api::start_delete_room::operator()(detail::operation_handler<> handler,
                                             const impl_ptr& impl,
                                             const std::string& room_id) const {
    impl->call(
        room_id, std::move(handler), [&] { return detail::delete_room_request(room_id); },
        [impl, room_id](const http_answer&) {
            impl->forget(room_id);
            return std::tuple<>();
        });
}

// ---- peers

void room_api::start_add_peer::operator()(detail::operation_handler<add_peer_result> handler,
                                          const impl_ptr& impl, const std::string& room_id,
                                          const peer_options_webrtc& options) const {
    impl->call(
        room_id, std::move(handler), [&] { return detail::add_peer_request(room_id, options); },
        reads(detail::read_added_peer));
}

void room_api::start_delete_peer::operator()(detail::operation_handler<> handler,
                                             const impl_ptr& impl, const std::string& room_id,
                                             const std::string& peer_id) const {
    impl->call(
        room_id, std::move(handler), [&] { return detail::delete_peer_request(room_id, peer_id); },
        nothing);
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

void room_api::start_delete_component::operator()(detail::operation_handler<> handler,
                                                  const impl_ptr& impl, const std::string& room_id,
                                                  const std::string& component_id) const {
    impl->call(
        room_id, std::move(handler),
        [&] { return detail::delete_component_request(room_id, component_id); }, nothing);
}

void room_api::start_subscribe::operator()(detail::operation_handler<> handler,
                                           const impl_ptr& impl, const std::string& room_id,
                                           const std::string& component_id,
                                           const std::vector<std::string>& origins) const {
    impl->call(
        room_id, std::move(handler),
        [&] { return detail::subscribe_request_of(room_id, component_id, origins); }, nothing);
}

void room_api::start_sip_dial::operator()(detail::operation_handler<> handler, const impl_ptr& impl,
                                          const std::string& room_id,
                                          const std::string& component_id,
                                          const std::string& phone_number) const {
    impl->call(
        room_id, std::move(handler),
        [&] { return detail::sip_dial_request(room_id, component_id, phone_number); }, nothing);
}

void room_api::start_sip_end_call::operator()(detail::operation_handler<> handler,
                                              const impl_ptr& impl, const std::string& room_id,
                                              const std::string& component_id) const {
    impl->call(
        room_id, std::move(handler),
        [&] { return detail::sip_end_call_request(room_id, component_id); }, nothing);
}

void room_api::start_hls_content::operator()(detail::operation_handler<content> handler,
                                             const impl_ptr& impl, const std::string& room_id,
                                             const std::string& filename,
                                             const hls_content_options& options) const {
    detail::get_hls_content(std::move(handler), impl, room_id, filename, options);
}

}  // namespace jellyfish
