#include <jellyfish/room_api.hpp>

#include "async/await_operation.hpp"
#include "rest/rest_json.hpp"
#include "rest/rest_request.hpp"
#include "rest/room_api_impl.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

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

/// Returns a call about a room: `make_request()` returns the request, and `decode(response)` the
/// results.
template <class... Results, class MakeRequest, class Decode>
detail::operation<Results...> call(std::shared_ptr<detail::room_api_impl> impl,
                                   std::string_view room_id, MakeRequest make_request,
                                   Decode decode) {
    return [impl = std::move(impl), room_id = std::string(room_id),
            make_request = std::move(make_request),
            decode = std::move(decode)](detail::operation_handler<Results...> handler) {
        impl->call(room_id, std::move(handler), make_request, decode);
    };
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

detail::operation<create_room_result> room_api::create_room_operation(
    const room_config& config) const {
    return [impl = impl_, config](detail::operation_handler<create_room_result> handler) {
        impl->home()->call(
            std::move(handler), [&] { return detail::create_room_request(config); },
            [impl](const http::response& response) {
                auto result = detail::read_created_room(response.body);
                if (result.server_address.empty())
                    result.server_address = impl->options().server_address();
                impl->remember(result.room.id, result.server_address);
                return std::tuple(std::move(result));
            });
    };
}

detail::operation<room> room_api::get_room_operation(std::string_view room_id) const {
    return call<room>(
        impl_, room_id,
        [room_id = std::string(room_id)] { return detail::get_room_request(room_id); },
        reads(detail::read_room));
}

detail::operation<std::vector<room>> room_api::get_all_rooms_operation() const {
    return [impl = impl_](detail::operation_handler<std::vector<room>> handler) {
        impl->home()->call(std::move(handler), detail::get_all_rooms_request,
                           reads(detail::read_rooms));
    };
}

detail::operation<> room_api::delete_room_operation(std::string_view room_id) const {
    return call<>(
        impl_, room_id, [id = std::string(room_id)] { return detail::delete_room_request(id); },
        [impl = impl_, id = std::string(room_id)](const http::response&) {
            impl->forget(id);
            return std::tuple<>();
        });
}

detail::operation<add_peer_result> room_api::add_peer_operation(
    std::string_view room_id, const peer_options_webrtc& options) const {
    return call<add_peer_result>(
        impl_, room_id,
        [room_id = std::string(room_id), options] {
            return detail::add_peer_request(room_id, options);
        },
        reads(detail::read_added_peer));
}

detail::operation<> room_api::delete_peer_operation(std::string_view room_id,
                                                    std::string_view peer_id) const {
    return call<>(
        impl_, room_id,
        [room_id = std::string(room_id), peer_id = std::string(peer_id)] {
            return detail::delete_peer_request(room_id, peer_id);
        },
        nothing);
}

detail::operation<component> room_api::add_component_operation(
    std::string_view room_id, const component_options& options) const {
    return call<component>(
        impl_, room_id,
        [room_id = std::string(room_id), options] {
            return detail::add_component_request(room_id, options);
        },
        reads(detail::read_component));
}

detail::operation<> room_api::delete_component_operation(std::string_view room_id,
                                                         std::string_view component_id) const {
    return call<>(
        impl_, room_id,
        [room_id = std::string(room_id), component_id = std::string(component_id)] {
            return detail::delete_component_request(room_id, component_id);
        },
        nothing);
}

detail::operation<> room_api::subscribe_operation(std::string_view room_id,
                                                  std::string_view component_id,
                                                  std::vector<std::string> origins) const {
    return call<>(
        impl_, room_id,
        [room_id = std::string(room_id), component_id = std::string(component_id),
         origins = std::move(origins)] {
            return detail::subscribe_request_of(room_id, component_id, origins);
        },
        nothing);
}

detail::operation<> room_api::sip_dial_operation(std::string_view room_id,
                                                 std::string_view component_id,
                                                 std::string_view phone_number) const {
    return call<>(
        impl_, room_id,
        [room_id = std::string(room_id), component_id = std::string(component_id),
         phone_number = std::string(phone_number)] {
            return detail::sip_dial_request(room_id, component_id, phone_number);
        },
        nothing);
}

detail::operation<> room_api::sip_end_call_operation(std::string_view room_id,
                                                     std::string_view component_id) const {
    return call<>(
        impl_, room_id,
        [room_id = std::string(room_id), component_id = std::string(component_id)] {
            return detail::sip_end_call_request(room_id, component_id);
        },
        nothing);
}

detail::operation<content> room_api::get_hls_content_operation(
    std::string_view room_id, std::string_view filename, const hls_content_options& options) const {
    return [impl = impl_, room_id = std::string(room_id), filename = std::string(filename),
            options](detail::operation_handler<content> handler) {
        detail::fetch_hls_content(std::move(handler), impl, room_id, filename, options);
    };
}

template JELLYFISH_DECL asio::awaitable<create_room_result> detail::awaited(
    detail::operation<create_room_result>, diagnostics*);
template JELLYFISH_DECL asio::awaitable<room> detail::awaited(detail::operation<room>,
                                                              diagnostics*);
template JELLYFISH_DECL asio::awaitable<std::vector<room>> detail::awaited(
    detail::operation<std::vector<room>>, diagnostics*);
template JELLYFISH_DECL asio::awaitable<add_peer_result> detail::awaited(
    detail::operation<add_peer_result>, diagnostics*);
template JELLYFISH_DECL asio::awaitable<component> detail::awaited(detail::operation<component>,
                                                                   diagnostics*);

}  // namespace jellyfish
