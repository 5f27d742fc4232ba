#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace jellyfish::detail {

/// Maps rooms to the nodes of a cluster that host them. Keeps the most recently used rooms, up to a
/// limit, and keeps a node alive while it has an entry. Thread-safe.
template <class Node>
class room_directory {
public:
    using node_ptr = std::shared_ptr<Node>;

    /// @param limit The maximum number of rooms. At least 1.
    explicit room_directory(std::size_t limit) : limit_(limit) {}

    void remember(const std::string& room_id, node_ptr node) {
        node_ptr forgotten;  // Destroyed after unlocking: its destructor may be slow.
        const std::lock_guard lock(mutex_);
        if (const auto known = places_.find(room_id); known != places_.end()) {
            forgotten = std::exchange(known->second->node, std::move(node));
            rooms_.splice(rooms_.begin(), rooms_, known->second);
            return;
        }
        rooms_.push_front({room_id, std::move(node)});
        places_.emplace(room_id, rooms_.begin());
        if (rooms_.size() <= limit_) return;
        forgotten = std::move(rooms_.back().node);
        places_.erase(rooms_.back().room_id);
        rooms_.pop_back();
    }

    void forget(const std::string& room_id) {
        node_ptr forgotten;
        const std::lock_guard lock(mutex_);
        const auto known = places_.find(room_id);
        if (known == places_.end()) return;
        forgotten = std::move(known->second->node);
        rooms_.erase(known->second);
        places_.erase(known);
    }

    /// Returns the node that hosts a room, or null if unknown.
    [[nodiscard]] node_ptr find(const std::string& room_id) {
        const std::lock_guard lock(mutex_);
        const auto known = places_.find(room_id);
        if (known == places_.end()) return nullptr;
        rooms_.splice(rooms_.begin(), rooms_, known->second);
        return known->second->node;
    }

private:
    struct entry {
        std::string room_id;
        node_ptr node;
    };

    const std::size_t limit_;
    std::mutex mutex_;
    std::list<entry> rooms_;  // Most recently used first.
    std::unordered_map<std::string, typename std::list<entry>::iterator> places_;
};

}  // namespace jellyfish::detail
