#include <jellyfish/notification.hpp>

#include "quoted.hpp"

#include <ostream>
#include <type_traits>

namespace jellyfish {
namespace {

using detail::quoted;

template <class T>
constexpr std::string_view name = "";

template <>
constexpr std::string_view name<room_created> = "room_created";
template <>
constexpr std::string_view name<room_deleted> = "room_deleted";
template <>
constexpr std::string_view name<room_crashed> = "room_crashed";
template <>
constexpr std::string_view name<peer_added> = "peer_added";
template <>
constexpr std::string_view name<peer_deleted> = "peer_deleted";
template <>
constexpr std::string_view name<peer_connected> = "peer_connected";
template <>
constexpr std::string_view name<peer_disconnected> = "peer_disconnected";
template <>
constexpr std::string_view name<peer_crashed> = "peer_crashed";
template <>
constexpr std::string_view name<peer_metadata_updated> = "peer_metadata_updated";
template <>
constexpr std::string_view name<component_crashed> = "component_crashed";
template <>
constexpr std::string_view name<track_added> = "track_added";
template <>
constexpr std::string_view name<track_removed> = "track_removed";
template <>
constexpr std::string_view name<track_metadata_updated> = "track_metadata_updated";
template <>
constexpr std::string_view name<hls_playable> = "hls_playable";
template <>
constexpr std::string_view name<hls_uploaded> = "hls_uploaded";
template <>
constexpr std::string_view name<hls_upload_crashed> = "hls_upload_crashed";
template <>
constexpr std::string_view name<metrics_report> = "metrics_report";
template <>
constexpr std::string_view name<unknown_notification> = "unknown_notification";
template <>
constexpr std::string_view name<disconnected> = "disconnected";
template <>
constexpr std::string_view name<reconnected> = "reconnected";
template <>
constexpr std::string_view name<dropped> = "dropped";
template <>
constexpr std::string_view name<room_refreshed> = "room_refreshed";

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
    switch (value.type) {
        case track_endpoint::kind::peer_id:
            return out << "peer_id: " << quoted{value.id};
        case track_endpoint::kind::component_id:
            return out << "component_id: " << quoted{value.id};
        case track_endpoint::kind::none:
            break;
    }
    return out << "endpoint: none";
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
    return out << "disconnected{error_code: " << quoted{value.error_code.message()}
               << ", reason: " << quoted{value.reason} << '}';
}

std::ostream& operator<<(std::ostream& out, const reconnected& value) {
    return out << "reconnected{gap: " << value.gap.count() << " ms, attempts: " << value.attempts
               << '}';
}

std::ostream& operator<<(std::ostream& out, const dropped& value) {
    return out << "dropped{count: " << value.count << '}';
}

std::ostream& operator<<(std::ostream& out, const room_refreshed& value) {
    return print_room(out, value);
}

std::ostream& operator<<(std::ostream& out, const notification& value) {
    return std::visit([&out](const auto& each) -> std::ostream& { return out << each; }, value);
}

}  // namespace jellyfish
