#include <jellyfish/error.hpp>
#include <jellyfish/health_api.hpp>
#include <jellyfish/recording_api.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>

#include "fakes/scripted_peer.hpp"
#include "fixtures/cancel_at_each_step.hpp"
#include "fixtures/run.hpp"
#include "fixtures/temporary_folder.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// Each call is cancelled after each number of steps of its context. It completes promptly, and the
// object, which has at most one connection, can be used as before.
namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

using attempt_token = decltype(std::declval<attempt&>().token());

/// Creates and deletes what calls need, over its own connections.
class preparer {
public:
    explicit preparer(const client_options& options) : api_(context_.get_executor(), options) {}

    struct ids {
        std::string room;
        std::string peer;
        std::string hls;
        std::string sip;
    };

    ids make() { return run(context_, making(api_)); }

    void remove(const std::string& room_id) { run(context_, removing(api_, room_id)); }

private:
    static asio::awaitable<ids> making(room_api& api) {
        ids made;
        const room_config config = room_config().video_codec(video_codec::h264);
        const auto created = co_await api.create_room(config);
        made.room = created.room.id;
        const auto peer = co_await api.add_peer(made.room);
        made.peer = peer.peer.id;
        const component_options hls =
            component_options_hls().subscribe_mode(subscribe_mode::manual);
        const auto with_hls = co_await api.add_component(made.room, hls);
        made.hls = id_of(with_hls);
        const component_options sip = component_options_sip("sip.example", "me", "s3cret");
        const auto with_sip = co_await api.add_component(made.room, sip);
        made.sip = id_of(with_sip);
        co_return made;
    }

    static asio::awaitable<void> removing(room_api& api, std::string id) {
        try {
            co_await api.delete_room(id);
        } catch (const error& e) {
            if (e.code() != condition::not_found) throw;
        }
    }

    asio::io_context context_;
    room_api api_;
};

/// Ids in the server's format. A cancelled call may act on one, perhaps later, without harm to
/// others.
std::string next_recording_id() {
    static int latest = 100'000;
    return "00000000-0000-4000-8000-000000" + std::to_string(++latest);
}

/// A server with files, shared by all cases.
struct media_server {
    temporary_folder media;
    testing::server server{testing::server_options().media_dir(media.path().string())};
    preparer prepare{options()};

    [[nodiscard]] client_options options() const {
        return client_options().server_address(server.address());
    }
};

std::unique_ptr<media_server> the_media_server;

media_server& shared() {
    if (!the_media_server) the_media_server = std::make_unique<media_server>();
    return *the_media_server;
}

/// Destroyed with the tests, like the shared server.
struct end_of_media_server {
    ~end_of_media_server() { the_media_server.reset(); }
};

BOOST_TEST_GLOBAL_FIXTURE(end_of_media_server);

/// A room with everything that calls need, and objects that have made no call yet.
struct new_connection {
    preparer::ids ids = shared().prepare.make();
    std::string recording_id = next_recording_id();
    asio::io_context context;
    room_api rooms{context.get_executor(), shared().options().max_connections(1)};
    health_api health{context.get_executor(), shared().options().max_connections(1)};
    recording_api recordings{context.get_executor(), shared().options().max_connections(1)};

    new_connection() {
        shared().media.write("recordings/" + recording_id + "/report.json", "{}");
        shared().media.write("temporary_hls/" + ids.room + "/index.m3u8", "#EXTM3U");
    }

    ~new_connection() {
        shared().prepare.remove(ids.room);
        shared().prepare.remove(new_room());
    }

    [[nodiscard]] std::string new_room() const { return ids.room + "-new"; }

    // Each fails the test when its call fails.

    void rooms_work() {
        const auto asking = [](room_api& api) -> asio::awaitable<std::vector<room>> {
            co_return co_await api.get_all_rooms();
        };
        run(context, asking(rooms));
    }

    void recordings_work() {
        const auto asking = [](recording_api& api) -> asio::awaitable<std::vector<std::string>> {
            co_return co_await api.get_list();
        };
        run(context, asking(recordings));
    }

    void health_works() {
        const auto asking = [](health_api& api) -> asio::awaitable<health_report> {
            co_return co_await api.check();
        };
        const health_report seen = run(context, asking(health));
        BOOST_TEST(seen.status == health_status::up);
    }
};

/// The same, with connections kept after a call.
struct kept_connection : new_connection {
    kept_connection() {
        rooms_work();
        recordings_work();
        health_works();
    }
};

/// A call, and a check that its object still works.
struct operation {
    const char* name;
    void (*start)(new_connection& fixture_type, attempt_token token);
    void (new_connection::*works)();

    friend std::ostream& operator<<(std::ostream& out, const operation& value) {
        return out << value.name;
    }
};

using in = new_connection;

const std::vector<operation> operations{
    {"create_room",
     [](in& w, attempt_token token) {
         w.rooms.create_room(room_config().room_id(w.new_room()), std::move(token));
     },
     &in::rooms_work},
    {"get_room", [](in& w, attempt_token token) { w.rooms.get_room(w.ids.room, std::move(token)); },
     &in::rooms_work},
    {"get_all_rooms", [](in& w, attempt_token token) { w.rooms.get_all_rooms(std::move(token)); },
     &in::rooms_work},
    {"delete_room",
     [](in& w, attempt_token token) { w.rooms.delete_room(w.ids.room, std::move(token)); },
     &in::rooms_work},
    {"add_peer",
     [](in& w, attempt_token token) {
         w.rooms.add_peer(w.ids.room, peer_options_webrtc(), std::move(token));
     },
     &in::rooms_work},
    {"delete_peer",
     [](in& w, attempt_token token) {
         w.rooms.delete_peer(w.ids.room, w.ids.peer, std::move(token));
     },
     &in::rooms_work},
    {"add_component",
     [](in& w, attempt_token token) {
         w.rooms.add_component(w.ids.room, component_options_rtsp("rtsp://camera/x"),
                               std::move(token));
     },
     &in::rooms_work},
    {"delete_component",
     [](in& w, attempt_token token) {
         w.rooms.delete_component(w.ids.room, w.ids.hls, std::move(token));
     },
     &in::rooms_work},
    {"subscribe",
     [](in& w, attempt_token token) {
         w.rooms.subscribe(w.ids.room, w.ids.hls, {w.ids.peer}, std::move(token));
     },
     &in::rooms_work},
    {"sip_dial",
     [](in& w, attempt_token token) {
         w.rooms.sip_dial(w.ids.room, w.ids.sip, "+48123456789", std::move(token));
     },
     &in::rooms_work},
    {"sip_end_call",
     [](in& w, attempt_token token) {
         w.rooms.sip_end_call(w.ids.room, w.ids.sip, std::move(token));
     },
     &in::rooms_work},
    {"get_hls_content",
     [](in& w, attempt_token token) {
         w.rooms.get_hls_content(w.ids.room, "index.m3u8", hls_content_options(), std::move(token));
     },
     &in::rooms_work},
    {"get_list", [](in& w, attempt_token token) { w.recordings.get_list(std::move(token)); },
     &in::recordings_work},
    {"get_content",
     [](in& w, attempt_token token) {
         w.recordings.get_content(w.recording_id, "report.json", std::move(token));
     },
     &in::recordings_work},
    {"delete_recording",
     [](in& w, attempt_token token) {
         w.recordings.delete_recording(w.recording_id, std::move(token));
     },
     &in::recordings_work},
    {"check", [](in& w, attempt_token token) { w.health.check(std::move(token)); },
     &in::health_works},
};

template <class Fixture>
void cancel_call(int type, const operation& what) {
    cancel_at_each_step<Fixture>(
        type, [&](Fixture& w, attempt_token token) { what.start(w, std::move(token)); },
        [&](Fixture& w, const error_code&) { (w.*what.works)(); });
}

/// A room_api that retries, and a server that fails the next call.
struct retrying {
    asio::io_context context;
    room_api rooms{context.get_executor(), shared_server_options().max_connections(1).retry(
                                               retry_policy().base_delay(1ms).max_delay(1ms))};

    retrying() { shared_server().fail_requests(1, 503); }
    ~retrying() { shared_server().fail_requests(0, 503); }
};

/// A server that redirects requests for files to another one, which has them.
struct redirecting {
    asio::io_context context;
    scripted_peer elsewhere = responding("200 OK\r\ncontent-length: 4", "here");
    scripted_peer peer =
        responding("301 Moved Permanently\r\ncontent-length: 0\r\nlocation: http://" +
                   elsewhere.address() + "/f");
    room_api rooms{context.get_executor(),
                   client_options().server_address(peer.address()).max_connections(1)};
    hls_content_options following = hls_content_options().follow_redirect(true);

    scripted_peer responding(const std::string& header, const std::string& body = {}) {
        const std::string response = "HTTP/1.1 " + header + "\r\nconnection: close\r\n\r\n" + body;
        return {context.get_executor(),
                [response](scripted_connection& c) -> asio::awaitable<void> {
                    co_await c.read_header();
                    co_await c.write(response);
                }};
    }

    void rooms_work() {
        const auto asking = [](room_api& api, hls_content_options o) -> asio::awaitable<content> {
            co_return co_await api.get_hls_content("r", "f", o);
        };
        const content file = run(context, asking(rooms, following));
        BOOST_TEST(file.bytes == "here");
    }
};

/// Cancels a call that waits for the only connection, which serves another call.
void cancel_a_waiting_call(int type, int steps) {
    testing::server& server = shared().server;
    new_connection w;
    server.stall(true);
    bool first_ended = false;
    w.rooms.get_room(w.ids.room, [&](const error_code&, const room&) { first_ended = true; });
    attempt of(w.context);
    w.rooms.delete_room(w.ids.room, of.token());
    BOOST_TEST(of.run_steps(steps));
    of.cancel(type);
    BOOST_TEST(of.end() == aborted);
    BOOST_TEST(!first_ended);
    server.stall(false);
    w.rooms_work();
    BOOST_TEST(first_ended);
    const std::string target = "/room/" + w.ids.room;
    BOOST_TEST(std::ranges::none_of(server.seen_requests(), [&](const testing::seen_request& r) {
        return r.method == "DELETE" && r.target == target;
    }));
    BOOST_TEST(std::ranges::count(server.rooms(), w.ids.room) == 1);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cancellation_points_rest)

BOOST_DATA_TEST_CASE(a_call_on_a_new_connection, all_types* data::make(operations), type, what) {
    cancel_call<new_connection>(type, what);
}

BOOST_DATA_TEST_CASE(a_call_on_a_kept_connection, all_types* data::make(operations), type, what) {
    cancel_call<kept_connection>(type, what);
}

BOOST_DATA_TEST_CASE(a_call_that_is_retried, all_types, type) {
    cancel_at_each_step<retrying>(
        type, [](retrying& w, auto token) { w.rooms.get_all_rooms(std::move(token)); },
        [](retrying& w, const error_code&) {
            const auto asking = [](room_api& api) -> asio::awaitable<std::vector<room>> {
                co_return co_await api.get_all_rooms();
            };
            const std::vector<room> seen = run(w.context, asking(w.rooms));
            BOOST_TEST(seen.size() == shared_server().rooms().size());
        });
}

BOOST_DATA_TEST_CASE(a_call_that_follows_a_redirect, all_types, type) {
    cancel_at_each_step<redirecting>(
        type,
        [](redirecting& w, auto token) {
            w.rooms.get_hls_content("r", "f", w.following, std::move(token));
        },
        [](redirecting& w, const error_code&) { w.rooms_work(); });
}

BOOST_DATA_TEST_CASE(a_cancelled_call_that_waits_for_the_only_connection_never_reaches_the_server,
                     all_types, type) {
    for (const int steps : {0, 1, 2, 3, 5, 8, 13, 21}) {
        BOOST_TEST_CONTEXT("cancelled after " << steps << " steps") {
            cancel_a_waiting_call(type, steps);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
