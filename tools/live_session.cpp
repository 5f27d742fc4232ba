#include "live_session.hpp"

#include <jellyfish/error.hpp>

#include "failure_text.hpp"
#include "output.hpp"

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <variant>

namespace tool {

session_limits limits_from(const invocation& args) {
    session_limits out;
    out.count = args.number<std::uint64_t>("count", 1);
    if (const auto text = args.text("for")) {
        constexpr double longest = 1e9;
        char* end = nullptr;
        const double seconds = std::strtod(text->c_str(), &end);
        if (text->empty() || *end != '\0' || !(seconds >= 0 && seconds <= longest))
            throw usage_error(invalid("--for", *text, "a number of seconds"));
        out.time = std::chrono::milliseconds(std::llround(seconds * 1'000));
    }
    return out;
}

jellyfish::reconnect_policy reconnect_policy_from(const invocation& args) {
    // Reconnect soon after a restart of the server, not after up to half a minute.
    return jellyfish::reconnect_policy()
        .max_delay(std::chrono::seconds(5))
        .retry_first_connect(args.has("wait"));
}

live_session::live_session(asio::any_io_executor executor, const invocation& args,
                           const jellyfish::notifier_options& options)
    : notifier_(executor, args.client, options),
      signals_(executor, SIGINT, SIGTERM),
      timer_(executor),
      limits_(limits_from(args)),
      address_(args.client.server_address()),
      waits_(args.has("wait")),
      alive_(std::make_shared<int>()) {}

void live_session::end() {
    ended_ = true;
    notifier_.close([](boost::system::error_code) {});
}

void live_session::close_on_signal() {
    const std::weak_ptr<void> alive = alive_;
    signals_.async_wait([this, alive](boost::system::error_code failure, int) {
        if (!failure && !alive.expired()) end();
    });
    if (!limits_.time) return;
    timer_.expires_after(*limits_.time);
    timer_.async_wait([this, alive](boost::system::error_code failure) {
        if (!failure && !alive.expired()) end();
    });
}

/// Returns false when a signal or the time limit came before the session.
asio::awaitable<bool> live_session::connect() {
    if (waits_) print_message("waiting for the server");
    try {
        co_await notifier_.connect();
    } catch (const jellyfish::error&) {
        if (!ended_) throw;
        co_return false;
    }
    print_message("connected to " + address_);
    co_return true;
}

void live_session::log_change(const jellyfish::notification& value) const {
    if (const auto* const lost = std::get_if<jellyfish::disconnected>(&value)) {
        print_message("session lost (" + text_of(lost->code) +
                      (lost->reason.empty() ? "" : "; " + translated(lost->reason)) +
                      "); reconnecting");
    } else if (std::holds_alternative<jellyfish::reconnected>(value)) {
        print_message("reconnected");
    }
}

asio::awaitable<void> live_session::run(
    const std::function<bool(const jellyfish::notification&)>& show) {
    close_on_signal();
    const bool connected = co_await connect();
    std::uint64_t shown = 0;
    if (connected) {
        while (auto notification = co_await notifier_.next()) {
            log_change(*notification);
            if (show(*notification)) ++shown;
            if (limits_.count && shown >= *limits_.count) break;
        }
    }
    signals_.cancel();
    timer_.cancel();
    co_await notifier_.close();
}

}  // namespace tool
