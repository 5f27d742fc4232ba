#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/room_tracker.hpp>

#include "tracker/change_inbox.hpp"
#include "tracker/tracker_session.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish::detail {

/// Implementation of `room_tracker`: an inbox and the current session.
class tracker_impl {
public:
    using next_handler = operation_handler<std::optional<room_change>>;

    tracker_impl(asio::any_io_executor executor, client_options client, notifier_options session,
                 room_tracker_options options);

    [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }
    [[nodiscard]] change_inbox& inbox() noexcept { return *inbox_; }

    void start(operation_handler<> handler);
    void next(next_handler handler, std::optional<change_inbox::time_point> deadline);
    [[nodiscard]] std::optional<room_change> try_next();
    void refresh();
    void reload_tls();
    void close(operation_handler<> handler);

    /// Called by the tracker's destructor: stops the session and completes all operations.
    void destroy();

private:
    [[nodiscard]] std::shared_ptr<tracker_session> session() const;

    const asio::any_io_executor executor_;
    const client_options client_;
    const notifier_options session_options_;
    const room_tracker_options options_;
    const std::shared_ptr<change_inbox> inbox_;

    mutable std::mutex mutex_;
    std::shared_ptr<tracker_session> session_;
};

}  // namespace jellyfish::detail
