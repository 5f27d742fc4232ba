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

namespace jellyfish::detail {
namespace {

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
operation<Results...> call(std::shared_ptr<room_api_impl> impl, std::string_view room_id,
                           MakeRequest make_request, Decode decode) {
    return [impl = std::move(impl), room_id = std::string(room_id),
            make_request = std::move(make_request),
            decode = std::move(decode)](operation_handler<Results...> handler) {
        impl->call(room_id, std::move(handler), make_request, decode);
    };
}

}  // namespace

room_api_base::room_api_base(asio::any_io_executor executor, const client_options& options)
    : impl_(std::make_shared<room_api_impl>(std::move(executor), options)) {}

room_api_base::~room_api_base() {
    if (impl_) impl_->destroy();
}

room_api_base::room_api_base(room_api_base&&) noexcept = default;

room_api_base& room_api_base::operator=(room_api_base&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->destroy();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

void room_api_base::reload_tls() { impl_->reload_tls(); }

client_options room_api_base::options_for(std::string_view server_address) const {
    return client_options(impl_->options()).server_address(std::string(server_address));
}

operation<create_room_result> room_api_base::create_room_operation(
    const room_config& config) const {
    return [impl = impl_, config](operation_handler<create_room_result> handler) {
        impl->home()->call(
            std::move(handler), [&] { return create_room_request(config); },
            [impl](const http::response& response) {
                auto result = read_created_room(response.body);
                if (result.server_address.empty())
                    result.server_address = impl->options().server_address();
                impl->remember(result.room.id, result.server_address);
                return std::tuple(std::move(result));
            });
    };
}

operation<room> room_api_base::get_room_operation(std::string_view room_id) const {
    return call<room>(
        impl_, room_id, [room_id = std::string(room_id)] { return get_room_request(room_id); },
        reads(read_room));
}

operation<std::vector<room>> room_api_base::get_all_rooms_operation() const {
    return [impl = impl_](operation_handler<std::vector<room>> handler) {
        impl->home()->call(std::move(handler), get_all_rooms_request, reads(read_rooms));
    };
}

operation<> room_api_base::delete_room_operation(std::string_view room_id) const {
    return call<>(
        impl_, room_id, [id = std::string(room_id)] { return delete_room_request(id); },
        [impl = impl_, id = std::string(room_id)](const http::response&) {
            impl->forget(id);
            return std::tuple<>();
        });
}

operation<add_peer_result> room_api_base::add_peer_operation(
    std::string_view room_id, const peer_options_webrtc& options) const {
    return call<add_peer_result>(
        impl_, room_id,
        [room_id = std::string(room_id), options] { return add_peer_request(room_id, options); },
        reads(read_added_peer));
}

operation<> room_api_base::delete_peer_operation(std::string_view room_id,
                                                 std::string_view peer_id) const {
    return call<>(
        impl_, room_id,
        [room_id = std::string(room_id), peer_id = std::string(peer_id)] {
            return delete_peer_request(room_id, peer_id);
        },
        nothing);
}

operation<component> room_api_base::add_component_operation(
    std::string_view room_id, const component_options& options) const {
    return call<component>(
        impl_, room_id,
        [room_id = std::string(room_id), options] {
            return add_component_request(room_id, options);
        },
        reads(read_component));
}

operation<> room_api_base::delete_component_operation(std::string_view room_id,
                                                      std::string_view component_id) const {
    return call<>(
        impl_, room_id,
        [room_id = std::string(room_id), component_id = std::string(component_id)] {
            return delete_component_request(room_id, component_id);
        },
        nothing);
}

operation<> room_api_base::subscribe_operation(std::string_view room_id,
                                               std::string_view component_id,
                                               std::vector<std::string> origins) const {
    return call<>(
        impl_, room_id,
        [room_id = std::string(room_id), component_id = std::string(component_id),
         origins = std::move(origins)] {
            return subscribe_request_of(room_id, component_id, origins);
        },
        nothing);
}

operation<> room_api_base::sip_dial_operation(std::string_view room_id,
                                              std::string_view component_id,
                                              std::string_view phone_number) const {
    return call<>(
        impl_, room_id,
        [room_id = std::string(room_id), component_id = std::string(component_id),
         phone_number = std::string(phone_number)] {
            return sip_dial_request(room_id, component_id, phone_number);
        },
        nothing);
}

operation<> room_api_base::sip_end_call_operation(std::string_view room_id,
                                                  std::string_view component_id) const {
    return call<>(
        impl_, room_id,
        [room_id = std::string(room_id), component_id = std::string(component_id)] {
            return sip_end_call_request(room_id, component_id);
        },
        nothing);
}

operation<content> room_api_base::get_hls_content_operation(
    std::string_view room_id, std::string_view filename, const hls_content_options& options) const {
    return [impl = impl_, room_id = std::string(room_id), filename = std::string(filename),
            options](operation_handler<content> handler) {
        fetch_hls_content(std::move(handler), impl, room_id, filename, options);
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
