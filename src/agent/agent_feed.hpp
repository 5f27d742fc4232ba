#pragma once

#include "agent/agent_session.hpp"
#include "agent/agent_stream.hpp"
#include "session/session_feed.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace jellyfish::detail {

/// Passes events from a session of an agent to its stream, and requests from the stream to the
/// session.
class agent_feed final : public session_feed {
public:
    agent_feed(const session_parameters& settings, std::shared_ptr<agent_stream> to, generation id)
        : to_(std::move(to)), id_(id), session_(settings, std::chrono::steady_clock::now()) {}

    [[nodiscard]] session& state() noexcept override { return session_; }
    [[nodiscard]] std::size_t receive(std::string_view bytes, time_point now,
                                      std::size_t limit) override {
        return session_.receive(bytes, now, batch_, limit);
    }
    [[nodiscard]] std::size_t decoded() const noexcept override { return batch_.size(); }
    [[nodiscard]] bool deliver() override { return to_->push(id_, batch_); }
    void deliver_beyond_limit() override { to_->push_beyond_limit(id_, batch_); }

    /// Takes few requests at a time: those still in the stream can be interrupted.
    void prepare_to_send() override {
        if (session_.outbound().size() < chunk) take(chunk);
    }
    void prepare_to_close() override { take(SIZE_MAX); }

private:
    static constexpr std::size_t chunk = 65'536;

    void take(std::size_t limit) {
        if (session_.phase() == session_phase::ready) to_->take(id_, session_, limit);
    }

    const std::shared_ptr<agent_stream> to_;
    const generation id_;
    agent_session session_;
    agent_events batch_;
};

}  // namespace jellyfish::detail
