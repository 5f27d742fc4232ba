#include <jellyfish/notification.hpp>

#include "model/names.hpp"
#include "model/notification_table.hpp"
#include "model/wire_names.hpp"
#include "text/quoted.hpp"
#include "text/redact.hpp"

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <type_traits>

#include <boost/algorithm/hex.hpp>

namespace jellyfish {
namespace {

using detail::quoted;
using detail::text_kind;

/// Prints the members of a notification.
class field_printer {
public:
    explicit field_printer(std::ostream& out) : out_(out) {}

    template <class Field, class T>
    void operator()(Field, const T& value) {
        out_ << separator_;
        separator_ = ", ";
        if constexpr (!std::is_same_v<T, track_endpoint>) out_ << Field::name << ": ";
        if constexpr (Field::kind == text_kind::bytes) {
            out_ << boost::algorithm::hex_lower(value);
        } else if constexpr (Field::kind == text_kind::url) {
            print(detail::source_uri_without_secrets(value));
        } else {
            print(value);
        }
    }

private:
    template <class T>
    void print(const T& value) {
        out_ << value;
    }
    void print(const std::string& value) { out_ << quoted{value}; }
    void print(const error_code& value) { out_ << quoted{value.message()}; }
    void print(const optional_track& value) { out_ << *value; }
    void print(std::chrono::milliseconds value) { out_ << value.count() << " ms"; }

    std::ostream& out_;
    const char* separator_ = "";
};

}  // namespace

std::string_view room_id_of(const notification& value) noexcept {
    return std::visit(
        [](const auto& each) -> std::string_view {
            if constexpr (requires { each.room_id; }) {
                return each.room_id;
            } else {
                return {};
            }
        },
        value);
}

std::string_view name_of(const notification& value) noexcept {
    return std::visit([]<class T>(const T&) { return detail::notification_kind_of<T>::name; },
                      value);
}

std::ostream& operator<<(std::ostream& out, peer_type value) {
    return detail::print_name(out, value);
}

std::ostream& operator<<(std::ostream& out, vad_status value) {
    return detail::print_name(out, value);
}

std::ostream& operator<<(std::ostream& out, recording_status value) {
    return detail::print_name(out, value);
}

std::ostream& operator<<(std::ostream& out, const track_endpoint& value) {
    switch (value.kind) {
        case endpoint_kind::peer:
            return out << "peer_id: " << quoted{value.id};
        case endpoint_kind::component:
            return out << "component_id: " << quoted{value.id};
        case endpoint_kind::unspecified:
            break;
    }
    return out << "endpoint: unspecified";
}

void detail::print(std::ostream& out, std::size_t position, const void* value) {
    notification_table::for_each([&]<class Kind>(Kind) {
        using type = typename Kind::type;
        if (notification_position<type> != position) return;
        out << Kind::name << '{';
        Kind::for_each_set_field(*static_cast<const type*>(value), field_printer(out));
        out << '}';
    });
}

std::ostream& operator<<(std::ostream& out, const notification& value) {
    return std::visit([&out](const auto& each) -> std::ostream& { return out << each; }, value);
}

}  // namespace jellyfish
