#include <jellyfish/error.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/testing/server.hpp>

#include "data/random.hpp"
#include "data/room_mirror.hpp"
#include "fakes/fault_relay.hpp"
#include "fixtures/log.hpp"
#include "fixtures/quiet_protobuf.hpp"
#include "fixtures/run.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

// Rooms change while the tracker's connections, including those for REST, fail at random bytes. In
// the end its view and its accumulated changes equal the server's state.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

asio::awaitable<void> pause(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

/// Changes rooms at random, by calls that are not disturbed.
class churner {
public:
    churner(room_api& api, testing::server& server, random_source& random)
        : api_(api), server_(server), random_(random) {}

    asio::awaitable<void> run(int steps) {
        for (int n = 0; n < steps; ++n) {
            co_await step();
            co_await pause(std::chrono::milliseconds(random_.below(4)));
        }
    }

private:
    struct known_room {
        std::string id;
        std::vector<std::string> peers;
    };

    asio::awaitable<void> step() {
        const std::size_t kind = rooms_.empty() ? 0 : random_.below(8);
        if (kind <= 1) {
            const auto created = co_await api_.create_room(room_config());
            rooms_.push_back({created.room.id, {}});
            co_return;
        }
        const std::size_t index = random_.below(rooms_.size());
        known_room& room = rooms_[index];
        if (kind == 2) {
            co_await api_.delete_room(room.id);
            rooms_.erase(rooms_.begin() + static_cast<std::ptrdiff_t>(index));
        } else if (kind == 3) {
            server_.crash_room(room.id);
            rooms_.erase(rooms_.begin() + static_cast<std::ptrdiff_t>(index));
        } else if (kind == 4 && !room.peers.empty()) {
            co_await api_.delete_peer(room.id, room.peers.back());
            room.peers.pop_back();
        } else if (kind == 5 && !room.peers.empty()) {
            server_.update_peer_metadata(room.id, room.peers.back(), std::to_string(random_()));
        } else if (kind == 6 && !room.peers.empty()) {
            const track added{room.peers.back() + ":t" + std::to_string(random_.below(3)),
                              track_type::video, std::to_string(random_.below(9))};
            server_.add_track(room.id, {endpoint_kind::peer, room.peers.back()}, added);
        } else {
            const auto added = co_await api_.add_peer(room.id);
            room.peers.push_back(added.peer.id);
        }
    }

    room_api& api_;
    testing::server& server_;
    random_source& random_;
    std::vector<known_room> rooms_;
};

asio::awaitable<void> reflect(room_tracker& tracker, room_mirror& into) {
    while (auto change = co_await tracker.next())
        into.apply(*change);
}

asio::awaitable<void> start(room_tracker& tracker) {
    for (;;) {
        const auto ended = co_await tracker.start(as_tuple);
        if (!std::get<0>(ended)) co_return;
    }
}

struct fixture_type {
    testing::server server;
    random_source random;
    random_source faults{random()};  // Used by the relay's thread.
    fault_relay relay;
    asio::io_context context;
    room_api api{context.get_executor(), logged_options().server_address(server.address())};
    room_tracker subject;

    explicit fixture_type(std::uint32_t seed)
        : random(seed),
          relay(server.port(), [this](std::size_t) { return next_fault(); }),
          subject(context.get_executor(), client(), session(),
                  room_tracker_options().refresh_interval(0ms)) {}

private:
    fault next_fault() {
        using kind = fault::kind;
        constexpr std::array kinds{kind::end, kind::reset, kind::stall};
        return {kinds[faults.below(kinds.size())], faults.below(3'000)};
    }

    client_options client() {
        return client_options()
            .server_address(relay.address())
            .connect_timeout(200ms)
            .request_timeout(200ms);
    }

    static notifier_options session() {
        return notifier_options().authentication_timeout(200ms).idle_timeout(100ms).reconnect(
            reconnect_policy().base_delay(1ms).max_delay(5ms).retry_first_connect(true));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(room_tracker_faults)

BOOST_FIXTURE_TEST_CASE(the_view_ends_equal_to_the_servers_state_whatever_happens, quiet_protobuf) {
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            fixture_type w(seed);
            room_mirror copy;
            run(w.context, start(w.subject));
            asio::co_spawn(w.context, reflect(w.subject, copy), [](std::exception_ptr failure) {
                if (failure) std::rethrow_exception(failure);
            });
            run(w.context, churner(w.api, w.server, w.random).run(400));
            w.relay.restore();
            std::vector<room> truth;
            run(w.context, [&]() -> asio::awaitable<void> {
                truth = sorted(co_await w.api.get_all_rooms());
                const auto limit = std::chrono::steady_clock::now() + patience / 2;
                w.subject.refresh();
                while (std::chrono::steady_clock::now() < limit) {
                    const bool same = w.subject.is_current() &&
                                      sorted(w.subject.rooms()) == truth &&
                                      sorted(copy.rooms()) == truth;
                    if (same) break;
                    co_await pause(5ms);
                }
            }());
            BOOST_TEST((sorted(w.subject.rooms()) == truth));
            BOOST_TEST((sorted(copy.rooms()) == truth));
            BOOST_TEST(!truth.empty());
            BOOST_TEST(copy.gaps() > 0);
            run(w.context, w.subject.close());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
