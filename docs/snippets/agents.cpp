// The code blocks of docs/how_to/agents.md, run against an in-process server.
#include <jellyfish/fishjam/fishjam.hpp>
#include <jellyfish/testing/server.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace asio = boost::asio;
namespace fishjam = jellyfish::fishjam;

namespace {

asio::awaitable<fishjam::agent> join(const jellyfish::client_options& options,
                                     std::string room_id) {
    const auto executor = co_await asio::this_coro::executor;
    fishjam::room_api rooms{executor, options};
    const auto added = co_await rooms.add_peer(room_id, fishjam::agent_peer_options());
    fishjam::agent agent{executor, options, added.token, added.peer_websocket_url};
    co_await agent.connect();
    co_return agent;
}

asio::awaitable<void> echo(fishjam::agent& agent) {
    const std::string track = agent.add_track();
    while (const auto event = co_await agent.next()) {
        if (const auto* audio = std::get_if<fishjam::track_data>(&*event))
            co_await agent.send(track, asio::buffer(audio->data));
        else
            std::cout << *event << '\n';  // Such as disconnected and reconnected.
    }
}

asio::awaitable<void> speak(fishjam::agent& agent, std::string track,
                            std::span<const std::int16_t> samples) {
    constexpr std::size_t packet = 320;  // 20 ms at 16 kHz.
    asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::steady_clock::now()};
    for (; samples.size() >= packet; samples = samples.subspan(packet)) {
        co_await agent.send(track, asio::buffer(samples.data(), packet * sizeof(std::int16_t)));
        timer.expires_at(timer.expiry() + std::chrono::milliseconds(20));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> look(fishjam::agent& agent, std::string video_track) {
    const auto image = co_await agent.capture_image(video_track);
    std::cout << image.content_type << ", " << image.data.size() << " bytes\n";
}

fishjam::agent_options transcriber() {
    return fishjam::agent_options().overflow(jellyfish::overflow_policy::pause).queue_limit(65'536);
}

// A room in which a peer plays a tone.

asio::awaitable<void> stop(fishjam::agent& agent) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (agent.stats().packets_sent < 3) {
        timer.expires_after(std::chrono::milliseconds(1));
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_await look(agent, "video");
    const std::vector<std::int16_t> silence(2 * 320);
    const std::string track = agent.add_track();
    co_await speak(agent, track, silence);
    agent.interrupt(track);
    agent.remove_track(track);
    co_await agent.close();
}

asio::awaitable<void> run(jellyfish::testing::server& server) {
    using namespace asio::experimental::awaitable_operators;
    const std::string room = server.create_room();
    const std::string speaker = server.add_peer(room);
    auto agent = co_await join(jellyfish::client_options().fishjam_id(server.fishjam_url()), room);
    server.play_tone(room, speaker, {"voice", jellyfish::track_type::audio, "{}"},
                     std::chrono::seconds(10));
    co_await (echo(agent) && stop(agent));
    if (agent.stats().packets_sent < 5) throw std::runtime_error("the agent has not spoken");
    if (transcriber().queue_limit() == 0) throw std::runtime_error("the options are not set");
}

}  // namespace

int main() {
    jellyfish::testing::server server{
        jellyfish::testing::server_options().api(jellyfish::server_api::fishjam)};
    asio::io_context context;
    auto done = asio::co_spawn(context, run(server), asio::use_future);
    context.run();
    try {
        done.get();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
