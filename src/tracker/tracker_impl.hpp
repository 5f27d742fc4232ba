#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/room_tracker.hpp>

#include "tracker/tracked_rooms.hpp"
#include "tracker/tracker_session.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish::detail {

/// Implementation of `room_tracker`: the rooms and the current session.
class tracker_impl : public std::enable_shared_from_this<tracker_impl> {
public:
    tracker_impl(asio::any_io_executor executor, client_options client, notifier_options session,
                 room_tracker_options options);

    [[nodiscard]] tracked_rooms& rooms() noexcept { return *rooms_; }

    void start(operation_handler<> handler);
    void refresh();
    void reload_tls();
    void close(operation_handler<> handler);
    void drain(operation_handler<> handler);

    /// Called by the tracker's destructor: stops the session and completes all operations.
    void destroy();

private:
    void begin_close();
    [[nodiscard]] std::shared_ptr<tracker_session> session() const;

    const asio::any_io_executor executor_;
    const client_options client_;
    const notifier_options session_options_;
    const room_tracker_options options_;
    const std::shared_ptr<tracked_rooms> rooms_;

    mutable std::mutex mutex_;
    std::shared_ptr<tracker_session> session_;
};

}  // namespace jellyfish::detail
