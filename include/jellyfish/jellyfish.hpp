#pragma once

#include <jellyfish/client.hpp>
#include <jellyfish/client_options.hpp>
#include <jellyfish/component.hpp>
#include <jellyfish/component_options.hpp>
#include <jellyfish/content.hpp>
#include <jellyfish/error.hpp>
#include <jellyfish/health_api.hpp>
#include <jellyfish/logger.hpp>
#include <jellyfish/metrics.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/notification_merger.hpp>
#include <jellyfish/notification_view.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/notifier_stats.hpp>
#include <jellyfish/open_enum.hpp>
#include <jellyfish/reconnect_policy.hpp>
#include <jellyfish/recording_api.hpp>
#include <jellyfish/retry_policy.hpp>
#include <jellyfish/room.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_change.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/room_tracker_options.hpp>
#include <jellyfish/s3_credentials.hpp>
#include <jellyfish/server_api.hpp>
#include <jellyfish/session_state.hpp>
#include <jellyfish/track.hpp>
#include <jellyfish/version.hpp>
#include <jellyfish/webhook.hpp>
#include <jellyfish/webhook_options.hpp>
#include <jellyfish/webhook_receiver.hpp>

/// Notifications, REST calls and webhooks of the Jellyfish media server, for Boost.Asio.
namespace jellyfish {}
