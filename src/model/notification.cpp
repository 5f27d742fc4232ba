#include <jellyfish/notification.hpp>

#include "model/notification_names.hpp"
#include "text/quoted.hpp"

#include <ostream>
#include <type_traits>

namespace jellyfish {
namespace {

using detail::name;
using detail::quoted;

template <class T>
std::ostream& print_room(std::ostream& out, const T& value) {
    return out << name<T> << "{room_id: " << quoted{value.room_id} << '}';
}

template <class T>
std::ostream& print_peer(std::ostream& out, const T& value) {
    return out << name<T> << "{room_id: " << quoted{value.room_id}
               << ", peer_id: " << quoted{value.peer_id} << '}';
}

template <class T>
std::ostream& print_component(std::ostream& out, const T& value) {
    return out << name<T> << "{room_id: " << quoted{value.room_id}
               << ", component_id: " << quoted{value.component_id} << '}';
}

template <class T>
std::ostream& print_track(std::ostream& out, const T& value) {
    return out << name<T> << "{room_id: " << quoted{value.room_id} << ", " << value.endpoint
               << ", track: " << value.track << '}';
}

}  // namespace

std::string_view room_id_of(const notification& value) noexcept {
    return std::visit(
        [](const auto& each) -> std::string_view {
            if constexpr (requires { each.room_id; }) {
                return each.room_id;
            } else {
                return {};
            }
        },
        value);
}

std::string_view name_of(const notification& value) noexcept {
    return std::visit([](const auto& each) { return name<std::decay_t<decltype(each)>>; }, value);
}

std::ostream& operator<<(std::ostream& out, const room_created& value) {
    return print_room(out, value);
}

std::ostream& operator<<(std::ostream& out, const room_deleted& value) {
    return print_room(out, value);
}

std::ostream& operator<<(std::ostream& out, const room_crashed& value) {
    return print_room(out, value);
}

std::ostream& operator<<(std::ostream& out, const hls_uploaded& value) {
    return print_room(out, value);
}

std::ostream& operator<<(std::ostream& out, const hls_upload_crashed& value) {
    return print_room(out, value);
}

std::ostream& operator<<(std::ostream& out, const peer_added& value) {
    return print_peer(out, value);
}

std::ostream& operator<<(std::ostream& out, const peer_deleted& value) {
    return print_peer(out, value);
}

std::ostream& operator<<(std::ostream& out, const peer_connected& value) {
    return print_peer(out, value);
}

std::ostream& operator<<(std::ostream& out, const peer_disconnected& value) {
    return print_peer(out, value);
}

std::ostream& operator<<(std::ostream& out, const peer_crashed& value) {
    return out << "peer_crashed{room_id: " << quoted{value.room_id}
               << ", peer_id: " << quoted{value.peer_id} << ", reason: " << quoted{value.reason}
               << '}';
}

std::ostream& operator<<(std::ostream& out, const peer_metadata_updated& value) {
    return out << "peer_metadata_updated{room_id: " << quoted{value.room_id}
               << ", peer_id: " << quoted{value.peer_id} << ", metadata: " << quoted{value.metadata}
               << '}';
}

std::ostream& operator<<(std::ostream& out, const component_crashed& value) {
    return print_component(out, value);
}

std::ostream& operator<<(std::ostream& out, const hls_playable& value) {
    return print_component(out, value);
}

std::ostream& operator<<(std::ostream& out, const track_endpoint& value) {
    switch (value.kind) {
        case endpoint_kind::peer:
            return out << "peer_id: " << quoted{value.id};
        case endpoint_kind::component:
            return out << "component_id: " << quoted{value.id};
        case endpoint_kind::unspecified:
            break;
    }
    return out << "endpoint: unspecified";
}

std::ostream& operator<<(std::ostream& out, const track_added& value) {
    return print_track(out, value);
}

std::ostream& operator<<(std::ostream& out, const track_removed& value) {
    return print_track(out, value);
}

std::ostream& operator<<(std::ostream& out, const track_metadata_updated& value) {
    return print_track(out, value);
}

std::ostream& operator<<(std::ostream& out, const metrics_report& value) {
    return out << "metrics_report{metrics: " << quoted{value.metrics} << '}';
}

std::ostream& operator<<(std::ostream& out, const unknown_notification& value) {
    constexpr char digits[] = "0123456789abcdef";
    out << "unknown_notification{bytes: ";
    for (const char c : value.bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out << digits[byte >> 4] << digits[byte & 0x0f];
    }
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const disconnected& value) {
    return out << "disconnected{code: " << quoted{value.code.message()}
               << ", reason: " << quoted{value.reason} << '}';
}

std::ostream& operator<<(std::ostream& out, const reconnected& value) {
    return out << "reconnected{gap: " << value.gap.count() << " ms, attempts: " << value.attempts
               << '}';
}

std::ostream& operator<<(std::ostream& out, const dropped& value) {
    return out << "dropped{count: " << value.count << '}';
}

std::ostream& operator<<(std::ostream& out, const notification& value) {
    return std::visit([&out](const auto& each) -> std::ostream& { return out << each; }, value);
}

}  // namespace jellyfish
