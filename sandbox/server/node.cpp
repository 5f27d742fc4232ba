#include "sandbox/server/node.hpp"

#include "sandbox/fishjam/fishjam_api.hpp"
#include "sandbox/http/connection.hpp"
#include "sandbox/http/http_session.hpp"
#include "sandbox/rest/rest_api.hpp"
#include "sandbox/server/core.hpp"
#include "sandbox/sockets/sockets.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

namespace jellyfish::testing::detail {
namespace {

webhook_sender::settings webhook_settings(core& server) {
    const server_options& options = server.options();
    return {options.webhook_timeout(),
            server.webhook_tls(),
            options.webhook_url(),
            options.webhook_secret(),
            [&server](std::string text) { server.log(log_level::warning, text); },
            [&server](std::size_t notifications, bool delivered) {
                auto& stats = server.stats();
                (delivered ? stats.delivered_webhooks : stats.failed_webhooks) += notifications;
                server.changed();
            }};
}

}  // namespace

node::node(core& server, std::size_t index, std::uint16_t port)
    : core_(server),
      index_(index),
      listener_(
          server.io(), server.options().address(), port,
          [this](asio::ip::tcp::socket socket) { on_connection(std::move(socket)); },
          [this](const std::string& text) { core_.log(log_level::warning, text); }),
      address_(listener_.authority() + server.options().path_prefix()),
      registry_(*this),
      media_(server.options().media_dir()),
      streams_(*this),
      recordings_(*this),
      webhooks_(server.io(), webhook_settings(server)),
      rest_(make_rest()),
      deadline_(server.io()),
      metrics_timer_(server.io()) {}

std::unique_ptr<rest_server> node::make_rest() {
    const server_options& options = core_.options();
    registry_host& events = *this;
    rest_host& host = *this;
    if (options.api() == server_api::jellyfish) {
        return std::make_unique<rest_api>(
            rest_settings{options.server_api_token(), options.version(), announced(),
                          options.path_prefix(), options.nodes(), now()},
            registry_, media_, events, host);
    }
    // Without a scheme, clients of Fishjam use TLS.
    const bool is_secure = core_.tls() != nullptr;
    return std::make_unique<fishjam_api>(
        fishjam_settings{options.server_api_token(), options.path_prefix(), options.fishjam_id(),
                         (is_secure ? "" : "http://") + announced() + "/socket/peer/websocket",
                         options.webhook_url()},
        registry_, streams_, recordings_, events, host);
}

void node::start() {
    listener_.start();
    metrics_timer_.expires_after(core_.options().metrics_interval());
    arm_metrics();
}

void node::stop_gracefully() {
    listener_.stop();
    webhooks_.shut_down();
    std::vector<std::string> ids;
    for (const auto& [id, room] : registry_.rooms())
        ids.push_back(id);
    for (const std::string& id : ids)
        registry_.end_room(id, room_end::killed);
}

void node::shut_down() {
    stopped_ = true;
    listener_.stop();
    deadline_.cancel();
    metrics_timer_.cancel();
    webhooks_.shut_down();
    registry_.clear();
    streams_.clear();
    recordings_.clear();
}

void node::reject(bool on) {
    if (core_.stopping() || stopped_) return;
    if (on) {
        listener_.stop();
    } else {
        listener_.restart();
    }
}

void node::on_connection(asio::ip::tcp::socket socket) {
    ++core_.stats().accepted;
    core_.changed();
    auto client = std::make_shared<connection>(std::move(socket), core_.tls(), core_.gate());
    if (core_.controls().hang_up) return client->abort();
    core_.add(client, *this);
    asio::co_spawn(core_.io(), serve_http(core_, *this, std::move(client)), asio::detached);
}

void node::arm_metrics() {
    metrics_timer_.async_wait([this](error_code code) {
        if (code || stopped_) return;
        report_metrics();
        metrics_timer_.expires_at(metrics_timer_.expiry() + core_.options().metrics_interval());
        arm_metrics();
    });
}

void node::report_metrics() {
    const std::string& fixed = core_.controls().metrics;
    core_.broadcast(metrics_report{fixed.empty() ? metrics_.next(registry_) : fixed});
}

time_point node::now() const { return std::chrono::steady_clock::now(); }

std::string node::new_id() { return core_.new_id(); }

void node::log(log_level level, std::string text) { core_.log(level, text); }

void node::on_webhook(const std::string& id, const std::optional<std::string>& url, bool batch) {
    webhooks_.add_source(id, {url.value_or(core_.options().webhook_url()), batch});
}

void node::on_livestream_ended(const std::string& id) { webhooks_.remove_source(id); }

void node::on_notification(const notification& value) {
    if (is_end_of_room(value)) streams_.remove(std::string(room_id_of(value)));
    core_.broadcast(value);
    // Each change may also move the next deadline.
    if (watching_) return;
    watching_ = true;
    asio::post(core_.io(), [this] {
        watching_ = false;
        watch_deadlines();
    });
}

void node::watch_deadlines() {
    const auto next = registry_.next_deadline();
    deadline_.cancel();
    if (!next || stopped_) return;
    deadline_.expires_at(*next);
    deadline_.async_wait([this](error_code code) {
        if (code || stopped_) return;
        registry_.advance();
        watch_deadlines();
    });
}

void node::on_peer_stopped(socket_id socket, std::uint16_t code, std::string reason) {
    if (const auto found = core_.find_room_socket(socket)) found->close(code, reason);
}

void node::on_hls_started(const std::string& room_id, bool persistent) {
    media_.start_hls(room_id, persistent);
}

void node::on_hls_stopped(const std::string& room_id) { media_.stop_hls(room_id); }

void node::on_hls_finished(const std::string& room_id, const hls_task& task) {
    media_.stop_hls(room_id);
    const bool uploaded = media_.finish_hls(room_id, task);
    if (!task.upload) return;
    core_.log(log_level::info, "Start uploading to s3, room: " + room_id);
    if (uploaded) core_.broadcast(hls_uploaded{room_id});
}

std::pair<room_registry*, std::string> node::place_for_room() {
    node& best = *core_.emptiest_node();  // At least this one is running.
    return {&best.registry_, best.announced()};
}

const std::string& node::announced() const noexcept {
    const std::string& other = core_.options().announced_address();
    return other.empty() ? address_ : other;
}

std::string node::make_peer_token(const std::string& room_id, const std::string& peer_id) {
    return core_.tokens().make(room_id, peer_id, std::chrono::system_clock::now());
}

std::string node::new_request_id() { return core_.new_request_id(); }

bool node::quota_exceeded() const { return core_.controls().quota_exceeded; }

}  // namespace jellyfish::testing::detail
