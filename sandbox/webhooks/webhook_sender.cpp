#include "sandbox/webhooks/webhook_sender.hpp"

#include "sandbox/webhooks/webhook_link.hpp"
#include "text/redact.hpp"

#include <exception>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::testing::detail {

using jellyfish::detail::webhook_url_without_secrets;

webhook_sender::webhook_sender(boost::asio::io_context& io, settings how)
    : io_(io), settings_(std::move(how)) {}

webhook_sender::~webhook_sender() = default;

void webhook_sender::add_room(const std::string& room_id, const std::string& url) {
    known_.insert(room_id);
    push({room_id, url, {}, false});
}

void webhook_sender::notify(const std::string& room_id, const std::string& bytes, bool is_last) {
    if (!known_.contains(room_id)) return;
    if (is_last) known_.erase(room_id);
    push({room_id, std::nullopt, bytes, is_last});
}

void webhook_sender::push(job value) {
    if (stopped_) return;
    if (jobs_.size() >= max_queued) {
        settings_.warn("Webhook queue full: dropped the newest notification");
        settings_.on_done(false);
        return;
    }
    jobs_.push_back(std::move(value));
    if (!running_.expired()) return;
    std::shared_ptr<void> running = std::make_shared<char>();
    running_ = running;
    boost::asio::co_spawn(io_, run(std::move(running)), boost::asio::detached);
}

boost::asio::awaitable<void> webhook_sender::run([[maybe_unused]] std::shared_ptr<void> running) {
    while (!jobs_.empty() && !stopped_) {
        job next = std::move(jobs_.front());
        jobs_.pop_front();
        if (next.url) {
            urls_[next.room_id] = std::move(*next.url);
            continue;
        }
        const auto found = urls_.find(next.room_id);
        if (found == urls_.end()) continue;
        const std::string url = found->second;
        if (next.is_last) urls_.erase(found);
        try {
            co_await send(url, next.bytes);
        } catch (const std::exception& error) {
            fail(url, error.what());  // Such as credentials that are too long for a header.
        }
    }
}

boost::asio::awaitable<void> webhook_sender::send(const std::string& url,
                                                  const std::string& bytes) {
    const auto target = parse_webhook_url(url);
    if (!target) {
        crash(url);
        co_return;
    }
    // One request at a time: no link is in use here.
    if (links_.size() >= max_links) links_.clear();
    auto& link = links_[(target->secure ? "https " : "http ") + target->authority];
    if (!link) link = make_webhook_link(io_, settings_.tls);
    const webhook_result result = co_await link->post(*target, bytes, settings_.timeout);
    if (result.status == 0) fail(url, result.error);
    if (result.status == 0 || stopped_) co_return;
    if (result.status < 200 || result.status > 299) {
        settings_.warn(
            "Notification send through webhook: " + webhook_url_without_secrets(url) +
            ", but resulted with not sucessful response: " + std::to_string(result.status));
    }
    settings_.on_done(true);
}

void webhook_sender::fail(const std::string& url, const std::string& reason) {
    if (stopped_) return;
    settings_.warn("Couldn't send notification through webhook: " +
                   webhook_url_without_secrets(url) + ", reason: " + reason);
    settings_.on_done(false);
}

void webhook_sender::crash(const std::string& url) {
    settings_.warn("GenServer Jellyfish.WebhookNotifier terminating: no request can be made of " +
                   webhook_url_without_secrets(url));
    settings_.on_done(false);
    jobs_.clear();
    urls_.clear();
    known_.clear();
}

void webhook_sender::shut_down() {
    stopped_ = true;
    jobs_.clear();
    for (auto& [name, link] : links_)
        link->abort();
}

}  // namespace jellyfish::testing::detail
