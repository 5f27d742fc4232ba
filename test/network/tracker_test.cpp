#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>

#include "fixtures/run.hpp"
#include "network/network.hpp"
#include "network/session.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// Rooms change while a tracker cannot reach their server: its view ends equal to the server's
// rooms.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

/// The order of rooms and peers in a response is not defined.
std::vector<room> sorted(std::vector<room> rooms) {
    std::ranges::sort(rooms, {}, &room::id);
    for (room& each : rooms)
        std::ranges::sort(each.peers, {}, &peer::id);
    return rooms;
}

struct fixture {
    network net;
    asio::io_context context;
    room_tracker subject{context.get_executor(),
                         client_options()
                             .server_address(net.server_address())
                             .connect_timeout(500ms)
                             .request_timeout(500ms),
                         notifier_options().idle_timeout(400ms).reconnect(
                             reconnect_policy().base_delay(1ms).max_delay(20ms)),
                         room_tracker_options().refresh_interval(0ms)};

    /// Makes calls from the server's own machine, which the cable does not affect.
    template <class Result>
    Result at_server(const std::function<asio::awaitable<Result>(room_api&)>& calls) {
        return net.far().run([&] {
            asio::io_context there;
            room_api api(there.get_executor(),
                         client_options().server_address(net.server_address()));
            return run(there, calls(api));
        });
    }

    std::string create_room(const std::string& id) {
        return at_server<std::string>([id](room_api& api) -> asio::awaitable<std::string> {
            co_await api.create_room(room_config().room_id(id));
            const auto added = co_await api.add_peer(id);
            co_return added.peer.id;
        });
    }

    void delete_room(const std::string& id) {
        at_server<bool>([id](room_api& api) -> asio::awaitable<bool> {
            co_await api.delete_room(id);
            co_return true;
        });
    }

    std::vector<room> truth() {
        return sorted(
            at_server<std::vector<room>>([](room_api& api) -> asio::awaitable<std::vector<room>> {
                co_return co_await api.get_all_rooms();
            }));
    }

    template <class Kind>
    void receive_until() {
        run(context, [this]() -> asio::awaitable<void> {
            for (;;) {
                const auto change = co_await subject.next();
                if (std::holds_alternative<Kind>(change.value().event)) co_return;
            }
        }());
    }

    void await_server_state() {
        const std::vector<room> rooms = truth();
        run(context,
            until([&] { return subject.is_current() && sorted(subject.rooms()) == rooms; }));
        BOOST_TEST(!rooms.empty());
    }

    void change_rooms() {
        delete_room("goes");
        create_room("comes");
        net.server().update_peer_metadata("stays", peer_, "1");
        create_room("goes");  // Another room of the same name.
    }

    void begin() {
        peer_ = create_room("stays");
        create_room("goes");
        run(context, subject.start());
        await_server_state();
    }

private:
    std::string peer_;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tracker, fixture)

BOOST_AUTO_TEST_CASE(the_tracker_follows_rooms_that_change_while_the_cable_is_cut) {
    begin();
    net.unplug();
    receive_until<disconnected>();
    change_rooms();
    net.plug_in();
    receive_until<reconnected>();
    await_server_state();
}

BOOST_AUTO_TEST_CASE(the_tracker_follows_rooms_that_change_in_a_black_hole) {
    begin();
    net.black_hole();
    change_rooms();
    receive_until<disconnected>();
    BOOST_TEST(!subject.is_current());
    net.restore();
    receive_until<reconnected>();
    await_server_state();
}

BOOST_AUTO_TEST_CASE(the_tracker_follows_rooms_that_change_despite_packet_loss) {
    begin();
    net.resend_quickly();
    const std::string loss = "numgen random mod 100 < 20 counter drop";
    net.filter(loss, loss);
    for (int n = 0; n < 10; ++n) {
        if (n == 5) net.server().drop_connections();
        const std::string id = 'r' + std::to_string(n);
        create_room(id);
        if (n % 2 == 0) delete_room(id);
        change_rooms();
        delete_room("comes");
        run(context, until([&] { return !subject.find("comes").has_value(); }));
    }
    await_server_state();
    BOOST_TEST(net.counted() > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
