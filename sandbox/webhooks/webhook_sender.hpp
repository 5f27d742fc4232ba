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
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

namespace jellyfish::testing::detail {

class webhook_link;

/// A notification to post.
struct webhook_notification {
    std::string source;  ///< The id of its room or livestream, or empty.
    std::string bytes;
    bool is_last = false;  ///< Whether it is the last one of its source.
    bool alone = false;    ///< Whether it is never part of a batch.
};

/// The destination of a room's or livestream's notifications.
struct webhook_target {
    std::string url;  ///< Empty: none is posted.
    bool batch = false;
};

/// Posts notifications to webhooks: once each, one request at a time for the whole node, on
/// persistent connections (protocol: "Webhooks"). With batches, a request contains all queued
/// notifications of its source.
class webhook_sender {
public:
    struct settings {
        std::chrono::milliseconds timeout;
        boost::asio::ssl::context& tls;  ///< Verifies `https` receivers.
        std::string url;                 ///< For notifications of unknown sources; empty: none.
        std::string secret;              ///< Signs the requests, unless it is empty.
        /// A warning for the log.
        std::function<void(std::string)> warn;
        /// Called after each request with the number of its notifications, delivered or not.
        std::function<void(std::size_t notifications, bool delivered)> on_done;
    };

    webhook_sender(boost::asio::io_context& io, settings how);
    ~webhook_sender();

    /// Sets the target of a source's notifications from now on.
    void add_source(const std::string& id, webhook_target target);
    /// Forgets the target of a source once what is queued was posted.
    void remove_source(const std::string& id);
    /// Whether the source was added, and neither removed nor its last notification queued.
    [[nodiscard]] bool knows(const std::string& id) const { return known_.contains(id); }
    /// Queues a notification, if there is a URL for it.
    void notify(const webhook_notification& value);

    void shut_down();

private:
    static constexpr std::size_t max_queued = 1'000'000;
    static constexpr std::size_t max_links = 64;
    static constexpr std::size_t max_batch = 262'144;  ///< The notifications' size, in bytes.

    /// A task of the sender: set the target of a source, or send.
    struct job {
        webhook_notification what;
        std::optional<webhook_target> target;  ///< Without a URL: forget the target.
    };

    void push(job value);
    /// Carries out the jobs until there are none.
    /// @param running Keeps `running_` set until the coroutine ends, also by an exception.
    boost::asio::awaitable<void> run(std::shared_ptr<void> running);
    boost::asio::awaitable<void> send(const std::string& url, const std::string& body,
                                      std::size_t notifications);
    void set_target(const std::string& source, webhook_target target);
    /// Returns the target of a notification; after the last one, forgets it.
    [[nodiscard]] webhook_target take_target(const webhook_notification& value);
    /// Takes the queued notifications of the same source, in order, as long as they fit into one
    /// batch with the first.
    [[nodiscard]] std::vector<std::string> take_batch(const webhook_notification& first);
    /// Reports notifications that could not be sent.
    void fail(const std::string& url, const std::string& reason, std::size_t notifications);
    /// Simulates a restart of the real server's sender, which loses its state.
    void crash(const std::string& url, std::size_t notifications);

    boost::asio::io_context& io_;
    settings settings_;
    std::deque<job> jobs_;
    std::map<std::string, webhook_target> targets_;
    std::set<std::string> known_;  ///< Sources, including those whose target is still queued.
    std::map<std::string, std::unique_ptr<webhook_link>> links_;
    bool stopped_ = false;
    /// Not a flag: the coroutine may be destroyed after this object.
    std::weak_ptr<void> running_;
};

}  // namespace jellyfish::testing::detail
