#include <jellyfish/room.hpp>

#include "protocol/json_text.hpp"
#include "protocol/webhook_url.hpp"
#include "quoted.hpp"

#include <ostream>
#include <string_view>

namespace jellyfish {
namespace {

using detail::json_kind;
using detail::json_text;
using detail::quoted;

template <class T>
void print_list(std::ostream& out, const std::vector<T>& values) {
    const char* separator = "";
    out << '[';
    for (const T& value : values) {
        out << separator << value;
        separator = ", ";
    }
    out << ']';
}

/// Prints `name: value` for what is set, with commas between.
class fields {
public:
    explicit fields(std::ostream& out) : out_(out) {}

    template <class T, class Print>
    void print(std::string_view name, const std::optional<T>& value, Print print_value) {
        if (!value) return;
        out_ << separator_ << name << ": ";
        print_value(*value);
        separator_ = ", ";
    }

private:
    std::ostream& out_;
    const char* separator_ = "";
};

std::string shown_url(const std::string& url) {
    if (url.find("://") != std::string::npos) return detail::without_userinfo(url);
    const auto at = url.rfind('@');  // No URL, but what comes before may still be a password.
    return at == std::string::npos ? url : "(hidden)" + url.substr(at);
}

/// Prints a component's property, unless it may be a secret: of texts only these are known to be
/// none, and objects hold credentials.
void print_property(std::ostream& out, const json_text::member& property) {
    const auto& [key, value] = property;
    out << quoted{key} << ": ";
    switch (value.kind()) {
        case json_kind::null:
        case json_kind::boolean:
        case json_kind::number:
            out << value.text();
            return;
        case json_kind::string:
            if (key == "sourceUri" || key == "subscribeMode" || key == "filePath") {
                out << quoted{detail::without_userinfo(value.string())};
                return;
            }
            break;
        case json_kind::array:
        case json_kind::object:
            break;
    }
    out << "(hidden)";
}

void print_properties(std::ostream& out, std::string_view text) {
    std::string problem;
    const auto properties = json_text::parse(text, problem);
    if (!properties) {
        out << "(no JSON)";
        return;
    }
    const char* separator = "";
    out << '{';
    for (const auto& property : properties->members()) {
        out << separator;
        print_property(out, property);
        separator = ", ";
    }
    out << '}';
}

}  // namespace

std::ostream& operator<<(std::ostream& out, video_codec value) {
    return out << (value == video_codec::h264 ? "h264" : "vp8");
}

std::ostream& operator<<(std::ostream& out, const room_config& value) {
    const auto text = [&](const std::string& each) { out << quoted{each}; };
    const auto plain = [&](const auto& each) { out << each; };
    const auto time = [&](std::chrono::seconds each) { out << each.count() << " s"; };
    const auto url = [&](const std::string& each) { out << quoted{shown_url(each)}; };
    out << "room_config{";
    fields set(out);
    set.print("room_id", value.room_id(), text);
    set.print("max_peers", value.max_peers(), plain);
    set.print("video_codec", value.video_codec(), plain);
    set.print("webhook_url", value.webhook_url(), url);
    set.print("peerless_purge_timeout", value.peerless_purge_timeout(), time);
    set.print("peer_disconnected_timeout", value.peer_disconnected_timeout(), time);
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, peer_status value) {
    return out << (value == peer_status::connected ? "connected" : "disconnected");
}

std::ostream& operator<<(std::ostream& out, const peer& value) {
    out << "peer{id: " << quoted{value.id} << ", type: " << quoted{value.type}
        << ", status: " << value.status << ", tracks: ";
    print_list(out, value.tracks);
    return out << ", metadata: " << quoted{value.metadata} << '}';
}

std::ostream& operator<<(std::ostream& out, const component& value) {
    out << "component{id: " << quoted{value.id} << ", type: " << quoted{value.type}
        << ", properties: ";
    print_properties(out, value.properties);
    out << ", tracks: ";
    print_list(out, value.tracks);
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const room& value) {
    out << "room{id: " << quoted{value.id} << ", config: " << value.config << ", components: ";
    print_list(out, value.components);
    out << ", peers: ";
    print_list(out, value.peers);
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const peer_options_webrtc& value) {
    return out << "peer_options_webrtc{enable_simulcast: "
               << (value.enable_simulcast() ? "true" : "false") << '}';
}

std::ostream& operator<<(std::ostream& out, const create_room_result& value) {
    return out << "create_room_result{room: " << value.room
               << ", server_address: " << quoted{value.server_address} << '}';
}

std::ostream& operator<<(std::ostream& out, const add_peer_result& value) {
    return out << "add_peer_result{peer: " << value.peer
               << ", token: (hidden), peer_websocket_url: " << quoted{value.peer_websocket_url}
               << '}';
}

}  // namespace jellyfish
