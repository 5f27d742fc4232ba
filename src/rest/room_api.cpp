#include <jellyfish/room_api.hpp>

#include "async/awaited.hpp"
#include "rest/client_impl.hpp"
#include "rest/rest_json.hpp"
#include "rest/rest_request.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace jellyfish::detail {

client_options room_api_base::options_for(std::string_view server_address) const {
    return detail::options_at(impl_->options(), std::string(server_address));
}

operation<create_room_result> room_api_base::create_room_operation(
    const room_config& config) const {
    return call_operation<create_room_result>(
        impl_, timeout_, "", [config] { return create_room_request(config); },
        [impl = impl_->shared_from_this()](const http::response& response) {
            auto result = read_created_room(response.body, impl->options().server_api());
            if (result.server_address.empty())
                result.server_address = impl->options().server_address();
            impl->remember(result.room.id, result.server_address);
            return std::tuple(std::move(result));
        });
}

operation<room> room_api_base::get_room_operation(std::string_view room_id) const {
    return call_operation<room>(
        impl_, timeout_, room_id,
        [room_id = std::string(room_id)] { return get_room_request(room_id); },
        [api = impl_->options().server_api()](const http::response& response) {
            return std::tuple(read_room(response.body, api));
        });
}

operation<std::vector<room>> room_api_base::get_all_rooms_operation() const {
    return call_operation<std::vector<room>>(
        impl_, timeout_, "", get_all_rooms_request,
        [api = impl_->options().server_api()](const http::response& response) {
            return std::tuple(read_rooms(response.body, api));
        });
}

operation<> room_api_base::delete_room_operation(std::string_view room_id) const {
    return call_operation<>(
        impl_, timeout_, room_id, [id = std::string(room_id)] { return delete_room_request(id); },
        [impl = impl_->shared_from_this(), id = std::string(room_id)](const http::response&) {
            impl->forget(id);
            return std::tuple<>();
        });
}

operation<add_peer_result> room_api_base::add_peer_operation(
    std::string_view room_id, const peer_options_webrtc& options) const {
    return call_operation<add_peer_result>(
        impl_, timeout_, room_id,
        [room_id = std::string(room_id), options] { return add_peer_request(room_id, options); },
        reads(read_added_peer));
}

operation<> room_api_base::delete_peer_operation(std::string_view room_id,
                                                 std::string_view peer_id) const {
    return call_operation<>(
        impl_, timeout_, room_id,
        [room_id = std::string(room_id), peer_id = std::string(peer_id)] {
            return delete_peer_request(room_id, peer_id);
        },
        nothing);
}

operation<component> room_api_base::add_component_operation(
    std::string_view room_id, const component_options& options) const {
    return call_operation<component>(
        impl_, timeout_, room_id,
        [room_id = std::string(room_id), options] {
            return add_component_request(room_id, options);
        },
        reads(read_component));
}

operation<> room_api_base::delete_component_operation(std::string_view room_id,
                                                      std::string_view component_id) const {
    return call_operation<>(
        impl_, timeout_, room_id,
        [room_id = std::string(room_id), component_id = std::string(component_id)] {
            return delete_component_request(room_id, component_id);
        },
        nothing);
}

operation<> room_api_base::subscribe_operation(std::string_view room_id,
                                               std::string_view component_id,
                                               std::vector<std::string> origins) const {
    return call_operation<>(
        impl_, timeout_, room_id,
        [room_id = std::string(room_id), component_id = std::string(component_id),
         origins = std::move(origins)] {
            return subscribe_request_of(room_id, component_id, origins);
        },
        nothing);
}

operation<> room_api_base::sip_dial_operation(std::string_view room_id,
                                              std::string_view component_id,
                                              std::string_view phone_number) const {
    return call_operation<>(
        impl_, timeout_, room_id,
        [room_id = std::string(room_id), component_id = std::string(component_id),
         phone_number = std::string(phone_number)] {
            return sip_dial_request(room_id, component_id, phone_number);
        },
        nothing);
}

operation<> room_api_base::sip_end_call_operation(std::string_view room_id,
                                                  std::string_view component_id) const {
    return call_operation<>(
        impl_, timeout_, room_id,
        [room_id = std::string(room_id), component_id = std::string(component_id)] {
            return sip_end_call_request(room_id, component_id);
        },
        nothing);
}

operation<content> room_api_base::get_hls_content_operation(
    std::string_view room_id, std::string_view filename, const hls_content_options& options) const {
    return [impl = impl_->shared_from_this(), timeout = timeout_, room_id = std::string(room_id),
            filename = std::string(filename), options](operation_handler<content> handler) {
        fetch_hls_content(std::move(handler), impl, room_id, filename, options, timeout);
    };
}

template JELLYFISH_DECL asio::awaitable<create_room_result> awaited(operation<create_room_result>,
                                                                    diagnostics*);
template JELLYFISH_DECL asio::awaitable<room> awaited(operation<room>, diagnostics*);
template JELLYFISH_DECL asio::awaitable<std::vector<room>> awaited(operation<std::vector<room>>,
                                                                   diagnostics*);
template JELLYFISH_DECL asio::awaitable<add_peer_result> awaited(operation<add_peer_result>,
                                                                 diagnostics*);
template JELLYFISH_DECL asio::awaitable<component> awaited(operation<component>, diagnostics*);

}  // namespace jellyfish::detail
