#pragma once

#include "tracker/room_state.hpp"
#include "tracker/room_view.hpp"
#include "tracker/view_change.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

/// Updates a room of a view to the state in a snapshot, with the notifications that the server
/// would have sent, in its order (protocol: "Which event causes which notifications"). What no
/// notification reports is emitted as `room_refreshed`. Each is applied to the view before the
/// next, and appended to `changes`, marked as synthesized.
/// @param complete Whether to emit `room_refreshed` even without a difference.
void emit_difference(room_view& view, const room_state& after, bool complete,
                     std::vector<view_change>& changes);

/// The same for a room that no longer exists.
void emit_room_deleted(room_view& view, const std::string& room_id,
                       std::vector<view_change>& changes);

/// Whether a component exists, according to what is known besides a response.
/// @param in_response Whether the response contains it.
using component_check = std::function<bool(const std::string& component_id, bool in_response)>;

/// Merges from a response about a room what no notification reports: the configuration, which
/// components exist, and their properties. Everything else stays as known from notifications, some
/// of which may not have arrived yet.
[[nodiscard]] room_state with_fields_without_notification(const room_state& known,
                                                          const room_state& fetched,
                                                          const component_check& is_there);

}  // namespace jellyfish::detail
