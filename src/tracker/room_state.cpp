#include "tracker/room_state.hpp"

#include "tracker/sorted_parts.hpp"

#include <utility>
#include <variant>

namespace jellyfish::detail {
namespace {

template <class T>
bool same_parts(const room_state::parts<T>& a, const room_state::parts<T>& b) {
    return std::ranges::equal(
        a, b, [](const auto& one, const auto& other) { return one == other || *one == *other; });
}

}  // namespace

room_state::room_state(room value) : id(std::move(value.id)), config(std::move(value.config)) {
    for (peer& each : value.peers) {
        sort_parts(each.tracks);
        peers.push_back(std::make_shared<const peer>(std::move(each)));
    }
    for (component& each : value.components) {
        sort_parts(mutable_tracks_of(each));
        components.push_back(std::make_shared<const component>(std::move(each)));
    }
    sort_parts(peers);
    sort_parts(components);
}

room room_state::to_room() const {
    room value{id, config, {}, {}};
    value.components.reserve(components.size());
    for (const auto& each : components)
        value.components.push_back(*each);
    value.peers.reserve(peers.size());
    for (const auto& each : peers)
        value.peers.push_back(*each);
    return value;
}

const component* room_state::find_component(std::string_view component_id) const noexcept {
    const auto* const found = find_part(components, component_id);
    return found ? found->get() : nullptr;
}

const peer* room_state::find_peer(std::string_view peer_id) const noexcept {
    const auto* const found = find_part(peers, peer_id);
    return found ? found->get() : nullptr;
}

bool room_state::operator==(const room_state& other) const {
    return id == other.id && config == other.config && same_parts(components, other.components) &&
           same_parts(peers, other.peers);
}

std::vector<track>& mutable_tracks_of(component& value) noexcept {
    return std::visit([](auto& each) -> std::vector<track>& { return each.tracks; }, value);
}

bool is_placeholder(const component& value) noexcept { return type_of(value).empty(); }

}  // namespace jellyfish::detail
