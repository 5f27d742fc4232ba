#pragma once

#include <jellyfish/notification.hpp>

#include <cstdint>
#include <type_traits>

namespace jellyfish::detail::wire {

/// Maps a notification type to its protobuf encoding.
///
/// @tparam Number The field number in `ServerMessage`.
/// @tparam T The notification type.
/// @tparam Members The members of `T`, in the order of their field numbers. The numbers begin at
///     1; a `track_endpoint`, which is a oneof of a peer's and a component's id, has two.
template <std::uint32_t Number, class T, auto... Members>
struct notification_kind {
    using type = T;
    static constexpr std::uint32_t number = Number;

    /// Calls `visit(number, member)` for each member of a possibly const notification.
    template <class Value, class Visitor>
    static void for_each_member(Value& of, Visitor&& visit) {
        std::uint32_t next = 1;
        (visit_member(next, of.*Members, visit), ...);
    }

private:
    template <class Member, class Visitor>
    static void visit_member(std::uint32_t& next, Member& member, Visitor& visit) {
        visit(next, member);
        next += std::is_same_v<std::remove_const_t<Member>, track_endpoint> ? 2 : 1;
    }
};

template <class... Kinds>
struct notification_kinds {
    /// Calls `visit(kind)` for each entry.
    template <class Visitor>
    static constexpr void for_each(Visitor&& visit) {
        (visit(Kinds{}), ...);
    }
};

/// All notifications that a server sends. A row is all that is needed to decode and encode one.
using notification_table = notification_kinds<
    notification_kind<1, room_crashed, &room_crashed::room_id>,
    notification_kind<2, peer_connected, &peer_connected::room_id, &peer_connected::peer_id>,
    notification_kind<3, peer_disconnected, &peer_disconnected::room_id,
                      &peer_disconnected::peer_id>,
    notification_kind<4, peer_crashed, &peer_crashed::room_id, &peer_crashed::peer_id,
                      &peer_crashed::reason>,
    notification_kind<5, component_crashed, &component_crashed::room_id,
                      &component_crashed::component_id>,
    notification_kind<10, room_created, &room_created::room_id>,
    notification_kind<11, room_deleted, &room_deleted::room_id>,
    notification_kind<12, metrics_report, &metrics_report::metrics>,
    notification_kind<13, hls_playable, &hls_playable::room_id, &hls_playable::component_id>,
    notification_kind<14, hls_uploaded, &hls_uploaded::room_id>,
    notification_kind<15, hls_upload_crashed, &hls_upload_crashed::room_id>,
    notification_kind<16, peer_metadata_updated, &peer_metadata_updated::room_id,
                      &peer_metadata_updated::peer_id, &peer_metadata_updated::metadata>,
    notification_kind<17, track_added, &track_added::room_id, &track_added::endpoint,
                      &track_added::track>,
    notification_kind<18, track_removed, &track_removed::room_id, &track_removed::endpoint,
                      &track_removed::track>,
    notification_kind<19, track_metadata_updated, &track_metadata_updated::room_id,
                      &track_metadata_updated::endpoint, &track_metadata_updated::track>,
    notification_kind<20, peer_added, &peer_added::room_id, &peer_added::peer_id>,
    notification_kind<21, peer_deleted, &peer_deleted::room_id, &peer_deleted::peer_id>>;

}  // namespace jellyfish::detail::wire
