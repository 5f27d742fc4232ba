#include "sandbox/server/node.hpp"
#include "sandbox/server/server_impl.hpp"
#include "sandbox/server/unknown_id.hpp"
#include "sandbox/sockets/agent_socket.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::testing {

using namespace std::chrono_literals;
using detail::agent_socket;
using detail::core;

namespace {

void check_peer(core& c, const std::string& room_id, const std::string& peer_id) {
    auto* const place = c.node_of(room_id);
    const auto* room = place == nullptr ? nullptr : place->rooms().find(room_id);
    if (room == nullptr || !room->peers.contains(peer_id))
        throw detail::unknown_id("the test server has no peer \"" + peer_id + "\" in a room \"" +
                                 room_id + '"');
}

template <class Visit>
void for_each_agent(core& c, Visit visit) {
    for (const auto& [id, socket] : std::map(c.room_sockets())) {
        const auto agent = std::dynamic_pointer_cast<agent_socket>(socket);
        if (agent && agent->authenticated()) visit(*agent);
    }
}

/// Whether an agent receives a track. In `manual` mode, it must be subscribed to it.
bool receives(core& c, const agent_socket& agent, const std::string& peer_id,
              const std::string& track_id) {
    const auto& own =
        c.node_of(agent.room_id())->rooms().find(agent.room_id())->peers.at(agent.peer_id());
    return own.subscribe_mode != "manual" || own.subscribed_peers.contains(peer_id) ||
           own.subscribed_tracks.contains(track_id);
}

void send_to_room(core& c, const std::string& room_id, const std::string& peer_id,
                  const track& value, std::string_view data) {
    for_each_agent(c, [&](agent_socket& agent) {
        if (agent.room_id() == room_id && agent.peer_id() != peer_id &&
            receives(c, agent, peer_id, value.id))
            agent.send_track_data(peer_id, value, data);
    });
}

constexpr std::chrono::milliseconds packet_time{20};
constexpr std::size_t samples_per_packet = 320;  // 16 kHz.

/// Returns packet number `n` of a sine tone, as PCM16.
std::string tone(std::size_t n) {
    constexpr double rate = 16'000;
    constexpr double frequency = 440;
    constexpr double amplitude = 8'192;
    std::string out;
    for (std::size_t i = 0; i < samples_per_packet; ++i) {
        const double time = static_cast<double>(n * samples_per_packet + i) / rate;
        const double value = amplitude * std::sin(2 * std::numbers::pi * frequency * time);
        const auto sample = static_cast<std::uint16_t>(static_cast<std::int16_t>(value));
        out += static_cast<char>(sample & 0xff);
        out += static_cast<char>(sample >> 8);
    }
    return out;
}

boost::asio::awaitable<void> play(core& c, std::string room_id, std::string peer_id, track value,
                                  std::size_t packets) {
    boost::asio::steady_timer timer{c.io(), std::chrono::steady_clock::now()};
    for (std::size_t n = 0; n < packets && !c.stopping(); ++n) {
        send_to_room(c, room_id, peer_id, value, tone(n));
        timer.expires_at(timer.expiry() + packet_time);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

}  // namespace

void server::send_track_data(const std::string& room_id, const std::string& peer_id,
                             const track& value, std::string_view data) {
    impl_->call([&](core& c) {
        check_peer(c, room_id, peer_id);
        send_to_room(c, room_id, peer_id, value, data);
    });
}

void server::play_tone(const std::string& room_id, const std::string& peer_id, const track& value,
                       std::chrono::milliseconds duration) {
    impl_->call([&](core& c) {
        check_peer(c, room_id, peer_id);
        const auto packets = static_cast<std::size_t>(std::max(duration, 0ms) / packet_time);
        boost::asio::co_spawn(c.io(), play(c, room_id, peer_id, value, packets),
                              boost::asio::detached);
    });
}

void server::send_to_agents(std::string_view message) {
    impl_->call([&](core& c) {
        for_each_agent(c, [&](agent_socket& agent) {
            agent.socket().send(detail::frame_kind::binary, std::string(message));
        });
    });
}

void server::echo_agents(bool on) {
    impl_->call([&](core& c) { c.controls().echo_agents = on; });
}

void server::set_image(const std::string& content_type, std::string_view data) {
    impl_->call([&](core& c) {
        c.controls().image_type = content_type;
        c.controls().image = data;
    });
}

void server::close_agents(std::uint16_t code, std::string_view reason) {
    impl_->call(
        [&](core& c) { for_each_agent(c, [&](agent_socket& each) { each.close(code, reason); }); });
}

std::size_t server::agent_sockets() const {
    return impl_->call([](core& c) {
        std::size_t count = 0;
        for_each_agent(c, [&](const agent_socket&) { ++count; });
        return count;
    });
}

seen_agent server::agent(const std::string& peer_id) const {
    return impl_->call([&](core& c) {
        const auto& all = c.stats().agents;
        const auto found = all.find(peer_id);
        return found == all.end() ? seen_agent() : found->second;
    });
}

}  // namespace jellyfish::testing
