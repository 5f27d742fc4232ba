#include "sandbox/control/notification_reader.hpp"

#include <stdexcept>
#include <string>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using testing::detail::parse_json;
using testing::detail::read_notification;

notification read(const std::string& type, const std::string& members) {
    return read_notification(*parse_json(R"({"type":")" + type + '"' + members + '}'));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_notification_reader)

BOOST_AUTO_TEST_CASE(every_notification_can_be_read) {
    const std::string room = R"(,"room_id":"r")";
    const std::string peer = room + R"(,"peer_id":"p")";
    const std::string component = room + R"(,"component_id":"c")";
    const std::string track = R"(,"track":{"id":"t","type":"audio","metadata":{"a":1}})";
    const track_endpoint of_peer{endpoint_kind::peer, "p"};
    const track_endpoint of_component{endpoint_kind::component, "c"};
    const jellyfish::track audio{"t", track_type::audio, R"({"a":1})"};
    struct row {
        const char* type;
        std::string members;
        notification expected;
    };
    for (const row& each : {
             row{"room_created", room, room_created{"r"}},
             row{"room_deleted", room, room_deleted{"r"}},
             row{"room_crashed", room, room_crashed{"r"}},
             row{"peer_added", peer, peer_added{"r", "p"}},
             row{"peer_deleted", peer, peer_deleted{"r", "p"}},
             row{"peer_connected", peer, peer_connected{"r", "p"}},
             row{"peer_disconnected", peer, peer_disconnected{"r", "p"}},
             row{"peer_crashed", peer, peer_crashed{"r", "p", ""}},
             row{"peer_crashed", peer + R"(,"reason":"x")", peer_crashed{"r", "p", "x"}},
             row{"peer_metadata_updated", peer + R"(,"metadata":null)",
                 peer_metadata_updated{"r", "p", "null"}},
             row{"component_crashed", component, component_crashed{"r", "c"}},
             row{"track_added", peer + track, track_added{"r", of_peer, audio}},
             row{"track_removed", component + track, track_removed{"r", of_component, audio}},
             row{"track_metadata_updated", peer + R"(,"track":{"id":"t"})",
                 track_metadata_updated{"r", of_peer, {"t", track_type::unspecified, "null"}}},
             row{"hls_playable", component, hls_playable{"r", "c"}},
             row{"hls_uploaded", room, hls_uploaded{"r"}},
             row{"hls_upload_crashed", room, hls_upload_crashed{"r"}},
             row{"metrics_report", R"(,"metrics":{"a":1.5})", metrics_report{R"({"a":1.5})"}},
         }) {
        BOOST_TEST(read(each.type, each.members) == each.expected, each.type);
    }
}

BOOST_AUTO_TEST_CASE(an_invalid_notification_is_rejected) {
    struct row {
        const char* json;
        const char* error;
    };
    for (const row& each : {
             row{"7", "'type' of a notification"},
             row{R"({"room_id":"r"})", "'type' of a notification"},
             row{R"({"type":"reconnected"})", "'type' of a notification"},
             row{R"({"type":"room_created"})", "missing parameter 'room_id'"},
             row{R"({"type":"room_created","room_id":"r","peer_id":"p"})",
                 "unknown parameter 'peer_id'"},
             row{R"({"type":"track_added","room_id":"r","track":{"id":"t"}})",
                 "either peer_id or component_id"},
             row{R"({"type":"track_added","room_id":"r","peer_id":"p","track":{"type":"video"}})",
                 "missing parameter 'id'"},
             row{R"({"type":"track_added","room_id":"r","peer_id":"p","track":7})",
                 "expected a JSON object"},
         }) {
        try {
            const auto accepted = read_notification(*parse_json(each.json));
            BOOST_ERROR("accepted: " << accepted);
        } catch (const std::invalid_argument& error) {
            BOOST_TEST(std::string(error.what()).find(each.error) != std::string::npos,
                       error.what());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
