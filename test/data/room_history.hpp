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

/// A server without a network, with random events: their effects on its rooms, and the resulting
/// notifications (protocol: "Which event causes which notifications"). An event consists of many
/// steps, between which the state can be read: either each notification is sent with its part of
/// the change, or the change is complete before the first one is sent.
class room_history {
public:
    explicit room_history(random_source& random) : random_(random) {}

    /// A subscriber receives each notification.
    void on_notification(std::function<void(notification)> callback) {
        report_ = std::move(callback);
    }

    void step();          ///< Runs the next step of an event, or the first one of a new event.
    void finish_event();  ///< Runs the remaining steps.

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
