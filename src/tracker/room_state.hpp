#pragma once

#include <jellyfish/component.hpp>
#include <jellyfish/room.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

/// An immutable snapshot of a room. Successive states share their equal parts, so that keeping many
/// is cheap. May be read from any thread.
///
/// Parts are sorted by id: the server's order has no meaning.
struct room_state {
    template <class T>
    using parts = std::vector<std::shared_ptr<const T>>;

    std::string id;
    room_config config;
    parts<component> components;
    parts<peer> peers;

    room_state() = default;
    explicit room_state(room value);

    [[nodiscard]] room to_room() const;

    /// Returns the part with this id, or null.
    [[nodiscard]] const component* find_component(std::string_view component_id) const noexcept;
    [[nodiscard]] const peer* find_peer(std::string_view peer_id) const noexcept;

    bool operator==(const room_state& other) const;
};

/// A shared state; null if there is no such room.
using room_ptr = std::shared_ptr<const room_state>;

[[nodiscard]] inline const std::string& id_of_part(const peer& value) noexcept { return value.id; }
[[nodiscard]] inline const std::string& id_of_part(const track& value) noexcept { return value.id; }
[[nodiscard]] inline const std::string& id_of_part(const component& value) noexcept {
    return id_of(value);
}
template <class T>
[[nodiscard]] const std::string& id_of_part(const std::shared_ptr<const T>& value) noexcept {
    return id_of_part(*value);
}

[[nodiscard]] std::vector<track>& mutable_tracks_of(component& value) noexcept;

/// Whether a component was not fetched yet, so that only a track of it is known.
[[nodiscard]] bool is_placeholder(const component& value) noexcept;

}  // namespace jellyfish::detail
