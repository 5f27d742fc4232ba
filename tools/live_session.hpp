#pragma once

#include <jellyfish/notifier.hpp>

#include "command.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

namespace tool {

/// The limits of a session: the options `--count` and `--for`.
struct session_limits {
    std::optional<std::uint64_t> count;
    std::optional<std::chrono::milliseconds> time;
};

[[nodiscard]] session_limits limits_from(const invocation& args);

/// Receives until a limit, SIGINT or SIGTERM; restores a lost session. Reports on the standard
/// error when the session is connected, lost and reconnected.
class live_session {
public:
    live_session(asio::any_io_executor executor, const invocation& args,
                 const jellyfish::notifier_options& options);

    /// @param show Called with each notification; returns whether it counts. Must outlive the call.
    asio::awaitable<void> run(const std::function<bool(const jellyfish::notification&)>& show);

private:
    asio::awaitable<bool> connect();
    void log_change(const jellyfish::notification& value) const;
    void close_on_signal();
    void end();

    jellyfish::notifier notifier_;
    asio::signal_set signals_;
    asio::steady_timer timer_;
    session_limits limits_;
    std::string address_;
    bool waits_;
    bool ended_ = false;
    std::shared_ptr<void> alive_;  ///< For handlers that run after the session is destroyed.
};

/// Returns the policy for a lost session, and for a server that is not reachable yet (`--wait`).
[[nodiscard]] jellyfish::reconnect_policy reconnect_policy_from(const invocation& args);

}  // namespace tool
