#include "notifier/notification_session.hpp"

#include <string>
#include <utility>
#include <variant>

namespace jellyfish::detail {

notification_session::notification_session(notification_session_parameters settings, time_point now)
    : session(settings, kind, encode(wire::control_message(wire::auth_request{settings.token})),
              now),
      events_(std::move(settings.events)) {}

std::size_t notification_session::receive(std::string_view bytes, time_point now,
                                          notification_slots& out, std::size_t limit) {
    return receive_messages(
        bytes, now,
        [&] {
            while (!batch_.empty()) {
                if (out.size() >= limit) return false;
                receive_part(out);
                if (phase() == session_phase::closed) return false;
            }
            return out.size() < limit;
        },
        [&](std::string_view message) { handle_message(message, now, out); });
}

void notification_session::handle_message(std::string_view bytes, time_point now,
                                          notification_slots& out) {
    switch (wire::decode_server_message(bytes, out.spare(), control_)) {
        case wire::decoded::malformed:
            fail(errc::malformed_message, "a message of " + std::to_string(bytes.size()) + " bytes",
                 ws::close_code::invalid_payload);
            break;
        case wire::decoded::notification:
            if (may_notify()) out.add_spare();
            break;
        case wire::decoded::batch:
            if (may_notify()) batch_ = std::move(std::get<wire::notification_batch>(control_));
            break;
        case wire::decoded::control:
            handle_control(now);
            break;
    }
}

/// Whether the server may send notifications. Otherwise closes the session.
bool notification_session::may_notify() {
    if (phase() != session_phase::authenticating) return true;
    fail(errc::unexpected_message, "a notification before authentication",
         ws::close_code::policy_violation);
    return false;
}

void notification_session::receive_part(notification_slots& out) {
    switch (wire::decode_part(batch_, out.spare(), control_)) {
        case wire::decoded::notification:
            out.add_spare();
            break;
        case wire::decoded::control:
            count_ignored();
            break;
        case wire::decoded::malformed:
        case wire::decoded::batch:
            fail(errc::malformed_message, "a part of a batch", ws::close_code::invalid_payload);
            break;
    }
}

void notification_session::handle_control(time_point now) {
    if (std::holds_alternative<wire::no_content>(control_)) {
        count_ignored();
    } else if (const auto* response = std::get_if<wire::subscribe_response>(&control_);
               response != nullptr && phase() != session_phase::authenticating) {
        handle_subscribed(response->type);
        if (phase() == session_phase::subscribing && all_confirmed())
            enter(session_phase::ready, now);
    } else if (std::holds_alternative<wire::authenticated>(control_) &&
               phase() == session_phase::authenticating) {
        enter(session_phase::subscribing, now);
        for (const event_type each : events_) {
            if (!requested_[index(each)]) send_subscription(each);
        }
        if (all_confirmed()) enter(session_phase::ready, now);  // None were requested.
    } else if (phase() != session_phase::closing) {
        fail(errc::unexpected_message, "a message not allowed in this phase of the session",
             ws::close_code::policy_violation);
    }
}

void notification_session::handle_subscribed(int type) {
    for (const event_type each : {event_type::server_notification, event_type::metrics}) {
        if (type == static_cast<int>(each) && requested_[index(each)]) {
            confirmed_[index(each)] = true;
            if (all_confirmed()) response_received();
            return;
        }
    }
    // A newer server may confirm event types unknown to this version.
    constexpr int last_known = static_cast<int>(event_type::metrics);
    if (type < 0 || type > last_known) return;
    fail(errc::unexpected_message, "a confirmation of a subscription that was not requested",
         ws::close_code::policy_violation);
}

bool notification_session::all_confirmed() const noexcept {
    return confirmed_[0] == requested_[0] && confirmed_[1] == requested_[1];
}

void notification_session::subscribe(event_type type, time_point now) {
    if (phase() != session_phase::ready || requested_[index(type)]) return;
    expect_response(now);
    send_subscription(type);
}

void notification_session::send_subscription(event_type type) {
    requested_[index(type)] = true;
    send_message(encode(wire::control_message(wire::subscribe_request{static_cast<int>(type)})));
}

}  // namespace jellyfish::detail
