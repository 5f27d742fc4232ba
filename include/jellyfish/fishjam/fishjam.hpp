#pragma once

#include <jellyfish/fishjam/agent.hpp>
#include <jellyfish/fishjam/agent_event.hpp>
#include <jellyfish/fishjam/agent_options.hpp>
#include <jellyfish/fishjam/agent_stats.hpp>
#include <jellyfish/fishjam/livestream_api.hpp>
#include <jellyfish/fishjam/moq_api.hpp>
#include <jellyfish/fishjam/recording_api.hpp>
#include <jellyfish/fishjam/room.hpp>
#include <jellyfish/fishjam/room_api.hpp>

/// Calls and agents that only Fishjam Cloud supports. Namespace `jellyfish` has everything else.
namespace jellyfish::fishjam {}
