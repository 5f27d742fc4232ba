#include <jellyfish/room_change.hpp>

#include "model/notification_table.hpp"
#include "text/quoted.hpp"

#include <ostream>

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
    return std::visit([]<class T>(const T&) { return detail::notification_kind_of<T>::name; },
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
