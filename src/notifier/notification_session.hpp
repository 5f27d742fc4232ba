#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/notifier_options.hpp>

#include "delivery/notification_slots.hpp"
#include "session/session.hpp"
#include "wire/server_message.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

/// The parameters of a session that receives notifications.
struct notification_session_parameters : session_parameters {
    std::vector<event_type> events{event_type::server_notification};
};

/// A session that subscribes to events and receives notifications.
class notification_session final : public session {
public:
    static constexpr session_kind kind{"/socket/server/websocket", "receive notifications",
                                       "Jellyfish or Fishjam"};

    notification_session(notification_session_parameters settings, time_point now);

    /// Parses bytes received from the server and appends notifications to `out` until it holds
    /// `limit`. Returns the number of bytes consumed. The rest is incomplete (see `needed()`) or
    /// exceeds `limit`; pass it again. The parts of a batch that exceed `limit` are kept for the
    /// next call.
    [[nodiscard]] std::size_t receive(std::string_view bytes, time_point now,
                                      notification_slots& out, std::size_t limit);

    /// Requests another subscription. Has an effect in the phase `ready` only. `subscribed()`
    /// returns true once it is confirmed.
    void subscribe(event_type type, time_point now);

    [[nodiscard]] bool subscribed(event_type type) const noexcept {
        return confirmed_[index(type)];
    }

private:
    [[nodiscard]] static std::size_t index(event_type type) noexcept {
        return type == event_type::metrics ? 1 : 0;
    }

    void handle_message(std::string_view bytes, time_point now, notification_slots& out);
    [[nodiscard]] bool may_notify();
    void receive_part(notification_slots& out);
    void handle_control(time_point now);
    void handle_subscribed(int type);
    void send_subscription(event_type type);
    [[nodiscard]] bool all_confirmed() const noexcept;

    std::vector<event_type> events_;
    wire::control_message control_;
    wire::notification_batch batch_;      // The parts that are still to be received.
    bool requested_[2] = {false, false};  // Subscriptions requested.
    bool confirmed_[2] = {false, false};  // Subscriptions confirmed by the server.
};

}  // namespace jellyfish::detail
