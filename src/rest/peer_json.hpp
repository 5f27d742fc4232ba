#pragma once

#include <jellyfish/room.hpp>

#include "json/fields.hpp"
#include "model/wire_names.hpp"
#include "rest/track_json.hpp"

namespace jellyfish::detail {

/// Reads the members of a peer that all servers send (protocol: "REST", Peer).
/// @param read_other Called with the key and the value of each other member.
/// @throws jellyfish::error with `errc::malformed_response`.
template <class ReadOther>
void read_peer(json::value from, peer& out, ReadOther read_other) {
    out.metadata = "null";
    bool has_id = false;
    for (const auto& [key, value] : object_of(from, "a peer")) {
        if (key == "id") {
            out.id = string_of(value, "a peer's id");
            has_id = true;
        } else if (key == "type") {
            out.type = optional_string(value, "a peer's type");
        } else if (key == "status") {
            if (!is_null(value))
                out.status = named<peer_status>(string_of(value, "a peer's status"));
        } else if (key == "tracks") {
            out.tracks = list_of<track>(value, "a peer's tracks", track_of);
        } else if (key == "metadata") {
            out.metadata = value.text();
        } else {
            read_other(key, value);
        }
    }
    if (!has_id) json::reject("a peer has no id");
}

}  // namespace jellyfish::detail
