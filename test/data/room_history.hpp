#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/room.hpp>

#include "data/random.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace jellyfish::test {

/// A server without a network to which random things happen: what they do to its rooms, and which
/// notifications tell of them (protocol: "Which event causes which notifications"). An event is
/// many steps, between which its state can be looked at: either each notification comes with its
/// part of the change, or all has changed before the first comes.
class room_history {
public:
    explicit room_history(random_source& random) : random_(random) {}

    /// Whoever is subscribed hears each notification.
    void on_notification(std::function<void(notification)> callback) {
        report_ = std::move(callback);
    }

    void step();          ///< The next step of an event, or the first of a new one.
    void finish_event();  ///< All steps that are left.

    [[nodiscard]] const std::map<std::string, room>& rooms() const noexcept { return rooms_; }

private:
    using change = std::function<void()>;

    void then(change what, std::optional<notification> reported);
    void begin_event();
    void create_room();
    void end_room(room& at);
    void happen_in(room& at);
    void happen_to(room& at, const peer& target);
    void happen_to(room& at, const component& what);
    void add_peer(const room& at);
    void delete_peer(const room& at, const peer& target);
    void add_component(room& at);
    void change_tracks(const std::string& room_id, const track_endpoint& endpoint,
                       const std::vector<track>& tracks);
    void remove_tracks(const std::string& room_id, const track_endpoint& endpoint,
                       const std::vector<track>& tracks);

    std::vector<track>* tracks_of(const std::string& room_id, const track_endpoint& endpoint);
    std::string new_id(char kind) {
        return kind + std::to_string(random_.below(10)) + '-' + std::to_string(++ids_);
    }
    std::string some_json() { return std::to_string(random_.below(1'000)); }

    random_source& random_;
    std::map<std::string, room> rooms_;
    std::deque<change> steps_;
    std::function<void(notification)> report_;
    int ids_ = 0;
};

}  // namespace jellyfish::test
