#include "sandbox/server/node.hpp"

#include "async/close_on_exec.hpp"
#include "sandbox/http/connection.hpp"
#include "sandbox/http/http_session.hpp"
#include "sandbox/server/core.hpp"
#include "sandbox/sockets/sockets.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace jellyfish::testing::detail {
namespace {

using tcp = asio::ip::tcp;

/// How long to pause accepting when the system runs out of sockets.
constexpr std::chrono::milliseconds accept_pause{100};

std::string authority(const asio::ip::address& address, std::uint16_t port) {
    const std::string host =
        address.is_v6() ? '[' + address.to_string() + ']' : address.to_string();
    return host + ':' + std::to_string(port);
}

webhook_sender::settings webhook_settings(core& server) {
    return {server.options().webhook_timeout(), server.options().webhook_ca_file(),
            [&server](std::string text) { server.log(log_level::warning, text); },
            [&server](bool delivered) {
                auto& stats = server.stats();
                ++(delivered ? stats.delivered_webhooks : stats.failed_webhooks);
                server.changed();
            }};
}

}  // namespace

node::node(core& server, std::size_t index, std::uint16_t port)
    : core_(server),
      index_(index),
      port_(port),
      registry_(*this),
      media_(server.options().media_dir()),
      webhooks_(server.io(), webhook_settings(server)),
      acceptor_(server.io()),
      accept_pause_(server.io()),
      deadline_(server.io()),
      metrics_timer_(server.io()) {
    bind(true);
    port_ = acceptor_.local_endpoint().port();
    const server_options& options = server.options();
    address_ = authority(acceptor_.local_endpoint().address(), port_) + options.path_prefix();
    registry_host& events = *this;
    rest_host& host = *this;
    rest_.emplace(rest_settings{options.server_api_token(), options.version(), announced(),
                                options.path_prefix(), options.nodes(), now()},
                  registry_, media_, events, host);
}

void node::bind(bool listen) {
    error_code code;
    accept_pause_.cancel();
    acceptor_.close(code);
    const auto address = asio::ip::make_address(core_.options().address(), code);
    const tcp::endpoint endpoint(address, port_);
    if (!code) jellyfish::detail::open_close_on_exec(acceptor_, endpoint.protocol(), code);
    if (!code) acceptor_.non_blocking(true, code);
    if (!code) acceptor_.set_option(tcp::acceptor::reuse_address(true), code);
    if (!code) acceptor_.bind(endpoint, code);
    if (!code && listen) acceptor_.listen(asio::socket_base::max_listen_connections, code);
    if (!code) return;
    // Omits the source location that Asio adds.
    throw boost::system::system_error(error_code(code.value(), code.category()),
                                      "the test server cannot listen on " +
                                          core_.options().address() + ':' + std::to_string(port_));
}

void node::start() {
    asio::co_spawn(core_.io(), accept(), asio::detached);
    metrics_timer_.expires_after(core_.options().metrics_interval());
    arm_metrics();
}

void node::stop_listening() {
    try {
        bind(false);
    } catch (const boost::system::system_error& error) {
        core_.log(log_level::warning, error.what());  // The port may be taken before a restart.
    }
}

void node::stop_gracefully() {
    stop_listening();
    webhooks_.shut_down();
    std::vector<std::string> ids;
    for (const auto& [id, room] : registry_.rooms())
        ids.push_back(id);
    for (const std::string& id : ids)
        registry_.end_room(id, room_end::killed);
}

void node::shut_down() {
    stopped_ = true;
    stop_listening();
    deadline_.cancel();
    metrics_timer_.cancel();
    webhooks_.shut_down();
    registry_.clear();
}

void node::reject(bool on) {
    if (core_.stopping()) return;
    // A port that is bound but not listening refuses connections and stays reserved.
    bind(!on);
    if (!on) asio::co_spawn(core_.io(), accept(), asio::detached);
}

asio::awaitable<void> node::accept() {
    while (true) {
        const auto waited = co_await acceptor_.async_wait(tcp::acceptor::wait_read,
                                                          asio::as_tuple(asio::use_awaitable));
        error_code code = std::get<0>(waited);
        if (code == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
        tcp::socket accepted(core_.io());
        jellyfish::detail::accept_close_on_exec(acceptor_, accepted, code);
        if (code == asio::error::invalid_argument) co_return;  // No longer listening.
        if (code == asio::error::would_block || code == asio::error::connection_aborted) continue;
        if (code) {
            // The connection stays in the backlog, so waiting for one would not pause.
            core_.log(log_level::warning, "Cannot accept a connection: " + code.message());
            accept_pause_.expires_after(accept_pause);
            const auto paused =
                co_await accept_pause_.async_wait(asio::as_tuple(asio::use_awaitable));
            if (std::get<0>(paused)) co_return;
            continue;
        }
        ++core_.stats().accepted;
        core_.changed();
        auto client = std::make_shared<connection>(std::move(accepted), core_.tls(), core_.gate());
        if (core_.controls().hang_up) {
            client->abort();
            continue;
        }
        core_.add(client);
        asio::co_spawn(core_.io(), serve_http(core_, *this, std::move(client)), asio::detached);
    }
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

void node::on_webhook(const std::string& room_id, const std::string& url) {
    webhooks_.add_room(room_id, url);
}

void node::on_notification(const notification& value) {
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
    if (const auto found = core_.find_peer_socket(socket)) found->close(code, reason);
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
    node& best = core_.emptiest_node();
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

}  // namespace jellyfish::testing::detail
