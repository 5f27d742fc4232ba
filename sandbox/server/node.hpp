#pragma once

#include "sandbox/fishjam/recording_registry.hpp"
#include "sandbox/fishjam/stream_registry.hpp"
#include "sandbox/http/listener.hpp"
#include "sandbox/rest/rest_server.hpp"
#include "sandbox/rooms/media_store.hpp"
#include "sandbox/rooms/metrics.hpp"
#include "sandbox/rooms/room_registry.hpp"
#include "sandbox/webhooks/webhook_sender.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace jellyfish::testing::detail {

class core;

/// One node of a server: a port, and the rooms behind it.
class node final : private registry_host, private rest_host {
public:
    /// Starts listening.
    /// @throws boost::system::system_error when that fails.
    node(core& server, std::size_t index, std::uint16_t port);

    void start();
    /// Refuses connections, stops posting webhooks, and crashes all rooms.
    void stop_gracefully();
    void shut_down();
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }

    [[nodiscard]] std::size_t index() const noexcept { return index_; }
    [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port(); }
    [[nodiscard]] const std::string& address() const noexcept { return address_; }
    /// Returns the address that responses announce.
    [[nodiscard]] const std::string& announced() const noexcept;
    [[nodiscard]] room_registry& rooms() noexcept { return registry_; }
    [[nodiscard]] rest_server& rest() noexcept { return *rest_; }
    [[nodiscard]] stream_registry& streams() noexcept { return streams_; }
    [[nodiscard]] recording_registry& recordings() noexcept { return recordings_; }
    [[nodiscard]] webhook_sender& webhooks() noexcept { return webhooks_; }

    /// Refuses connections, or accepts them again.
    /// @throws boost::system::system_error when it cannot listen again.
    void reject(bool on);

    void report_metrics();

private:
    // registry_host
    [[nodiscard]] time_point now() const override;
    [[nodiscard]] std::string new_id() override;
    void log(log_level level, std::string text) override;
    void on_webhook(const std::string& id, const std::optional<std::string>& url,
                    bool batch) override;
    void on_livestream_ended(const std::string& id) override;
    void on_notification(const notification& value) override;
    void on_peer_stopped(socket_id socket, std::uint16_t code, std::string reason) override;
    void on_hls_started(const std::string& room_id, bool persistent) override;
    void on_hls_stopped(const std::string& room_id) override;
    void on_hls_finished(const std::string& room_id, const hls_task& task) override;

    // rest_host
    std::pair<room_registry*, std::string> place_for_room() override;
    std::string make_peer_token(const std::string& room_id, const std::string& peer_id) override;
    std::string new_request_id() override;
    [[nodiscard]] bool quota_exceeded() const override;

    [[nodiscard]] std::unique_ptr<rest_server> make_rest();
    void on_connection(boost::asio::ip::tcp::socket socket);
    void watch_deadlines();
    void arm_metrics();

    core& core_;
    std::size_t index_;
    listener listener_;
    std::string address_;
    room_registry registry_;
    media_store media_;
    stream_registry streams_;        ///< Fishjam only.
    recording_registry recordings_;  ///< Fishjam only.
    metrics_source metrics_;
    webhook_sender webhooks_;
    std::unique_ptr<rest_server> rest_;
    boost::asio::steady_timer deadline_;
    boost::asio::steady_timer metrics_timer_;
    bool watching_ = false;
    bool stopped_ = false;
};

}  // namespace jellyfish::testing::detail
