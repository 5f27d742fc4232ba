#include "support/session_driver.hpp"

#include "protocol/upgrade.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <utility>

namespace jellyfish::detail {

std::ostream& operator<<(std::ostream& out, session_phase phase) {
    constexpr const char* names[] = {"upgrading", "authenticating", "subscribing",
                                     "ready",     "closing",        "ended"};
    return out << names[static_cast<int>(phase)];
}

}  // namespace jellyfish::detail

namespace jellyfish::test {

using detail::session_phase;

std::string upgrade_response(std::string_view request) {
    constexpr std::string_view name = "\r\nSec-WebSocket-Key: ";
    const auto begin = request.find(name);
    if (begin == std::string_view::npos) throw std::runtime_error("a request without a key");
    const auto key = request.substr(begin + name.size());
    return "HTTP/1.1 101 Switching Protocols\r\n"
           "connection: Upgrade\r\n"
           "sec-websocket-accept: " +
           detail::websocket_accept(key.substr(0, key.find('\r'))) +
           "\r\n"
           "server: Cowboy\r\n"
           "upgrade: websocket\r\n\r\n";
}

std::string room_frame(std::string_view room_id) {
    return message(notification_bytes(room_created{std::string(room_id)}));
}

detail::session_parameters session_harness::settings() {
    return settings({event_type::server_notification});
}

detail::session_parameters session_harness::settings(std::vector<event_type> events) {
    detail::session_parameters settings;
    settings.known_server = true;  // Questions about the options have tests of their own.
    settings.address = {"localhost", 5002, ""};
    settings.token = "development";
    settings.events = std::move(events);
    settings.upgrade_timeout = upgrade_timeout;
    settings.authentication_timeout = authentication_timeout;
    settings.idle_timeout = idle_timeout;
    settings.close_timeout = close_timeout;
    return settings;
}

detail::session_parameters session_harness::with_dice(detail::session_parameters settings) {
    if (!settings.random) {
        settings.random = [random = std::make_shared<random_source>(1)] { return (*random)(); };
    }
    return settings;
}

session_harness::session_harness(detail::session_parameters settings)
    : settings_(with_dice(std::move(settings))), session_(settings_, now) {}

void session_harness::feed(std::string_view bytes, std::size_t limit) {
    unused.append(bytes);
    const std::string input(unused);  // For ASan: no byte more.
    detail::notification_slots batch;
    unused.erase(0, session_.receive(input, now, batch, limit - std::min(limit, received.size())));
    received.insert(received.end(), batch.begin(), batch.end());
}

void session_harness::pass(duration time) {
    now += time;
    session_.tick(now);
}

void session_harness::pass_almost_to_deadline() {
    pass(time_left() - std::chrono::milliseconds(1));
}

void session_harness::pass_to_deadline() { pass(time_left()); }

void session_harness::reach(session_phase phase) {
    if (phase > session_phase::upgrading) feed(upgrade_response(sent_bytes()));
    if (phase > session_phase::authenticating) feed(message(authenticated_bytes()));
    if (phase > session_phase::subscribing) {
        for (const event_type each : settings_.events)
            feed(message(subscribe_response_bytes(static_cast<unsigned>(each))));
    }
    if (phase > session_phase::ready) session_.close(now);
    if (session_.phase() != phase) throw std::logic_error("the phase cannot be reached so");
    session_.outbound().clear();
}

std::string session_harness::sent_bytes() { return std::exchange(session_.outbound(), {}); }

std::vector<client_frame> session_harness::sent() { return parse_client_frames(sent_bytes()); }

std::string session_harness::sent_text() {
    const std::vector<client_frame> frames = sent();
    if (frames.empty()) return "nothing";
    if (frames.size() > 1) return std::to_string(frames.size()) + " frames";
    const client_frame& f = frames.front();
    const std::string name = f.opcode == op_binary  ? "binary"
                             : f.opcode == op_close ? "close"
                             : f.opcode == op_ping  ? "ping"
                             : f.opcode == op_pong  ? "pong"
                                                    : "opcode " + std::to_string(f.opcode);
    return name + (f.fin ? " " : " (not final) ") + to_hex(f.payload);
}

}  // namespace jellyfish::test
