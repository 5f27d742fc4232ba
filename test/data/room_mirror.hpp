#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/room.hpp>
#include <jellyfish/room_change.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace jellyfish::test {

/// The accumulated changes of a tracker.
class room_mirror {
public:
    void apply(const room_change& change) {
        const std::string id(room_id_of(change));
        if (std::holds_alternative<reconnected>(change.event)) ++gaps_;
        if (id.empty()) return;
        if (change.room) {
            rooms_[id] = *change.room;
        } else {
            rooms_.erase(id);
        }
    }

    [[nodiscard]] std::vector<room> rooms() const {
        std::vector<room> all;
        for (const auto& [id, each] : rooms_)
            all.push_back(each);
        return all;
    }

    [[nodiscard]] int gaps() const noexcept { return gaps_; }

private:
    std::map<std::string, room> rooms_;
    int gaps_ = 0;
};

/// Sorted rooms, for comparison.
[[nodiscard]] inline std::vector<room> sorted(std::vector<room> rooms) {
    std::ranges::sort(rooms, {}, &room::id);
    for (room& each : rooms) {
        std::ranges::sort(each.peers, {}, &peer::id);
        for (peer& one : each.peers)
            std::ranges::sort(one.tracks, {}, &track::id);
    }
    return rooms;
}

}  // namespace jellyfish::test
