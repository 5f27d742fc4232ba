#pragma once

#include "tracker/room_state.hpp"
#include "tracker/room_view.hpp"
#include "tracker/view_change.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

/// Brings a room of a view to what a snapshot says of it, by the notifications that the server
/// would have sent, in its order (protocol: "Which event causes which notifications"); what no
/// notification tells comes as `room_refreshed`. Each is applied to the view before the next, and
/// appended to `changes`, marked as synthesized.
/// @param complete Whether a `room_refreshed` is told even if there is nothing in it.
void emit_difference(room_view& view, const room_state& after, bool complete,
                     std::vector<view_change>& changes);

/// The same for a room that is gone.
void emit_room_deleted(room_view& view, const std::string& room_id,
                       std::vector<view_change>& changes);

/// Whether a component is there, for all that is known beside an answer that has it or not.
using component_check = std::function<bool(const std::string& component_id, bool in_response)>;

/// Takes from an answer about a room what no notification tells: the configuration, which
/// components there are, and their properties. All else stays as it is known from notifications, of
/// which some may still be on their way.
[[nodiscard]] room_state with_fields_without_notification(const room_state& known,
                                                          const room_state& fetched,
                                                          const component_check& is_there);

}  // namespace jellyfish::detail
