#include "rest/track_json.hpp"

#include "json/fields.hpp"
#include "model/wire_names.hpp"

namespace jellyfish::detail {

track track_of(json::value from) {
    track out;
    out.metadata = "null";
    for (const auto& [key, value] : object_of(from, "a track")) {
        if (key == "id") {
            out.id = optional_string(value, "a track's id");
        } else if (key == "type") {
            if (!is_null(value)) out.type = named<track_type>(string_of(value, "a track's type"));
        } else if (key == "metadata") {
            out.metadata = value.text();
        }
    }
    return out;
}

}  // namespace jellyfish::detail
