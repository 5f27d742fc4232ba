#include "command.hpp"
#include "output.hpp"

#include <algorithm>
#include <sstream>

namespace tool {
namespace {

/// The names in the help that stand for certain values.
constexpr std::pair<std::string_view, std::string_view> value_sets[] = {
    {"CODEC", "h264 vp8"},
    {"MODE", "auto manual"},
    {"PEER-TYPE", "webrtc agent vapi"},
    {"RATE", "16000 24000"},
    {"ROOM-TYPE", "conference audio_only livestream audio_only_livestream"},
    {"TYPE", "hls rtsp file sip recording"},
    {"WHEN", "auto always never"},
};

constexpr option every_commands_options[] = {
    {"address", "ADDRESS",
     "the server's address: host, host:port or [v6]:port, optionally with a /prefix (default: "
     "JELLYFISH_SERVER_ADDRESS, or localhost:5002)"},
    {"fishjam-id", "ID",
     "use Fishjam Cloud with this Fishjam id, or another Fishjam at this URL (default: "
     "FISHJAM_ID)"},
    {"token", "TOKEN",
     "the server's API token (default: JELLYFISH_SERVER_API_TOKEN or FISHJAM_MANAGEMENT_TOKEN, or "
     "development); prefer the variables: other users of this machine can see command lines"},
    {"secure", "", "use TLS (default: JELLYFISH_SECURE)"},
    {"ca-file", "FILE",
     "use TLS, and trust the CA certificates in this PEM file (default: JELLYFISH_CA_FILE, or the "
     "system's)"},
    {"timeout", "SECONDS", "the time limit of a call (default: 10)"},
    {"json", "", "print JSON, one object per line; keys are in snake_case, such as room_id"},
    {"color", "WHEN", "auto (color on a terminal unless NO_COLOR is set), always or never"},
    {"help", "", "print this help and exit (also -h)"},
    {"version", "", "print the version and exit"},
};

constexpr option room_create_options[] = {
    {"id", "ID", "letters, digits and hyphens (default: a new UUID)", "", servers::jellyfish},
    {"max-peers", "N", "the maximum number of peers"},
    {"video-codec", "CODEC", "h264 or vp8; HLS, RTSP and recording components require h264"},
    {"webhook-url", "URL", "where the server posts the room's notifications"},
    {"peerless-purge-timeout", "SECONDS", "delete the room after SECONDS without peers", "",
     servers::jellyfish},
    {"peer-disconnected-timeout", "SECONDS", "delete a peer after it is disconnected for SECONDS",
     "", servers::jellyfish},
    {"type", "ROOM-TYPE", "conference (default), audio_only, livestream or audio_only_livestream",
     "", servers::fishjam},
    {"public", "", "let viewers of a livestream watch without a token", "", servers::fishjam},
    {"batch-webhooks", "", "let a webhook request contain several notifications", "",
     servers::fishjam},
};

constexpr option peer_add_options[] = {
    {"no-simulcast", "", "have the peer send its video in one quality only", "",
     servers::jellyfish},
    {"type", "PEER-TYPE", "webrtc (default), agent or vapi", "", servers::fishjam},
    {"subscribe-mode", "MODE",
     "auto: receive all tracks of the room (default); manual: those selected with 'jellyfish peer "
     "subscribe' and 'subscribe-tracks'",
     "", servers::fishjam},
    {"metadata", "JSON", "the server's part of the peer's metadata: a JSON object", "webrtc",
     servers::fishjam},
    {"sample-rate", "RATE", "samples per second of the audio that the agent receives", "agent",
     servers::fishjam},
    {"call-id", "ID", "the id of the Vapi call (required); the API key is read from VAPI_API_KEY",
     "vapi", servers::fishjam},
};

constexpr option livestream_create_options[] = {
    {"audio-only", "", "a stream without video"},
    {"public", "", "let viewers watch without a token"},
    {"batch-webhooks", "", "let a webhook request contain several notifications"},
    {"webhook-url", "URL", "where the server posts the livestream's notifications"},
};

constexpr option recording_list_options[] = {
    {"metadata", "KEY=VALUE", "only recordings whose metadata have this member, a string", "",
     servers::fishjam},
};

constexpr option recording_create_options[] = {
    {"metadata", "JSON", "a JSON object by which to find the recording"},
    {"scale-ratio", "FACTOR", "the factor by which the video is scaled, such as 0.5"},
};

constexpr option moq_access_options[] = {
    {"publish-path", "PATH", "the prefix of the paths to which the client may publish"},
    {"subscribe-path", "PATH", "the prefix of the paths to which the client may subscribe"},
};

constexpr option component_add_options[] = {
    {"low-latency", "", "low-latency HLS", "hls"},
    {"persistent", "", "keep the stream after the room is deleted", "hls"},
    {"target-window-duration", "SECONDS", "the duration of the playable window", "hls"},
    {"subscribe-mode", "MODE",
     "auto: subscribe to all tracks of the room (default); manual: to those selected with "
     "'jellyfish subscribe'",
     "hls recording"},
    {"s3-bucket", "NAME",
     "store the files in S3, with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
     "hls recording"},
    {"s3-region", "REGION", "the bucket's region (default: AWS_REGION)", "hls recording"},
    {"path-prefix", "TEXT", "a prefix of the recording's path", "recording"},
    {"source-uri", "URI", "rtsp://camera:554/stream (required)", "rtsp"},
    {"rtp-port", "PORT", "the server's port for the stream (default: 20000)", "rtsp"},
    {"reconnect-delay", "MS", "delay before reconnecting, in milliseconds (default: 15000)",
     "rtsp"},
    {"keep-alive-interval", "MS", "keep-alive interval, in milliseconds (default: 15000)", "rtsp"},
    {"no-pierce-nat", "", "do not pierce the NAT", "rtsp"},
    {"file-path", "PATH", "a relative path that ends in .h264 or .ogg (required)", "file"},
    {"framerate", "N", "frames per second, for video (default: 30)", "file"},
    {"registrar", "ADDRESS", "the registrar, such as sip.example.com (required)", "sip"},
    {"username", "NAME",
     "the user name at the registrar (required); the password is read from SIP_PASSWORD", "sip"},
};

constexpr option recording_get_options[] = {
    {"output", "FILE", "the file to write to (default: standard output)"},
};

constexpr option watch_options[] = {
    {"count", "N", "exit after N notifications"},
    {"for", "SECONDS", "exit after SECONDS, such as 2.5"},
    {"wait", "", "wait for a server that is not reachable yet"},
    {"metrics", "", "show metrics reports as well", "", servers::jellyfish},
};

constexpr option metrics_options[] = {
    {"count", "N", "exit after N reports"},
    {"for", "SECONDS", "exit after SECONDS, such as 2.5"},
    {"wait", "", "wait for a server that is not reachable yet"},
};

constexpr command commands[] = {
    {"room list",
     "",
     "list all rooms",
     "Prints a row, or a JSON object, for each room. 'jellyfish rooms' does the same.",
     "jellyfish room list\n"
     "jellyfish rooms --json | jq -r .room_id\n",
     {},
     list_rooms},
    {"room get",
     "ROOM",
     "show a room with its peers and components",
     "Of the webhook URL, only the host is shown: the rest may contain secrets.",
     "jellyfish room get my-room\n"
     "jellyfish room get my-room --json | jq '.peers[].peer_id'\n",
     {},
     get_room},
    {"room create", "", "create a room",
     "Prints the room's id and the address of the Jellyfish server that hosts it. In a\n"
     "cluster that may be another node; use its address as --address in commands on\n"
     "this room.",
     "jellyfish room create\n"
     "jellyfish room create --id my-room --max-peers 10 --video-codec h264\n"
     "jellyfish room create --type audio_only    # with Fishjam\n"
     "room=$(jellyfish room create --json | jq -r .room_id)\n",
     room_create_options, create_room},
    {"room delete",
     "ROOM",
     "delete a room and everything in it",
     "",
     "jellyfish room delete my-room\n"
     "jellyfish rooms --json | jq -r .room_id | xargs -n 1 jellyfish room delete\n",
     {},
     delete_room},
    {"room streamer-token",
     "ROOM",
     "create a token for the streamer of a room",
     "Prints a secret. The room must have the type livestream or\n"
     "audio_only_livestream.",
     "jellyfish room streamer-token \"$room\"\n",
     {},
     create_streamer_token,
     servers::fishjam},
    {"room viewer-token",
     "ROOM",
     "create a token for a viewer of a room",
     "Prints a secret. The room must have the type livestream or\n"
     "audio_only_livestream.",
     "jellyfish room viewer-token \"$room\"\n",
     {},
     create_viewer_token,
     servers::fishjam},
    {"room forward",
     "ROOM URL",
     "forward all tracks of a room to a composition",
     "URL is that of the composition.",
     "jellyfish room forward \"$room\" https://rtc.fishjam.io/api/composition/my-composition\n",
     {},
     forward_tracks,
     servers::fishjam},
    {"peer list",
     "ROOM",
     "list the peers of a room",
     "",
     "jellyfish peer list my-room\n"
     "jellyfish peer list my-room --json | jq -r .peer_id\n",
     {},
     list_peers},
    {"peer add", "ROOM", "add a peer to a room and print its token",
     "Prints the peer's id, the token that the peer authenticates with (a secret,\n"
     "valid for 24 hours), and the WebSocket URL that it connects to.",
     "jellyfish peer add my-room\n"
     "jellyfish peer add \"$room\" --type agent --sample-rate 24000    # with Fishjam\n"
     "VAPI_API_KEY=... jellyfish peer add \"$room\" --type vapi --call-id \"$call\"\n"
     "token=$(jellyfish peer add my-room --json | jq -r .token)\n",
     peer_add_options, add_peer},
    {"peer delete",
     "ROOM PEER",
     "delete a peer and close its connection",
     "",
     "jellyfish peer delete my-room 3f6f8aa3-9e4b-4c1e-9a52-1f6f5f0f3a51\n",
     {},
     delete_peer},
    {"peer refresh-token",
     "ROOM PEER",
     "create a new token for a peer",
     "Prints a secret.",
     "jellyfish peer refresh-token \"$room\" \"$peer\"\n",
     {},
     refresh_peer_token,
     servers::fishjam},
    {"peer subscribe",
     "ROOM PEER OTHER",
     "subscribe a peer to all tracks of another peer",
     "For peers with --subscribe-mode manual. PEER receives the tracks of OTHER, also\n"
     "those added later.",
     "jellyfish peer subscribe \"$room\" \"$listener\" \"$speaker\"\n",
     {},
     subscribe_peer,
     servers::fishjam},
    {"peer subscribe-tracks",
     "ROOM PEER TRACK...",
     "subscribe a peer to some tracks",
     "For peers with --subscribe-mode manual.",
     "jellyfish peer subscribe-tracks \"$room\" \"$listener\" \"$track\"\n",
     {},
     subscribe_tracks,
     servers::fishjam},
    {"component list",
     "ROOM",
     "list the components of a room",
     "",
     "jellyfish component list my-room\n"
     "jellyfish component list my-room --json | jq -r .component_id\n",
     {},
     list_components,
     servers::jellyfish},
    {"component add", "ROOM TYPE", "add a component to a room",
     "TYPE is hls, rtsp, file, sip or recording. HLS, RTSP and recording components\n"
     "require a room with the video codec h264. Each option's description starts with\n"
     "the types that it applies to. Secrets are read from the environment:\n"
     "SIP_PASSWORD for a sip component, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\n"
     "with --s3-bucket.",
     "jellyfish component add my-room hls --low-latency\n"
     "jellyfish component add my-room rtsp --source-uri rtsp://camera:554/stream\n"
     "jellyfish component add my-room file --file-path film.h264 --framerate 25\n"
     "SIP_PASSWORD=... jellyfish component add my-room sip --registrar sip.example.com \\\n"
     "    --username alice\n"
     "jellyfish component add my-room recording --subscribe-mode manual\n",
     component_add_options, add_component, servers::jellyfish},
    {"component delete",
     "ROOM COMPONENT",
     "delete a component",
     "",
     "jellyfish component delete my-room 8c7e1f1e-7a46-4f5a-9c0f-5d3f3f4f0f55\n",
     {},
     delete_component,
     servers::jellyfish},
    {"subscribe",
     "ROOM COMPONENT ORIGIN...",
     "subscribe a component to the tracks of peers and components",
     "For HLS and recording components with --subscribe-mode manual. Each ORIGIN is\n"
     "the id of a peer or of a component.",
     "jellyfish subscribe my-room \"$hls\" \"$peer\" \"$camera\"\n",
     {},
     subscribe,
     servers::jellyfish},
    {"sip dial",
     "ROOM COMPONENT NUMBER",
     "call a phone number from a SIP component",
     "",
     "jellyfish sip dial my-room \"$sip\" +48123456789\n",
     {},
     dial,
     servers::jellyfish},
    {"sip end",
     "ROOM COMPONENT",
     "end the call of a SIP component",
     "",
     "jellyfish sip end my-room \"$sip\"\n",
     {},
     end_call,
     servers::jellyfish},
    {"livestream list",
     "",
     "list all livestreams",
     "Prints a row, or a JSON object, for each. 'jellyfish livestreams' does the same.",
     "jellyfish livestream list\n"
     "jellyfish livestreams --json | jq -r .stream_id\n",
     {},
     list_livestreams,
     servers::fishjam},
    {"livestream get",
     "STREAM",
     "show a livestream with its streamers and viewers",
     "",
     "jellyfish livestream get \"$stream\"\n",
     {},
     get_livestream,
     servers::fishjam},
    {"livestream create", "", "create a livestream", "Prints the livestream's id.",
     "jellyfish livestream create --public\n"
     "stream=$(jellyfish livestream create --json | jq -r .stream_id)\n",
     livestream_create_options, create_livestream, servers::fishjam},
    {"livestream delete",
     "STREAM",
     "delete a livestream",
     "",
     "jellyfish livestream delete \"$stream\"\n",
     {},
     delete_livestream,
     servers::fishjam},
    {"streamer add",
     "STREAM",
     "add a streamer to a livestream and print its token",
     "The streamer sends by WHIP, with the token. The token is a secret.",
     "jellyfish streamer add \"$stream\"\n",
     {},
     add_streamer,
     servers::fishjam},
    {"streamer delete",
     "STREAM STREAMER",
     "delete a streamer",
     "",
     "jellyfish streamer delete \"$stream\" \"$streamer\"\n",
     {},
     delete_streamer,
     servers::fishjam},
    {"viewer add",
     "STREAM",
     "add a viewer to a livestream and print its token",
     "The viewer receives by WHEP, with the token. The token is a secret.",
     "jellyfish viewer add \"$stream\"\n",
     {},
     add_viewer,
     servers::fishjam},
    {"viewer delete",
     "STREAM VIEWER",
     "delete a viewer",
     "",
     "jellyfish viewer delete \"$stream\" \"$viewer\"\n",
     {},
     delete_viewer,
     servers::fishjam},
    {"recording list", "", "list the recordings",
     "Prints a row, or a JSON object, for each. A Jellyfish server that has never\n"
     "recorded anything may respond with 'not found'. 'jellyfish recordings' does the\n"
     "same.",
     "jellyfish recording list\n"
     "jellyfish recordings --json | jq -r .recording_id\n"
     "jellyfish recordings --metadata show=morning    # with Fishjam\n",
     recording_list_options, list_recordings},
    {"recording get", "RECORDING FILENAME", "get a file of a recording",
     "The file may be up to 1 GiB.",
     "jellyfish recording get \"$id\" report.json | jq .\n"
     "jellyfish recording get \"$id\" track_1.msr --output track_1.msr\n",
     recording_get_options, get_recording, servers::jellyfish},
    {"recording show",
     "RECORDING",
     "show a recording and its status",
     "",
     "jellyfish recording show \"$recording\"\n",
     {},
     show_recording,
     servers::fishjam},
    {"recording create", "URL OUTPUT", "record an output of a composition",
     "URL is that of the composition. Prints the recording's id.",
     "jellyfish recording create \"$composition\" main --metadata '{\"show\":\"morning\"}'\n",
     recording_create_options, create_recording, servers::fishjam},
    {"recording stop",
     "RECORDING",
     "stop a recording",
     "Has no effect unless it is active.",
     "jellyfish recording stop \"$recording\"\n",
     {},
     stop_recording,
     servers::fishjam},
    {"recording delete",
     "RECORDING",
     "delete a recording and all its files",
     "",
     "jellyfish recording delete \"$id\"\n",
     {},
     delete_recording},
    {"moq access", "", "grant access to the relay for Media over QUIC",
     "Prints the URL and the token for a client. Both are secrets, valid for an hour.\n"
     "Requires --publish-path, --subscribe-path or both.",
     "jellyfish moq access --publish-path cameras/1\n", moq_access_options, create_moq_access,
     servers::fishjam},
    {"validate",
     "",
     "check the Fishjam id and the token",
     "Exits with status 0 only when both are valid.",
     "jellyfish validate\n",
     {},
     validate,
     servers::fishjam},
    {"health",
     "",
     "show whether the server is up, and its version",
     "Exits with status 0 only when the server reports that it is up.",
     "jellyfish health\n"
     "until jellyfish health >/dev/null 2>&1; do sleep 1; done\n",
     {},
     check_health,
     servers::jellyfish},
    {"watch", "", "print each notification until interrupted",
     "Reconnects when the session is lost. 'disconnected' and 'reconnected' mark where\n"
     "notifications may be missing, since a server does not replay them; they do not\n"
     "count towards --count. The standard error reports when the session is connected,\n"
     "lost and reconnected. Exits with status 0 after --count, --for, SIGINT and\n"
     "SIGTERM, and with another status when the first connection fails or the server\n"
     "starts to reject the token. On a terminal, additions are green, removals yellow,\n"
     "crashes red, changes cyan, and events of the session magenta.",
     "jellyfish watch\n"
     "jellyfish watch --json | jq -r 'select(.type == \"peer_connected\") | .peer_id'\n"
     "jellyfish watch --count 1 --for 10    # status 0 even without a notification\n",
     watch_options, watch},
    {"metrics", "", "show the WebRTC metrics live",
     "The server reports once a second. On a terminal, each table replaces the\n"
     "previous one; elsewhere, the tables follow each other. A row without a track\n"
     "describes a whole peer or component. With --json, each line is a report:\n"
     "'metrics' holds the server's JSON.",
     "jellyfish metrics\n"
     "jellyfish metrics --count 2\n"
     "jellyfish metrics --json | jq -c '.metrics | keys'\n",
     metrics_options, show_metrics, servers::jellyfish},
};

}  // namespace

bool option::applies_to(std::string_view type) const {
    const auto each = words_of(types);
    return each.empty() || std::ranges::find(each, type) != each.end();
}

std::span<const command> all_commands() { return commands; }

std::span<const option> common_options() { return every_commands_options; }

std::vector<std::string> values_of(std::string_view value_name) {
    for (const auto& [name, values] : value_sets)
        if (name == value_name) return words_of(values);
    return {};
}

std::vector<std::string> words_of(std::string_view text) {
    std::istringstream in{std::string(text)};
    std::vector<std::string> out;
    for (std::string word; in >> word;)
        out.push_back(word);
    return out;
}

void print_result(const invocation& args, const json_object& object, std::string_view sentence) {
    args.json ? print_line(object.take()) : print_line(sentence);
}

}  // namespace tool
