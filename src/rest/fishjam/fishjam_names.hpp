#pragma once

#include <jellyfish/fishjam/room.hpp>

#include "model/wire_names.hpp"

namespace jellyfish::detail {

template <>
inline constexpr auto wire_names<fishjam::room_type> = std::to_array<wire_name<fishjam::room_type>>(
    {{fishjam::room_type::conference, "conference"},
     {fishjam::room_type::audio_only, "audio_only"},
     {fishjam::room_type::livestream, "livestream"},
     {fishjam::room_type::audio_only_livestream, "audio_only_livestream"}});

template <>
inline constexpr auto wire_names<fishjam::audio_format> =
    std::to_array<wire_name<fishjam::audio_format>>({{fishjam::audio_format::pcm16, "pcm16"}});

}  // namespace jellyfish::detail
