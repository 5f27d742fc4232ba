#pragma once

#include <jellyfish/notification.hpp>

#include "sandbox/rooms/room_registry.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace jellyfish::test {

/// A host of a room registry that records its calls, one line each, and has a manual clock. Ids are
/// `id-1`, `id-2` and so on.
class registry_recorder : public testing::detail::registry_host {
public:
    /// Returns the calls since the last take().
    std::vector<std::string> take() { return std::exchange(recorded_, {}); }

    void pass(std::chrono::milliseconds time) { now_ += time; }

    [[nodiscard]] testing::detail::time_point now() const override { return now_; }
    [[nodiscard]] std::string new_id() override { return "id-" + std::to_string(++last_id_); }

    void log(log_level, std::string) override {}
    void on_webhook(const std::string& id, const std::optional<std::string>& url, bool) override {
        if (url) recorded_.push_back("webhook of " + id + ": " + *url);
    }
    void on_livestream_ended(const std::string& id) override {
        recorded_.push_back("livestream " + id + " ends");
    }
    void on_notification(const notification& value) override {
        std::ostringstream out;
        out << value;
        recorded_.push_back(out.str());
    }
    void on_peer_stopped(testing::detail::socket_id socket, std::uint16_t code,
                         std::string reason) override {
        recorded_.push_back("socket " + std::to_string(socket) + " closes " + std::to_string(code) +
                            ' ' + reason);
    }
    void on_hls_started(const std::string& room_id, bool persistent) override {
        recorded_.push_back("hls of " + room_id + (persistent ? " persists" : " starts"));
    }
    void on_hls_stopped(const std::string& room_id) override {
        recorded_.push_back("hls of " + room_id + " stops");
    }
    void on_hls_finished(const std::string& room_id, const testing::detail::hls_task&) override {
        recorded_.push_back("hls of " + room_id + " is finished");
    }

private:
    testing::detail::time_point now_{std::chrono::hours(1)};
    int last_id_ = 0;
    std::vector<std::string> recorded_;
};

}  // namespace jellyfish::test
