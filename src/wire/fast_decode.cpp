#include "wire/fast_decode.hpp"

#include <jellyfish/server_notifications.pb.h>

#include "model/notification_table.hpp"
#include "wire/field_reader.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace jellyfish::detail::wire {
namespace {

static_assert(ServerMessage::TrackType_MAX == static_cast<int>(track_type::audio));
static_assert(ServerMessage::PeerType_MAX == static_cast<int>(peer_type::vapi));
static_assert(ServerMessage::VadNotification::Status_MAX == static_cast<int>(vad_status::speech));
static_assert(ServerMessage::RecordingStatusChanged::Status_MAX ==
              static_cast<int>(recording_status::failed));

/// Swaps the id members that most notifications have with `room_id` and `other_id`.
template <class T>
void exchange_ids(T& of, std::string& room_id, std::string& other_id) noexcept {
    if constexpr (requires { of.room_id; }) of.room_id.swap(room_id);
    if constexpr (requires { of.peer_id; }) of.peer_id.swap(other_id);
    if constexpr (requires { of.component_id; }) of.component_id.swap(other_id);
    if constexpr (requires { of.endpoint; }) of.endpoint.id.swap(other_id);
}

/// The same for any notification. Shared by all instances of `as`, to avoid code for each pair of
/// types.
void exchange_ids_of(notification& of, std::string& room_id, std::string& other_id) noexcept {
    std::visit([&](auto& kind) { exchange_ids(kind, room_id, other_id); }, of);
}

/// Returns `out` as a `T`: unchanged if it holds one, otherwise a new one that reuses the memory of
/// its ids.
template <class T>
T& as(notification& out) {
    if (T* const same = std::get_if<T>(&out)) return *same;
    std::string room_id;
    std::string other_id;
    exchange_ids_of(out, room_id, other_id);
    T& made = out.emplace<T>();
    exchange_ids(made, room_id, other_id);
    return made;
}

using decode_function = bool (*)(std::string_view, notification&, unknown_fields);

template <class Kind>
bool decode_as(std::string_view payload, notification& out, unknown_fields unknown) {
    field_reader from(payload, unknown);
    Kind::for_each_number(as<typename Kind::type>(out), from);
    return from.done();
}

template <class... Kinds>
constexpr std::uint32_t largest_number(notification_kinds<Kinds...>) {
    return std::max({Kinds::number...});
}

/// Indexed by field number.
constexpr auto decode_functions = [] {
    std::array<decode_function, largest_number(notification_table()) + 1> all{};
    notification_table::for_each_sent(
        [&]<class Kind>(Kind) { all[Kind::number] = &decode_as<Kind>; });
    return all;
}();

}  // namespace

bool decode_canonical(std::uint32_t number, std::string_view payload, notification& out,
                      unknown_fields unknown) {
    const decode_function decode =
        number < decode_functions.size() ? decode_functions[number] : nullptr;
    return decode != nullptr && decode(payload, out, unknown);
}

}  // namespace jellyfish::detail::wire
