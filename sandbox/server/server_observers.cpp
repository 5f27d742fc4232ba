#include "async/bounded_timeout.hpp"
#include "sandbox/server/node.hpp"
#include "sandbox/server/server_impl.hpp"
#include "sandbox/server/unknown_id.hpp"
#include "sandbox/sockets/sockets.hpp"

#include <algorithm>
#include <stdexcept>

namespace jellyfish::testing {

using detail::core;

namespace {

template <class Predicate>
std::size_t count_sockets(core& c, Predicate predicate) {
    const auto& sockets = c.server_sockets();
    return static_cast<std::size_t>(std::count_if(
        sockets.begin(), sockets.end(), [&](const auto& socket) { return predicate(*socket); }));
}

template <class T>
std::vector<T> copy_of(const std::deque<T>& list) {
    return {list.begin(), list.end()};
}

}  // namespace

std::size_t server::subscribed_sockets() const {
    return impl_->call([](core& c) {
        return count_sockets(
            c, [](const auto& socket) { return socket.subscribes_to_notifications(); });
    });
}

std::size_t server::metrics_sockets() const {
    return impl_->call([](core& c) {
        return count_sockets(c, [](const auto& socket) { return socket.subscribes_to_metrics(); });
    });
}

std::size_t server::authenticated_sockets() const {
    return impl_->call([](core& c) {
        return count_sockets(c, [](const auto& socket) { return socket.authenticated(); });
    });
}

std::size_t server::peer_sockets() const {
    return impl_->call([](core& c) { return c.authenticated_peers(); });
}

std::size_t server::open_connections() const {
    return impl_->call([](core& c) { return c.open_connections(); });
}

std::uint64_t server::accepted_connections() const {
    return impl_->call([](core& c) { return c.stats().accepted; });
}

std::uint64_t server::requests() const {
    return impl_->call([](core& c) { return c.stats().requests; });
}

std::vector<seen_request> server::seen_requests() const {
    return impl_->call([](core& c) { return copy_of(c.stats().seen_requests); });
}

std::vector<seen_close> server::seen_closes() const {
    return impl_->call([](core& c) { return copy_of(c.stats().seen_closes); });
}

std::uint64_t server::pongs() const {
    return impl_->call([](core& c) { return c.stats().pongs; });
}

std::uint64_t server::delivered_webhooks() const {
    return impl_->call([](core& c) { return c.stats().delivered_webhooks; });
}

std::uint64_t server::failed_webhooks() const {
    return impl_->call([](core& c) { return c.stats().failed_webhooks; });
}

std::vector<std::string> server::rooms() const {
    return impl_->call([](core& c) {
        std::vector<std::string> out;
        for (const auto& each : c.nodes()) {
            for (const auto& [id, room] : each->rooms().rooms())
                out.push_back(id);
        }
        std::sort(out.begin(), out.end());
        return out;
    });
}

std::vector<std::string> server::media_events(const std::string& room_id,
                                              const std::string& peer_id) const {
    return impl_->call([&](core& c) {
        auto* const place = c.node_of(room_id);
        const auto* room = place == nullptr ? nullptr : place->rooms().find(room_id);
        if (room == nullptr || !room->peers.contains(peer_id)) {
            throw detail::unknown_id("the test server has no peer \"" + peer_id +
                                     "\" in a room \"" + room_id + '"');
        }
        const auto& socket = room->peers.at(peer_id).socket;
        const auto user = std::dynamic_pointer_cast<detail::peer_socket>(
            socket ? c.find_room_socket(*socket) : nullptr);
        return user ? copy_of(user->media_events()) : std::vector<std::string>();
    });
}

bool server::wait_for(const std::function<bool()>& condition,
                      std::chrono::milliseconds limit) const {
    using clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds poll{20};
    const auto deadline = clock::now() + jellyfish::detail::bounded_timeout(limit);
    while (true) {
        const std::uint64_t seen = impl_->signal().count();
        if (condition()) return true;
        const auto now = clock::now();
        if (now >= deadline) return false;
        impl_->signal().wait(seen, std::min(deadline, now + poll));
    }
}

}  // namespace jellyfish::testing
