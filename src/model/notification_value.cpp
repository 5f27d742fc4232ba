#include <jellyfish/notification.hpp>
#include <jellyfish/room_change.hpp>

// Only this file compiles the code for all alternatives.

namespace jellyfish {

notification::notification() = default;
notification::notification(const notification& other) = default;
notification::notification(notification&& other) noexcept = default;
notification& notification::operator=(const notification& other) = default;
notification& notification::operator=(notification&& other) noexcept = default;
notification::~notification() = default;

bool notification::operator==(const notification& other) const {
    return static_cast<const notification_variant&>(*this) == other;
}

room_event::room_event() = default;
room_event::room_event(const room_event& other) = default;
room_event::room_event(room_event&& other) noexcept = default;
room_event& room_event::operator=(const room_event& other) = default;
room_event& room_event::operator=(room_event&& other) noexcept = default;
room_event::~room_event() = default;

bool room_event::operator==(const room_event& other) const {
    return static_cast<const room_event_variant&>(*this) == other;
}

}  // namespace jellyfish
