#pragma once

#include "sandbox/http/urls.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

namespace jellyfish::testing::detail {

class webhook_link;

/// Posts notifications to webhooks: once each, one at a time for the whole node, on persistent
/// connections (protocol: "Webhooks").
class webhook_sender {
public:
    struct settings {
        std::chrono::milliseconds timeout;
        boost::asio::ssl::context& tls;  ///< Verifies `https` receivers.
        /// A warning for the log.
        std::function<void(std::string)> warn;
        /// Called after each notification with whether it was delivered.
        std::function<void(bool)> on_done;
    };

    webhook_sender(boost::asio::io_context& io, settings how);
    ~webhook_sender();

    /// Sets the URL for the room's notifications from now on.
    void add_room(const std::string& room_id, const std::string& url);
    /// Queues a notification when the room has a webhook.
    /// @param is_last Whether this is the last notification of the room.
    void notify(const std::string& room_id, const std::string& bytes, bool is_last);

    void shut_down();

private:
    static constexpr std::size_t max_queued = 1'000'000;
    static constexpr std::size_t max_links = 64;

    /// A task of the sender: set a URL, or send.
    struct job {
        std::string room_id;
        std::optional<std::string> url;
        std::string bytes;
        bool is_last = false;
    };

    void push(job value);
    /// Carries out the jobs until there are none.
    /// @param running Keeps `running_` set until the coroutine ends, also by an exception.
    boost::asio::awaitable<void> run(std::shared_ptr<void> running);
    boost::asio::awaitable<void> send(const std::string& url, const std::string& bytes);
    /// Reports a notification that could not be sent.
    void fail(const std::string& url, const std::string& reason);
    /// Simulates a restart of the real server's sender, which loses its state.
    void crash(const std::string& url);

    boost::asio::io_context& io_;
    settings settings_;
    std::deque<job> jobs_;
    std::map<std::string, std::string> urls_;
    std::set<std::string> known_;  ///< Rooms with a URL, including those whose URL is still queued.
    std::map<std::string, std::unique_ptr<webhook_link>> links_;
    bool stopped_ = false;
    /// Not a flag: the coroutine may be destroyed after this object.
    std::weak_ptr<void> running_;
};

}  // namespace jellyfish::testing::detail
