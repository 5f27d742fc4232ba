#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/testing/server.hpp>

#include "data/room_events.hpp"
#include "fixtures/log.hpp"
#include "fixtures/run.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;

std::string nested(std::size_t depth) {
    return R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

/// A room with a peer and a track whose metadata is nested too deeply for any JSON library, and
/// another room.
struct fixture {
    fixture() {
        run(context, [](room_api& a, std::string& peer_id) -> asio::awaitable<void> {
            const room_config deep = room_config().room_id("deep");
            co_await a.create_room(deep);
            const room_config other = room_config().room_id("other");
            co_await a.create_room(other);
            const auto added = co_await a.add_peer("deep");
            peer_id = added.peer.id;
        }(api, peer));
        server.update_peer_metadata("deep", peer, metadata);
        server.add_track("deep", {endpoint_kind::peer, peer}, {"t", track_type::audio, metadata});
    }

    void check(const room& found) const {
        BOOST_REQUIRE(found.peers.size() == 1U);
        BOOST_TEST((found.peers[0].metadata == metadata));
        BOOST_REQUIRE(found.peers[0].tracks.size() == 1U);
        BOOST_TEST((found.peers[0].tracks[0].metadata == metadata));
    }

    const std::string metadata = nested(10'000);
    testing::server server;
    asio::io_context context;
    client_options options = logged_options().server_address(server.address());
    room_api api{context.get_executor(), options};
    std::string peer;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(metadata)

BOOST_FIXTURE_TEST_CASE(rooms_are_read_however_deep_a_peers_metadata_is_nested, fixture) {
    const auto one = run(context, [](room_api& a) -> asio::awaitable<room> {
        co_return co_await a.get_room("deep");
    }(api));
    check(one);
    const auto all = run(context, [](room_api& a) -> asio::awaitable<std::vector<room>> {
        co_return co_await a.get_all_rooms();
    }(api));
    BOOST_REQUIRE(all.size() == 2U);
    check(all[0].id == "deep" ? all[0] : all[1]);
}

BOOST_FIXTURE_TEST_CASE(a_tracker_follows_metadata_however_deep_it_is_nested, fixture) {
    room_tracker tracker(context.get_executor(), options);
    run(context, [](room_tracker& t) -> asio::awaitable<void> { co_await t.start(); }(tracker));
    BOOST_TEST(tracker.rooms().size() == 2U);
    const auto found = tracker.find("deep");
    BOOST_REQUIRE(found.has_value());
    check(*found);
    const std::string deeper = nested(100'000);
    server.update_peer_metadata("deep", peer, deeper);
    const notification awaited = peer_metadata_updated{"deep", peer, deeper};
    run(context, [](room_tracker& t, const notification& last) -> asio::awaitable<void> {
        while (const auto change = co_await t.next()) {
            if (change->event == to_event(last)) co_return;
        }
    }(tracker, awaited));
    BOOST_TEST((tracker.find("deep")->peers[0].metadata == deeper));
}

BOOST_AUTO_TEST_SUITE_END()
