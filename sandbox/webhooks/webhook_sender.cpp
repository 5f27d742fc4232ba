#include "sandbox/webhooks/webhook_sender.hpp"

#include "sandbox/server/digest.hpp"
#include "sandbox/webhooks/webhook_link.hpp"
#include "text/redact.hpp"
#include "wire/server_message.hpp"

#include <exception>
#include <iterator>
#include <utility>

#include <boost/algorithm/hex.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::testing::detail {

using jellyfish::detail::webhook_url_without_secrets;

namespace {

/// Returns the value of Fishjam's signature header; empty without a secret.
std::string signature_of(const std::string& body, const std::string& secret) {
    if (secret.empty()) return {};
    std::string out = "sha256=";
    boost::algorithm::hex_lower(hmac_sha256(secret, body), std::back_inserter(out));
    return out;
}

/// Returns the only notification, or a batch of several.
std::string body_of(std::string first, const std::vector<std::string>& more) {
    if (more.empty()) return first;
    namespace wire = jellyfish::detail::wire;
    wire::notification_batch batch;
    batch.add(first);
    for (const std::string& each : more)
        batch.add(each);
    return wire::encode(wire::control_message(std::move(batch)));
}

}  // namespace

webhook_sender::webhook_sender(boost::asio::io_context& io, settings how)
    : io_(io), settings_(std::move(how)) {}

webhook_sender::~webhook_sender() = default;

void webhook_sender::add_source(const std::string& id, webhook_target target) {
    if (target.url.empty()) return;
    known_.insert(id);
    push({{id, "", false, false}, std::move(target)});
}

void webhook_sender::remove_source(const std::string& id) {
    if (known_.erase(id) != 0) push({{id, "", false, false}, webhook_target()});
}

void webhook_sender::notify(const webhook_notification& value) {
    if (!knows(value.source) && settings_.url.empty()) return;
    if (value.is_last) known_.erase(value.source);
    push({value, std::nullopt});
}

void webhook_sender::push(job value) {
    if (stopped_) return;
    if (jobs_.size() >= max_queued) {
        settings_.warn("Webhook queue full: dropped the newest notification");
        settings_.on_done(1, false);
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
        if (next.target) {
            set_target(next.what.source, std::move(*next.target));
            continue;
        }
        const webhook_target target = take_target(next.what);
        if (target.url.empty()) continue;
        std::vector<std::string> more;
        if (target.batch) more = take_batch(next.what);
        const std::size_t count = 1 + more.size();
        const std::string body = body_of(std::move(next.what.bytes), more);
        try {
            co_await send(target.url, body, count);
        } catch (const std::exception& error) {
            // For example, credentials that are too long for a header.
            fail(target.url, error.what(), count);
        }
    }
}

void webhook_sender::set_target(const std::string& source, webhook_target target) {
    if (target.url.empty()) {
        targets_.erase(source);
    } else {
        targets_[source] = std::move(target);
    }
}

webhook_target webhook_sender::take_target(const webhook_notification& value) {
    const auto found = targets_.find(value.source);
    if (found == targets_.end()) return {settings_.url, false};
    return value.is_last ? std::move(targets_.extract(found).mapped()) : found->second;
}

std::vector<std::string> webhook_sender::take_batch(const webhook_notification& first) {
    std::vector<std::string> out;
    std::size_t size = first.bytes.size();
    bool complete = first.alone || first.is_last;
    for (auto at = jobs_.begin(); at != jobs_.end() && !complete;) {
        if (at->what.source != first.source) {
            ++at;
            continue;
        }
        size += at->what.bytes.size();
        if (at->target || at->what.alone || size > max_batch) break;
        complete = at->what.is_last;
        out.push_back(std::move(at->what.bytes));
        at = jobs_.erase(at);
    }
    if (complete && !out.empty()) targets_.erase(first.source);
    return out;
}

boost::asio::awaitable<void> webhook_sender::send(const std::string& url, const std::string& body,
                                                  std::size_t notifications) {
    const auto target = parse_webhook_url(url);
    if (!target) {
        crash(url, notifications);
        co_return;
    }
    // One request at a time: no link is in use here.
    if (links_.size() >= max_links) links_.clear();
    auto& link = links_[(target->secure ? "https " : "http ") + target->authority];
    if (!link) link = make_webhook_link(io_, settings_.tls);
    const std::string signature = signature_of(body, settings_.secret);
    const webhook_result result = co_await link->post(*target, body, signature, settings_.timeout);
    if (result.status == 0) fail(url, result.error, notifications);
    if (result.status == 0 || stopped_) co_return;
    if (result.status < 200 || result.status > 299) {
        settings_.warn(
            "Notification send through webhook: " + webhook_url_without_secrets(url) +
            ", but resulted with not sucessful response: " + std::to_string(result.status));
    }
    settings_.on_done(notifications, true);
}

void webhook_sender::fail(const std::string& url, const std::string& reason,
                          std::size_t notifications) {
    if (stopped_) return;
    settings_.warn("Couldn't send notification through webhook: " +
                   webhook_url_without_secrets(url) + ", reason: " + reason);
    settings_.on_done(notifications, false);
}

void webhook_sender::crash(const std::string& url, std::size_t notifications) {
    settings_.warn("GenServer Jellyfish.WebhookNotifier terminating: no request can be made of " +
                   webhook_url_without_secrets(url));
    settings_.on_done(notifications, false);
    jobs_.clear();
    targets_.clear();
    known_.clear();
}

void webhook_sender::shut_down() {
    stopped_ = true;
    jobs_.clear();
    for (auto& [name, link] : links_)
        link->abort();
}

}  // namespace jellyfish::testing::detail
