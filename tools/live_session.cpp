#include "live_session.hpp"

#include <jellyfish/error.hpp>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <exception>

namespace tool {

void add_session_options(boost::program_options::options_description& to, const char* counted) {
    add_text_option(to, "count", "N", counted);
    add_text_option(to, "for", "SECONDS", "end after so long, as 2.5");
    add_flag(to, "wait", "wait for a server that cannot be reached yet");
}

session_limits limits_from(const invocation& given) {
    session_limits out;
    out.count = given.number<std::uint64_t>("count", 1);
    if (const auto text = given.text("for")) {
        constexpr double longest = 1e9;
        char* end = nullptr;
        const double seconds = std::strtod(text->c_str(), &end);
        if (text->empty() || *end != '\0' || !(seconds >= 0 && seconds <= longest))
            throw usage_error("--for must be a number of seconds");
        out.time = std::chrono::milliseconds(std::llround(seconds * 1'000));
    }
    return out;
}

jellyfish::reconnect_policy reconnect_policy_from(const invocation& given) {
    // Whoever watches wants to see a server that is back, and not half a minute later.
    return jellyfish::reconnect_policy()
        .max_delay(std::chrono::seconds(5))
        .retry_first_connect(given.has("wait"));
}

live_session::live_session(asio::any_io_executor executor, const invocation& given,
                           const jellyfish::notifier_options& options)
    : notifier_(executor, given.client, options),
      signals_(executor, SIGINT, SIGTERM),
      timer_(executor),
      limits_(limits_from(given)),
      alive_(std::make_shared<int>()) {}

void live_session::end() {
    ended_ = true;
    notifier_.close([](boost::system::error_code) {});
}

void live_session::close_when_told() {
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

/// Gives false when the end came before the session.
asio::awaitable<bool> live_session::connect() {
    try {
        co_await notifier_.connect();
    } catch (const jellyfish::error&) {
        if (!ended_) throw;
        co_return false;
    }
    co_return true;
}

asio::awaitable<void> live_session::run(
    const std::function<bool(const jellyfish::notification&)>& show) {
    close_when_told();
    const bool connected = co_await connect();
    std::uint64_t shown = 0;
    if (connected) {
        while (auto notification = co_await notifier_.next()) {
            if (show(*notification)) ++shown;
            if (limits_.count && shown >= *limits_.count) break;
        }
    }
    signals_.cancel();
    timer_.cancel();
    co_await notifier_.close();
}

}  // namespace tool
