#include "notifier/notification_feed.hpp"

#include <algorithm>
#include <chrono>

namespace jellyfish::detail {

using clock = std::chrono::steady_clock;

notification_feed::notification_feed(session_parameters settings, event_list events,
                                     std::shared_ptr<notification_stream> to, generation id)
    : events_(std::move(events)),
      to_(std::move(to)),
      id_(id),
      session_({std::move(settings), *events_}, clock::now()) {}

void notification_feed::announce() {
    for (const event_type type : {event_type::server_notification, event_type::metrics}) {
        bool& confirmed = confirmed_[type == event_type::metrics ? 1 : 0];
        if (confirmed == session_.subscribed(type)) continue;
        confirmed = true;
        if (std::ranges::find(*events_, type) == events_->end()) events_->push_back(type);
        to_->confirm_subscription(id_, type);
    }
}

void notification_feed::subscribe(event_type type) {
    session_.subscribe(type, clock::now());
    if (session_.subscribed(type)) to_->confirm_subscription(id_, type);
}

}  // namespace jellyfish::detail
