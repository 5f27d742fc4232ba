#include "sandbox/fishjam/recording_registry.hpp"

#include <utility>

namespace jellyfish::testing::detail {

const recording_state* recording_registry::find(const std::string& id) const {
    const auto found = recordings_.find(id);
    return found == recordings_.end() ? nullptr : &found->second;
}

const recording_state& recording_registry::create(json_value source, json_value metadata) {
    const std::string id = host_.new_id();
    recording_state& recording = recordings_[id];
    recording = {id, recording_status::active, std::move(source), std::move(metadata)};
    notify(recording);
    return recording;
}

bool recording_registry::set_status(const std::string& id, recording_status status) {
    const auto found = recordings_.find(id);
    if (found == recordings_.end()) return false;
    found->second.status = status;
    notify(found->second);
    return true;
}

void recording_registry::notify(const recording_state& value) {
    host_.on_notification(
        recording_status_changed{value.id, value.status, to_json(value.metadata).value_or("null")});
}

}  // namespace jellyfish::testing::detail
