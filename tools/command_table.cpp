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
    {"TYPE", "hls rtsp file sip recording"},
    {"WHEN", "auto always never"},
};

constexpr option every_commands_options[] = {
    {"address", "ADDRESS",
     "the server's address: host, host:port or [v6]:port, optionally with a /prefix (default: "
     "JELLYFISH_SERVER_ADDRESS, or localhost:5002)"},
    {"token", "TOKEN",
     "the server's API token (default: JELLYFISH_SERVER_API_TOKEN, or development); prefer the "
     "variable: other users of this machine can see command lines"},
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
    {"id", "ID", "letters, digits and hyphens (default: a new UUID)"},
    {"max-peers", "N", "the maximum number of peers"},
    {"video-codec", "CODEC", "h264 or vp8; HLS, RTSP and recording components require h264"},
    {"webhook-url", "URL", "where the server posts the room's notifications"},
    {"peerless-purge-timeout", "SECONDS", "delete the room after SECONDS without peers"},
    {"peer-disconnected-timeout", "SECONDS", "delete a peer after it is disconnected for SECONDS"},
};

constexpr option peer_add_options[] = {
    {"no-simulcast", "", "have the peer send its video in one quality only"},
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
    {"metrics", "", "show metrics reports as well"},
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
     "Prints the room's id and the address of the server that hosts it. In a cluster\n"
     "that may be another node; use its address as --address in commands on this room.",
     "jellyfish room create\n"
     "jellyfish room create --id my-room --max-peers 10 --video-codec h264\n"
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
     "valid for 24 hours), and the WebSocket URL that it connects to. No other command\n"
     "prints a secret.",
     "jellyfish peer add my-room\n"
     "token=$(jellyfish peer add my-room --json | jq -r .token)\n",
     peer_add_options, add_peer},
    {"peer delete",
     "ROOM PEER",
     "delete a peer and close its connection",
     "",
     "jellyfish peer delete my-room 3f6f8aa3-9e4b-4c1e-9a52-1f6f5f0f3a51\n",
     {},
     delete_peer},
    {"component list",
     "ROOM",
     "list the components of a room",
     "",
     "jellyfish component list my-room\n"
     "jellyfish component list my-room --json | jq -r .component_id\n",
     {},
     list_components},
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
     component_add_options, add_component},
    {"component delete",
     "ROOM COMPONENT",
     "delete a component",
     "",
     "jellyfish component delete my-room 8c7e1f1e-7a46-4f5a-9c0f-5d3f3f4f0f55\n",
     {},
     delete_component},
    {"subscribe",
     "ROOM COMPONENT ORIGIN...",
     "subscribe a component to the tracks of peers and components",
     "For HLS and recording components with --subscribe-mode manual. Each ORIGIN is\n"
     "the id of a peer or of a component.",
     "jellyfish subscribe my-room \"$hls\" \"$peer\" \"$camera\"\n",
     {},
     subscribe},
    {"sip dial",
     "ROOM COMPONENT NUMBER",
     "call a phone number from a SIP component",
     "",
     "jellyfish sip dial my-room \"$sip\" +48123456789\n",
     {},
     dial},
    {"sip end",
     "ROOM COMPONENT",
     "end the call of a SIP component",
     "",
     "jellyfish sip end my-room \"$sip\"\n",
     {},
     end_call},
    {"recording list",
     "",
     "list the server's recordings",
     "Prints a row, or a JSON object, for each. A server that has never recorded\n"
     "anything may respond with 'not found'. 'jellyfish recordings' does the same.",
     "jellyfish recording list\n"
     "jellyfish recordings --json | jq -r .recording_id\n",
     {},
     list_recordings},
    {"recording get", "RECORDING FILENAME", "get a file of a recording",
     "The file may be up to 1 GiB.",
     "jellyfish recording get \"$id\" report.json | jq .\n"
     "jellyfish recording get \"$id\" track_1.msr --output track_1.msr\n",
     recording_get_options, get_recording},
    {"recording delete",
     "RECORDING",
     "delete a recording and all its files",
     "",
     "jellyfish recording delete \"$id\"\n",
     {},
     delete_recording},
    {"health",
     "",
     "show whether the server is up, and its version",
     "Exits with status 0 only when the server reports that it is up.",
     "jellyfish health\n"
     "until jellyfish health >/dev/null 2>&1; do sleep 1; done\n",
     {},
     check_health},
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
     metrics_options, show_metrics},
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
