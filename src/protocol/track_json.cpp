#include "protocol/track_json.hpp"

#include "protocol/json_fields.hpp"

namespace jellyfish::detail {

track track_of(json_text from) {
    track out;
    out.metadata = "null";
    bool has_id = false;
    for (const auto& [key, value] : object_of(from, "a track")) {
        if (key == "id") {
            out.id = string_of(value, "a track's id");
            has_id = true;
        } else if (key == "type") {
            const std::string type = optional_string(value, "a track's type");
            if (type == "audio") out.type = track_type::audio;
            if (type == "video") out.type = track_type::video;
        } else if (key == "metadata") {
            out.metadata = value.text();
        }
    }
    if (!has_id) refuse("a track has no id");
    return out;
}

}  // namespace jellyfish::detail
