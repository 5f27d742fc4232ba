#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/error.hpp>
#include <jellyfish/health_api.hpp>
#include <jellyfish/logger.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/room.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/track.hpp>
#include <jellyfish/version.hpp>
#include <jellyfish/webhook.hpp>
