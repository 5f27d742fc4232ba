#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker_options.hpp>

#include "async/backoff.hpp"
#include "tracker/tracked_rooms.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

/// The configuration of a tracker's session.
struct tracker_plan {
    generation id = 0;
    client_options client;
    notifier_options session;
    room_tracker_options options;
};

/// One session of a tracker: passes notifications, and the responses to the reconciler's requests,
/// to the view. Contains no logic about rooms. Keeps itself alive until it is closed.
class tracker_session : public std::enable_shared_from_this<tracker_session> {
public:
    using strand = asio::strand<asio::any_io_executor>;

    tracker_session(const asio::any_io_executor& executor, tracker_plan plan,
                    std::shared_ptr<tracked_rooms> to);

    // Thread-safe.
    void start();
    void close();    ///< Closes with the closing handshake.
    void stop();     ///< Closes immediately.
    void refresh();  ///< Requests a snapshot.
    void reload_tls();

private:
    using self_ptr = std::shared_ptr<tracker_session>;
    using emitter = std::function<void(room_reconciler&)>;

    // All below: on the strand only.
    static asio::awaitable<void> run(self_ptr self);
    static asio::awaitable<void> take_notifications(self_ptr self);
    static asio::awaitable<void> close_notifier(self_ptr self);
    static asio::awaitable<void> refresh_now_and_then(self_ptr self);
    static asio::awaitable<void> fetch(self_ptr self, fetch_request request);
    static asio::awaitable<emitter> call(self_ptr self, fetch_request request);
    static asio::awaitable<void> sleep(self_ptr self, std::chrono::milliseconds time);

    void spawn(asio::awaitable<void> what);
    void update(const emitter& report);
    void failed(const fetch_request& request, const error& reason);
    void note_server();
    [[nodiscard]] room_api& api();
    void begin_close();
    void finish();
    void request_snapshot();
    [[nodiscard]] std::chrono::milliseconds wait_before(std::uint32_t attempt);

    const strand executor_;
    const tracker_plan plan_;
    const std::shared_ptr<tracked_rooms> rooms_;
    const backoff backoff_{std::chrono::milliseconds(500), std::chrono::seconds(30)};

    std::optional<notifier> notifier_;
    std::map<std::string, room_api, std::less<>> apis_;  // By server address.
    std::string server_;                    // The server that sent the current notifications.
    std::set<asio::steady_timer*> timers_;  // Of the sleeping coroutines.
    std::mt19937 random_{std::random_device()()};
    bool snapshot_pending_ = false;  // Request one once the queue has capacity.
    bool closing_ = false;           // No more fetches.
};

}  // namespace jellyfish::detail
