#include "failure_text.hpp"
#include "model/notification_table.hpp"
#include "model_json.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <variant>

#include <boost/algorithm/hex.hpp>

namespace tool {
namespace {

using jellyfish::detail::notification_kind_of;
using jellyfish::detail::text_kind;

/// Adds the members of a notification.
struct field_writer {
    json_object& to;

    template <class Field, class T>
    void operator()(Field, const T& value) const {
        to.add(Field::name, value);
    }

    template <class Field>
    void operator()(Field, const std::string& value) const {
        if constexpr (Field::kind == text_kind::json) {
            to.add(Field::name, json_of_text(value));
        } else if constexpr (Field::kind == text_kind::bytes) {
            to.add(Field::name, boost::algorithm::hex_lower(value));
        } else {
            to.add(Field::name, value);
        }
    }

    template <class Field>
    void operator()(Field, const jellyfish::track_endpoint& value) const {
        if (value.is_peer()) to.add("peer_id", value.id);
        if (value.is_component()) to.add("component_id", value.id);
    }

    template <class Field>
    void operator()(Field, const jellyfish::track& value) const {
        to.add(Field::name, json_of(value));
    }
};

void add_members(json_object& to, const jellyfish::disconnected& from) {
    to.add("error", text_of(from.code)).add("reason", translated(from.reason));
}

template <class T>
void add_members(json_object& to, const T& from) {
    notification_kind_of<T>::for_each_field(from, field_writer{to});
}

}  // namespace

std::string time_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    const auto seconds = static_cast<std::time_t>(milliseconds / 1'000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 80> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                  parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                  parts.tm_min, parts.tm_sec, static_cast<int>(milliseconds % 1'000));
    return text.data();
}

json json_of(const jellyfish::notification& value) {
    json_object out;
    out.add("time", time_now()).add("type", name_of(value));
    std::visit([&](const auto& each) { add_members(out, each); }, value);
    return out.take();
}

}  // namespace tool
