#include <jellyfish/error.hpp>
#include <jellyfish/metrics.hpp>
#include <jellyfish/notifier.hpp>

#include "command.hpp"
#include "failure_text.hpp"
#include "metrics_table.hpp"
#include "model_json.hpp"
#include "output.hpp"
#include "text/quoted.hpp"

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <sstream>
#include <variant>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace tool {
namespace {

template <class... T>
bool is_one_of(const jellyfish::notification& value) {
    return (std::holds_alternative<T>(value) || ...);
}

/// Returns the color of a notification: green for additions, yellow for removals, red for crashes,
/// cyan for changes, and magenta for the session itself.
const char* color_of(const jellyfish::notification& value) {
    constexpr const char* green = "\033[32m";
    constexpr const char* yellow = "\033[33m";
    constexpr const char* red = "\033[31m";
    constexpr const char* cyan = "\033[36m";
    constexpr const char* magenta = "\033[35m";
    using namespace jellyfish;
    if (is_one_of<room_crashed, peer_crashed, component_crashed, hls_upload_crashed>(value))
        return red;
    if (is_one_of<room_created, peer_added, peer_connected, track_added, hls_playable, hls_uploaded,
                  stream_connected, viewer_connected, streamer_connected, channel_added>(value))
        return green;
    if (is_one_of<room_deleted, peer_deleted, peer_disconnected, track_removed, stream_disconnected,
                  viewer_disconnected, streamer_disconnected, channel_removed,
                  track_forwarding_removed>(value))
        return yellow;
    if (is_one_of<peer_metadata_updated, track_metadata_updated, track_forwarding, vad_notification,
                  recording_status_changed, metrics_report>(value))
        return cyan;
    return magenta;
}

/// Whether the library, not the server, reports it about the session.
bool is_of_session(const jellyfish::notification& value) {
    return is_one_of<jellyfish::disconnected, jellyfish::reconnected, jellyfish::dropped>(value);
}

void print_notification(const invocation& args, const jellyfish::notification& value) {
    if (args.json) {
        print_line(json_of(value));
        return;
    }
    std::ostringstream line;
    line << time_now() << ' ';
    if (args.color) line << color_of(value);
    if (const auto* const lost = std::get_if<jellyfish::disconnected>(&value)) {
        using jellyfish::detail::quoted;
        line << "disconnected{code: " << quoted{text_of(lost->code)}
             << ", reason: " << quoted{translated(lost->reason)} << '}';
    } else {
        line << value;
    }
    if (args.color) line << "\033[0m";
    print_line(line.str());
}

/// Prints the table of a report: over the previous one on a terminal, otherwise below it.
void print_report(const jellyfish::metrics_report& report) {
    const bool terminal = is_terminal();
    if (terminal) std::cout << "\033[H\033[2J";
    std::cout << time_now() << '\n';
    try {
        const jellyfish::metrics parsed = jellyfish::parse_metrics(report);
        print_metrics_table(std::cout, parsed);
    } catch (const jellyfish::error& failure) {
        std::cout << failure.info().detail << '\n';
    }
    if (!terminal) std::cout << '\n';
    flush_output();
}

/// Returns the time limit that `--for` sets.
std::optional<std::chrono::milliseconds> time_limit(const invocation& args) {
    const auto text = args.text("for");
    if (!text) return std::nullopt;
    constexpr double longest = 1e9;
    char* end = nullptr;
    const double seconds = std::strtod(text->c_str(), &end);
    if (text->empty() || *end != '\0' || !(seconds >= 0 && seconds <= longest))
        throw usage_error(invalid("--for", *text, "a number of seconds"));
    return std::chrono::milliseconds(std::llround(seconds * 1'000));
}

/// A notifier that a signal or the time limit closes.
struct live_session {
    live_session(const asio::any_io_executor& executor, const invocation& args,
                 const jellyfish::notifier_options& options)
        : notifier(executor, args.client, options) {}

    /// Called on a signal, or when the time limit expires.
    void end(boost::system::error_code failure) {
        if (failure) return;
        ended = true;
        notifier.close([](boost::system::error_code) {});
    }

    jellyfish::notifier notifier;
    bool ended = false;
};

void log_change(const jellyfish::notification& value) {
    if (const auto* const lost = std::get_if<jellyfish::disconnected>(&value)) {
        print_message("session lost (" + text_of(lost->code) +
                      (lost->reason.empty() ? "" : "; " + translated(lost->reason)) +
                      "); reconnecting");
    } else if (std::holds_alternative<jellyfish::reconnected>(value)) {
        print_message("reconnected");
    }
}

/// Receives until `--count`, `--for`, SIGINT or SIGTERM; restores a lost session. Reports on the
/// standard error when the session is connected, lost and reconnected.
/// @param show Called with each notification; returns whether it counts. Must outlive the call.
asio::awaitable<void> receive(const invocation& args, jellyfish::notifier_options options,
                              const std::function<bool(const jellyfish::notification&)>& show) {
    const auto count = args.number<std::uint64_t>("count", 1);
    const auto time = time_limit(args);
    const auto executor = co_await asio::this_coro::executor;
    // Reconnects soon after a restart of the server, not after up to half a minute.
    options.reconnect(jellyfish::reconnect_policy()
                          .max_delay(std::chrono::seconds(5))
                          .retry_first_connect(args.has("wait")));
    const auto session = std::make_shared<live_session>(executor, args, options);
    asio::signal_set signals(executor, SIGINT, SIGTERM);
    signals.async_wait(
        [session](boost::system::error_code failure, int) { session->end(failure); });
    asio::steady_timer timer(executor);
    if (time) {
        timer.expires_after(*time);
        timer.async_wait([session](boost::system::error_code failure) { session->end(failure); });
    }
    if (args.has("wait")) print_message("waiting for the server");
    try {
        co_await session->notifier.connect();
    } catch (const jellyfish::error&) {
        if (!session->ended) throw;
        co_return;
    }
    print_message("connected to " + args.client.server_address());
    std::uint64_t shown = 0;
    while (auto notification = co_await session->notifier.next()) {
        log_change(*notification);
        if (show(*notification)) ++shown;
        if (count && shown >= *count) break;
    }
    co_await session->notifier.close();
}

}  // namespace

asio::awaitable<void> watch(const invocation& args) {
    jellyfish::notifier_options options;
    if (args.has("metrics")) options.add_event(jellyfish::event_type::metrics);
    const std::function<bool(const jellyfish::notification&)> show =
        [&](const jellyfish::notification& value) {
            print_notification(args, value);
            return !is_of_session(value);
        };
    co_await receive(args, options, show);
}

asio::awaitable<void> show_metrics(const invocation& args) {
    const std::function<bool(const jellyfish::notification&)> show =
        [&](const jellyfish::notification& value) {
            const auto* const report = std::get_if<jellyfish::metrics_report>(&value);
            if (report == nullptr || args.json) {
                print_notification(args, value);
            } else {
                print_report(*report);
            }
            return report != nullptr;
        };
    const auto options = jellyfish::notifier_options().events({jellyfish::event_type::metrics});
    co_await receive(args, options, show);
}

}  // namespace tool
