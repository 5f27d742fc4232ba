#include <jellyfish/error.hpp>
#include <jellyfish/metrics.hpp>

#include "failure_text.hpp"
#include "live_session.hpp"
#include "metrics_table.hpp"
#include "model_json.hpp"
#include "output.hpp"
#include "text/quoted.hpp"

#include <iostream>
#include <sstream>
#include <variant>

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
    if (is_one_of<room_created, peer_added, peer_connected, track_added, hls_playable,
                  hls_uploaded>(value))
        return green;
    if (is_one_of<room_deleted, peer_deleted, peer_disconnected, track_removed>(value))
        return yellow;
    if (is_one_of<peer_metadata_updated, track_metadata_updated, metrics_report>(value))
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

}  // namespace

asio::awaitable<void> watch(const invocation& args) {
    auto options = jellyfish::notifier_options().reconnect(reconnect_policy_from(args));
    if (args.has("metrics")) options.add_event(jellyfish::event_type::metrics);
    const std::function<bool(const jellyfish::notification&)> show =
        [&](const jellyfish::notification& value) {
            print_notification(args, value);
            return !is_of_session(value);
        };
    live_session session(co_await asio::this_coro::executor, args, options);
    co_await session.run(show);
}

asio::awaitable<void> show_metrics(const invocation& args) {
    const auto options = jellyfish::notifier_options()
                             .events({jellyfish::event_type::metrics})
                             .reconnect(reconnect_policy_from(args));
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
    live_session session(co_await asio::this_coro::executor, args, options);
    co_await session.run(show);
}

}  // namespace tool
