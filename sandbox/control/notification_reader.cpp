#include "sandbox/control/notification_reader.hpp"

#include "model/notification_names.hpp"
#include "model/wire_names.hpp"
#include "sandbox/control/arguments.hpp"
#include "wire/notification_table.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace jellyfish::testing::detail {
namespace {

track read_track(const json_value& from) {
    const arguments values({text("id"), optional(choice("type", "unspecified or video or audio")),
                            optional(json("metadata"))},
                           from);
    return {values.text("id"),
            jellyfish::detail::named<track_type>(values.text("type", "unspecified")),
            values.has("metadata") ? values.json("metadata") : "null"};
}

track_endpoint read_endpoint(const arguments& values) {
    if (values.has("peer_id") == values.has("component_id"))
        throw std::invalid_argument("invalid endpoint: expected either peer_id or component_id");
    if (values.has("peer_id")) return {endpoint_kind::peer, values.text("peer_id")};
    return {endpoint_kind::component, values.text("component_id")};
}

/// Returns the members that a notification type has as parameters.
template <class T>
std::vector<parameter> parameters_of() {
    std::vector<parameter> out{text("type")};
    if constexpr (requires(T of) { of.room_id; }) out.push_back(text("room_id"));
    if constexpr (requires(T of) { of.peer_id; }) out.push_back(text("peer_id"));
    if constexpr (requires(T of) { of.component_id; }) out.push_back(text("component_id"));
    if constexpr (requires(T of) { of.endpoint; }) {
        out.push_back(optional(text("peer_id")));
        out.push_back(optional(text("component_id")));
    }
    if constexpr (requires(T of) { of.track; }) out.push_back(json("track"));
    if constexpr (requires(T of) { of.reason; }) out.push_back(optional(text("reason")));
    if constexpr (requires(T of) { of.metadata; }) out.push_back(json("metadata"));
    if constexpr (requires(T of) { of.metrics; }) out.push_back(json("metrics"));
    return out;
}

template <class T>
T read(const json_value& from) {
    const arguments values(parameters_of<T>(), from);
    T out;
    if constexpr (requires { out.room_id; }) out.room_id = values.text("room_id");
    if constexpr (requires { out.peer_id; }) out.peer_id = values.text("peer_id");
    if constexpr (requires { out.component_id; }) out.component_id = values.text("component_id");
    if constexpr (requires { out.endpoint; }) out.endpoint = read_endpoint(values);
    if constexpr (requires { out.track; }) out.track = read_track(values.value("track"));
    if constexpr (requires { out.reason; }) out.reason = values.text("reason");
    if constexpr (requires { out.metadata; }) out.metadata = values.json("metadata");
    if constexpr (requires { out.metrics; }) out.metrics = values.json("metrics");
    return out;
}

}  // namespace

notification read_notification(const json_value& from) {
    const json_value* type = from.find("type");
    std::optional<notification> out;
    jellyfish::detail::wire::notification_table::for_each([&](auto kind) {
        using T = typename decltype(kind)::type;
        if (type != nullptr && *type == json_value(jellyfish::detail::name<T>)) out = read<T>(from);
    });
    if (out) return std::move(*out);
    throw std::invalid_argument(
        "invalid parameter 'notification': expected an object with the 'type' of a notification, "
        "such as room_created");
}

}  // namespace jellyfish::testing::detail
