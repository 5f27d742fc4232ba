#pragma once

#include <jellyfish/notification.hpp>

#include "sandbox/json/json.hpp"
#include "sandbox/rooms/room_registry.hpp"

#include <map>
#include <string>

/// @file
/// Recordings of compositions, and the notifications about them. No I/O.

namespace jellyfish::testing::detail {

struct recording_state {
    std::string id;
    recording_status status = recording_status::active;
    json_value source;
    json_value metadata;
};

class recording_registry {
public:
    explicit recording_registry(registry_host& host) : host_(host) {}

    [[nodiscard]] const std::map<std::string, recording_state>& recordings() const {
        return recordings_;
    }
    [[nodiscard]] const recording_state* find(const std::string& id) const;

    const recording_state& create(json_value source, json_value metadata);
    /// Returns false if it does not exist.
    bool set_status(const std::string& id, recording_status status);
    void remove(const std::string& id) { recordings_.erase(id); }

    void clear() { recordings_.clear(); }

private:
    void notify(const recording_state& value);

    registry_host& host_;
    std::map<std::string, recording_state> recordings_;
};

}  // namespace jellyfish::testing::detail
