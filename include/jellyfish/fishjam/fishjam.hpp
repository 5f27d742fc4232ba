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

/// What only Fishjam Cloud has: its calls, and its agents. What all servers have is in `jellyfish`.
namespace jellyfish::fishjam {}
