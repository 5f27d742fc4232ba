#pragma once

#include "delivery/notification_stream.hpp"
#include "notifier/notification_session.hpp"
#include "session/session_feed.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish::detail {

/// Passes notifications from a session to its stream.
class notification_feed final : public session_feed {
public:
    /// The subscriptions of a notifier's sessions. Used on their strand only.
    using event_list = std::shared_ptr<std::vector<event_type>>;

    /// @param events Extended by what `subscribe()` adds.
    notification_feed(session_parameters settings, event_list events,
                      std::shared_ptr<notification_stream> to, generation id);

    [[nodiscard]] session& state() noexcept override { return session_; }
    [[nodiscard]] std::size_t receive(std::string_view bytes, time_point now,
                                      std::size_t limit) override {
        return session_.receive(bytes, now, batch_, limit);
    }
    [[nodiscard]] std::size_t decoded() const noexcept override { return batch_.size(); }
    void announce() override;
    [[nodiscard]] bool deliver() override { return to_->push(id_, batch_); }
    void deliver_beyond_limit() override { to_->push_beyond_limit(id_, batch_); }

    /// Requests another subscription. Reports it to the stream when the server has confirmed it.
    void subscribe(event_type type);

private:
    const event_list events_;
    const std::shared_ptr<notification_stream> to_;
    const generation id_;
    notification_session session_;
    notification_slots batch_;
    std::array<bool, 2> confirmed_{};  // The subscriptions confirmed to the stream.
};

}  // namespace jellyfish::detail
