#include <jellyfish/room_change.hpp>

#include "model/notification_names.hpp"
#include "text/quoted.hpp"

#include <ostream>
#include <type_traits>

namespace jellyfish {

std::string_view room_id_of(const room_change& value) noexcept {
    return std::visit(
        [](const auto& each) -> std::string_view {
            if constexpr (requires { each.room_id; }) {
                return each.room_id;
            } else {
                return {};
            }
        },
        value.event);
}

std::string_view name_of(const room_change& value) noexcept {
    return std::visit(
        []<class T>(const T&) -> std::string_view {
            if constexpr (std::is_same_v<T, room_refreshed>) {
                return "room_refreshed";
            } else {
                return detail::name<T>;
            }
        },
        value.event);
}

std::ostream& operator<<(std::ostream& out, const room_refreshed& value) {
    return out << "room_refreshed{room_id: " << detail::quoted{value.room_id} << '}';
}

std::ostream& operator<<(std::ostream& out, const room_event& value) {
    std::visit([&](const auto& each) { out << each; }, value);
    return out;
}

std::ostream& operator<<(std::ostream& out, const room_change& value) {
    return out << value.event << (value.synthesized ? " (synthesized)" : "");
}

}  // namespace jellyfish
