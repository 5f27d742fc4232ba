#include <jellyfish/room_api.hpp>

#include "command.hpp"
#include "model_json.hpp"
#include "output.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include <boost/asio/this_coro.hpp>
#include <boost/lexical_cast.hpp>

namespace tool {
namespace {

/// An option of one or more types of component.
struct component_option {
    const char* name;
    const char* value_name;  ///< Null for a flag.
    std::string_view kinds;
    const char* help;
};

constexpr component_option option_descriptions[] = {
    {"low-latency", nullptr, "hls", "low-latency HLS"},
    {"persistent", nullptr, "hls", "keep the stream after the room is deleted"},
    {"target-window-duration", "SECONDS", "hls", "the duration of the playable window"},
    {"subscribe-mode", "MODE", "hls recording",
     "auto: subscribe to all tracks of the room (default); manual: to those selected with "
     "'jellyfish subscribe'"},
    {"s3-bucket", "NAME", "hls recording",
     "store the files in S3, with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"},
    {"s3-region", "REGION", "hls recording", "the bucket's region (default: AWS_REGION)"},
    {"path-prefix", "TEXT", "recording", "a prefix of the recording's path"},
    {"source-uri", "URI", "rtsp", "rtsp://camera:554/stream (required)"},
    {"rtp-port", "PORT", "rtsp", "the server's port for the stream (default: 20000)"},
    {"reconnect-delay", "MS", "rtsp",
     "delay before reconnecting, in milliseconds (default: 15000)"},
    {"keep-alive-interval", "MS", "rtsp", "keep-alive interval, in milliseconds (default: 15000)"},
    {"no-pierce-nat", nullptr, "rtsp", "do not pierce the NAT"},
    {"file-path", "PATH", "file", "a relative path that ends in .h264 or .ogg (required)"},
    {"framerate", "N", "file", "frames per second, for video (default: 30)"},
    {"registrar", "ADDRESS", "sip", "the registrar, such as sip.example.com (required)"},
    {"username", "NAME", "sip",
     "the user name at the registrar (required); the password is read from SIP_PASSWORD"},
};

bool fits(const component_option& option, std::string_view kind) {
    const std::string padded = ' ' + std::string(option.kinds) + ' ';
    return padded.find(' ' + std::string(kind) + ' ') != std::string::npos;
}

std::string required(const invocation& args, const char* option) {
    const auto value = args.text(option);
    if (!value || value->empty())
        throw usage_error("a component of this type requires --" + std::string(option));
    return *value;
}

/// Reads a secret, which does not belong on a command line that other users can read.
std::string from_environment(const char* name, const char* what) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0')
        throw usage_error(std::string("missing ") + what + ": set " + name);
    return value;
}

std::optional<jellyfish::s3_credentials> s3_from(const invocation& args) {
    const auto bucket = args.text("s3-bucket");
    const auto region = args.text("s3-region");
    if (!bucket) {
        if (region) throw usage_error("--s3-region requires --s3-bucket");
        return std::nullopt;
    }
    return jellyfish::s3_credentials()
        .bucket(*bucket)
        .region(region ? *region : from_environment("AWS_REGION", "S3 region (--s3-region)"))
        .access_key_id(from_environment("AWS_ACCESS_KEY_ID", "S3 access key id"))
        .secret_access_key(from_environment("AWS_SECRET_ACCESS_KEY", "S3 secret access key"));
}

std::optional<jellyfish::subscribe_mode> mode_from(const invocation& args) {
    const auto name = args.text("subscribe-mode");
    if (!name) return std::nullopt;
    if (*name == "auto") return jellyfish::subscribe_mode::automatic;
    if (*name == "manual") return jellyfish::subscribe_mode::manual;
    throw usage_error("invalid --subscribe-mode: expected auto or manual");
}

jellyfish::component_options hls_from(const invocation& args) {
    jellyfish::component_options_hls out;
    if (args.has("low-latency")) out.low_latency(true);
    if (args.has("persistent")) out.persistent(true);
    if (const auto time = args.number<std::uint32_t>("target-window-duration", 1))
        out.target_window_duration(std::chrono::seconds(*time));
    if (const auto mode = mode_from(args)) out.subscribe_mode(*mode);
    if (auto s3 = s3_from(args)) out.s3(std::move(*s3));
    return out;
}

jellyfish::component_options recording_from(const invocation& args) {
    jellyfish::component_options_recording out;
    if (const auto prefix = args.text("path-prefix")) out.path_prefix(*prefix);
    if (const auto mode = mode_from(args)) out.subscribe_mode(*mode);
    if (auto s3 = s3_from(args)) out.credentials(std::move(*s3));
    return out;
}

jellyfish::component_options rtsp_from(const invocation& args) {
    jellyfish::component_options_rtsp out(required(args, "source-uri"));
    if (const auto port = args.number<std::uint16_t>("rtp-port", 1)) out.rtp_port(*port);
    if (const auto time = args.number<std::uint32_t>("reconnect-delay"))
        out.reconnect_delay(std::chrono::milliseconds(*time));
    if (const auto time = args.number<std::uint32_t>("keep-alive-interval"))
        out.keep_alive_interval(std::chrono::milliseconds(*time));
    if (args.has("no-pierce-nat")) out.pierce_nat(false);
    return out;
}

jellyfish::component_options file_from(const invocation& args) {
    jellyfish::component_options_file out(required(args, "file-path"));
    if (const auto rate = args.number<std::uint32_t>("framerate", 1)) out.framerate(*rate);
    return out;
}

jellyfish::component_options sip_from(const invocation& args) {
    return jellyfish::component_options_sip(required(args, "registrar"), required(args, "username"),
                                            from_environment("SIP_PASSWORD", "SIP password"));
}

jellyfish::component_options options_from(const invocation& args, const std::string& kind) {
    using reader = jellyfish::component_options (*)(const invocation&);
    constexpr std::pair<std::string_view, reader> kinds[] = {{"hls", hls_from},
                                                             {"rtsp", rtsp_from},
                                                             {"file", file_from},
                                                             {"sip", sip_from},
                                                             {"recording", recording_from}};
    const auto found = std::ranges::find(kinds, kind, &std::pair<std::string_view, reader>::first);
    if (found == std::end(kinds))
        throw usage_error("invalid TYPE: expected hls, rtsp, file, sip or recording");
    for (const component_option& each : option_descriptions) {
        if (args.has(each.name) && !fits(each, kind))
            throw usage_error(std::string("--") + each.name + " does not apply to type " + kind);
    }
    return found->second(args);
}

void add_component_options(boost::program_options::options_description& to) {
    static const std::vector<std::string> texts = [] {
        std::vector<std::string> all;
        for (const component_option& each : option_descriptions)
            all.push_back(std::string(each.kinds) + ": " + each.help);
        return all;
    }();
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const component_option& each = option_descriptions[i];
        if (each.value_name != nullptr) {
            add_text_option(to, each.name, each.value_name, texts[i].c_str());
        } else {
            add_flag(to, each.name, texts[i].c_str());
        }
    }
}

asio::awaitable<void> run_add(const invocation& args) {
    const jellyfish::component_options options = options_from(args, args.words[1]);
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    const auto added = co_await api.add_component(args.words[0], options);
    if (args.json) {
        print_line(json_of(added));
    } else {
        print_fields({{"component", shown(id_of(added))}, {"type", shown(type_of(added))}});
    }
}

asio::awaitable<void> run_delete(const invocation& args) {
    const std::string& room = args.words[0];
    const std::string& id = args.words[1];
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.delete_component(room, id);
    if (args.json) {
        print_line(json_object()
                       .add("deleted", "component")
                       .add("room_id", room)
                       .add("component_id", id)
                       .take());
    } else {
        print_line("Deleted component " + id + " from room " + room);
    }
}

asio::awaitable<void> run_subscribe(const invocation& args) {
    const std::string& room = args.words[0];
    const std::string& id = args.words[1];
    const std::vector<std::string> origins(args.words.begin() + 2, args.words.end());
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.subscribe(room, id, origins);
    if (args.json) {
        print_line(
            json_object()
                .add("room_id", room)
                .add("component_id", id)
                .add("origins",
                     json_array(origins, [](const std::string& each) { return json_of(each); }))
                .take());
    } else {
        print_line("Component " + id + " subscribed to " + std::to_string(origins.size()) +
                   (origins.size() == 1 ? " origin" : " origins"));
    }
}

}  // namespace

const std::vector<command>& component_commands() {
    static const std::vector<command> all{
        {"component add", "ROOM TYPE", 2, 2, "add a component to a room",
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
         add_component_options, run_add},
        {"component delete", "ROOM COMPONENT", 2, 2, "delete a component", "",
         "jellyfish component delete my-room 8c7e1f1e-7a46-4f5a-9c0f-5d3f3f4f0f55\n", no_options,
         run_delete},
        {"subscribe", "ROOM COMPONENT ORIGIN...", 3, 1'000'000,
         "subscribe a component to the tracks of peers and components",
         "For HLS and recording components with --subscribe-mode manual. Each ORIGIN is\n"
         "the id of a peer or of a component.",
         "jellyfish subscribe my-room \"$hls\" \"$peer\" \"$camera\"\n", no_options, run_subscribe},
    };
    return all;
}

}  // namespace tool
