#include <jellyfish/room_api.hpp>

#include "command.hpp"
#include "model_json.hpp"
#include "output.hpp"

#include <chrono>
#include <cstdlib>

#include <boost/asio/this_coro.hpp>

namespace tool {
namespace {

std::string required(const invocation& args, std::string_view name) {
    const auto value = args.text(name);
    if (!value || value->empty())
        throw usage_error("a component of type " + args.words[1] + " requires --" +
                          std::string(name));
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
    return *name == "auto" ? jellyfish::subscribe_mode::automatic
                           : jellyfish::subscribe_mode::manual;
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

jellyfish::component_options options_from(const invocation& args) {
    const std::string& type = args.words[1];
    if (type == "hls") return hls_from(args);
    if (type == "rtsp") return rtsp_from(args);
    if (type == "file") return file_from(args);
    if (type == "sip") return sip_from(args);
    return recording_from(args);
}

}  // namespace

asio::awaitable<void> add_component(const invocation& args) {
    const jellyfish::component_options options = options_from(args);
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    const auto added = co_await api.add_component(args.words[0], options);
    if (args.json) {
        print_line(object_of(added).add("room_id", args.words[0]).take());
    } else {
        print_fields({{"component", shown(id_of(added))}, {"type", shown(type_of(added))}});
    }
}

asio::awaitable<void> delete_component(const invocation& args) {
    const std::string& room = args.words[0];
    const std::string& id = args.words[1];
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.delete_component(room, id);
    print_result(
        args,
        json_object().add("deleted", "component").add("room_id", room).add("component_id", id),
        "Deleted component " + id + " from room " + room);
}

asio::awaitable<void> subscribe(const invocation& args) {
    const std::string& room = args.words[0];
    const std::string& id = args.words[1];
    const std::vector<std::string> origins(args.words.begin() + 2, args.words.end());
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.subscribe(room, id, origins);
    const json list = json_array(origins, [](const std::string& each) { return json_of(each); });
    print_result(args,
                 json_object().add("room_id", room).add("component_id", id).add("origins", list),
                 "Component " + id + " subscribed to " + std::to_string(origins.size()) +
                     (origins.size() == 1 ? " origin" : " origins"));
}

}  // namespace tool
