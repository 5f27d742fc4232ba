#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/room.hpp>

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace jellyfish {

/// Reports that a room was fetched: its configuration, its components and their properties, which
/// no notification reports, are up to date.
struct room_refreshed {
    std::string room_id;  ///< The id of the room.

    bool operator==(const room_refreshed&) const = default;
};

namespace detail {

template <class Variant, class T>
struct with_alternative;

template <class... Alternatives, class T>
struct with_alternative<std::variant<Alternatives...>, T> {
    using type = std::variant<Alternatives..., T>;
};

}  // namespace detail

/// The alternatives of a `room_event`.
using room_event_variant = detail::with_alternative<notification_variant, room_refreshed>::type;

/// An event that a `room_tracker` reports: a `std::variant` of the alternatives of `notification`
/// and `room_refreshed`.
class JELLYFISH_DECL room_event : public room_event_variant {
public:
    using room_event_variant::room_event_variant;
    using room_event_variant::operator=;

    /// Constructs an empty `room_created`.
    room_event();
    /// Copies.
    room_event(const room_event& other);
    /// Moves.
    room_event(room_event&& other) noexcept;
    /// Copies.
    room_event& operator=(const room_event& other);
    /// Moves.
    room_event& operator=(room_event&& other) noexcept;
    ~room_event();

    bool operator==(const room_event& other) const;
};

/// @{
/// Prints one line.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const room_refreshed& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const room_event& value);
/// @}

/// A change to the rooms of a `room_tracker`, and the resulting state.
struct room_change {
    /// What changed. `disconnected` and `reconnected` mark where notifications may be missing.
    room_event event;

    /// The room after the change. Each change of a room starts from the state that the previous one
    /// left. Empty if the room no longer exists, or if the change concerns no room.
    std::optional<jellyfish::room> room;

    /// Whether the change was found in a snapshot: the server has not (or not yet) sent it.
    bool synthesized = false;

    bool operator==(const room_change&) const = default;
};

/// Returns the id of the room that a change concerns, or an empty view. Valid until the change is
/// modified or destroyed.
[[nodiscard]] JELLYFISH_DECL std::string_view room_id_of(const room_change& value) noexcept;

/// Returns the name of the kind of event, such as `room_created`.
[[nodiscard]] JELLYFISH_DECL std::string_view name_of(const room_change& value) noexcept;

/// Prints the event on one line, and whether it is synthesized, but not the room.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const room_change& value);

}  // namespace jellyfish

/// @cond
template <>
struct std::variant_size<jellyfish::room_event> : std::variant_size<jellyfish::room_event_variant> {
};
template <std::size_t Index>
struct std::variant_alternative<Index, jellyfish::room_event>
    : std::variant_alternative<Index, jellyfish::room_event_variant> {};
/// @endcond
