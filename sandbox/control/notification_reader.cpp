#include "sandbox/control/notification_reader.hpp"

#include "model/notification_table.hpp"
#include "model/wire_names.hpp"
#include "sandbox/control/arguments.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::testing::detail {
namespace {

using jellyfish::detail::text_kind;

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

/// Appends the parameters of a notification's members.
struct parameter_list {
    std::vector<parameter>& to;

    template <class Field>
    void operator()(Field, const std::string&) const {
        constexpr std::string_view name = Field::name;
        if (Field::kind == text_kind::json) {
            to.push_back(json(name));
        } else {
            to.push_back(name.ends_with("_id") ? text(name) : optional(text(name)));
        }
    }

    template <class Field>
    void operator()(Field, const track_endpoint&) const {
        to.push_back(optional(text("peer_id")));
        to.push_back(optional(text("component_id")));
    }

    template <class Field>
    void operator()(Field, const track&) const {
        to.push_back(json(Field::name));
    }

    template <class Field>
    void operator()(Field, const optional_track&) const {
        to.push_back(optional(json(Field::name)));
    }

    template <class Field, class Enum>
    void operator()(Field, const open_enum<Enum>&) const {
        to.push_back(optional(text(Field::name)));
    }
};

/// Reads a notification's members.
struct member_reader {
    const arguments& from;

    template <class Field>
    void operator()(Field, std::string& to) const {
        constexpr std::string_view name = Field::name;
        to = Field::kind == text_kind::json ? from.json(name) : from.text(name);
    }

    template <class Field>
    void operator()(Field, track_endpoint& to) const {
        to = read_endpoint(from);
    }

    template <class Field>
    void operator()(Field, track& to) const {
        to = read_track(from.value(Field::name));
    }

    template <class Field>
    void operator()(Field, optional_track& to) const {
        if (from.has(Field::name) && from.value(Field::name) != json_value())
            to = read_track(from.value(Field::name));
    }

    template <class Field, class Enum>
    void operator()(Field, open_enum<Enum>& to) const {
        if (from.has(Field::name)) to = jellyfish::detail::named<Enum>(from.text(Field::name));
    }
};

template <class Kind>
notification read(const json_value& from) {
    typename Kind::type out;
    std::vector<parameter> parameters{text("type")};
    Kind::for_each_field(out, parameter_list{parameters});
    Kind::for_each_field(out, member_reader{arguments(parameters, from)});
    return out;
}

}  // namespace

notification read_notification(const json_value& from) {
    const json_value* const type = from.find("type");
    std::optional<notification> out;
    jellyfish::detail::notification_table::for_each_sent([&]<class Kind>(Kind) {
        if (type != nullptr && *type == json_value(Kind::name)) out = read<Kind>(from);
    });
    if (out) return std::move(*out);
    throw std::invalid_argument(
        "invalid parameter 'notification': expected an object with the 'type' of a notification, "
        "such as room_created");
}

}  // namespace jellyfish::testing::detail
