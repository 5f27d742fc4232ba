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

/// A room was fetched: what no notification reports is up to date now, which is its configuration,
/// its components and their properties.
struct room_refreshed {
    std::string room_id;

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

/// An event that a `room_tracker` reports: a `std::variant` of the alternatives of `notification`
/// and `room_refreshed`.
using room_event = detail::with_alternative<notification, room_refreshed>::type;

JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const room_refreshed& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const room_event& value);

/// A change of the rooms that a `room_tracker` follows, and the state after it.
struct room_change {
    /// What has changed. `disconnected` and `reconnected` mark where something was missed.
    room_event event;

    /// The room that it is about, as it is after it: each change of a room leads from the state
    /// that the one before gave to this one. Empty when the room is gone, or when it is about none.
    std::optional<jellyfish::room> room;

    /// The server did not send this (or has not yet): it was found in a snapshot.
    bool synthesized = false;

    bool operator==(const room_change&) const = default;
};

/// Returns the id of the room that a change is about; empty when it is about none. Valid as long as
/// the change lives unchanged.
[[nodiscard]] JELLYFISH_DECL std::string_view room_id_of(const room_change& value) noexcept;

/// Returns the name of an event's kind, such as `room_created`.
[[nodiscard]] JELLYFISH_DECL std::string_view name_of(const room_change& value) noexcept;

/// Prints the event in one line, and that it is synthesized if so, but not the room.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const room_change& value);

}  // namespace jellyfish
