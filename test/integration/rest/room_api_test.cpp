#include <jellyfish/error.hpp>
#include <jellyfish/health_api.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>
#include <jellyfish/version.hpp>

#include "fixtures/log.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

// Each call as a user makes it, with success and with each error response.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;

/// A server, and an API object in its own context.
struct fixture {
    testing::server server;
    asio::io_context context;
    std::optional<jellyfish::room_api> rooms;

    explicit fixture(const testing::server_options& options = testing::server_options())
        : server(options) {
        rooms.emplace(context.get_executor(), usual_options());
    }

    ~fixture() {
        rooms.reset();
        run_out(context);  // No operation is left that never completes.
    }

    [[nodiscard]] client_options usual_options() const {
        return logged_options().server_address(server.address());
    }

    template <class Result>
    Result run(asio::awaitable<Result> what) {
        return jellyfish::test::run(context, std::move(what));
    }

    template <class Call>
    outcome failure(Call call) {
        return run(outcome_of(std::move(call)));
    }

    create_room_result create(const room_config& config = room_config()) {
        return run(rooms->create_room(config));
    }
};

void check(const outcome& is, errc code, int status, const std::string& server_message) {
    BOOST_TEST(is.code == error_code(code), is.what);
    BOOST_TEST(is.info.status == status);
    BOOST_TEST(is.info.server_message == server_message);
    BOOST_TEST(is.mentions(server_message));
}

/// All calls, for common checks.
template <class Check>
void for_each_call(jellyfish::room_api& rooms, Check check_call) {
    check_call("POST /room", [&] { return rooms.create_room(); });
    check_call("GET /room/a", [&] { return rooms.get_room("a"); });
    check_call("GET /room", [&] { return rooms.get_all_rooms(); });
    check_call("DELETE /room/a", [&] { return rooms.delete_room("a"); });
    check_call("POST /room/a/peer", [&] { return rooms.add_peer("a"); });
    check_call("DELETE /room/a/peer/b", [&] { return rooms.delete_peer("a", "b"); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(room_api)

// ---- success

BOOST_AUTO_TEST_CASE(a_room_is_created_with_its_config) {
    fixture f;
    const auto config = room_config()
                            .room_id("my-room")
                            .max_peers(3)
                            .video_codec(video_codec::h264)
                            .webhook_url("http://127.0.0.1:1/hook")
                            .peerless_purge_timeout(std::chrono::seconds(3'600))
                            .peer_disconnected_timeout(std::chrono::seconds(60));
    const auto created = f.create(config);
    BOOST_TEST(created.room.id == "my-room");
    BOOST_TEST((created.room.config == config), created.room);
    BOOST_TEST(created.room.peers.empty());
    BOOST_TEST(created.room.components.empty());
    BOOST_TEST(created.server_address == f.server.address());
}

BOOST_AUTO_TEST_CASE(a_room_without_a_config_gets_an_id_from_the_server) {
    fixture f;
    const auto created = f.create();
    BOOST_TEST(created.room.id.size() == 36U);
    BOOST_TEST((f.server.rooms() == std::vector<std::string>{created.room.id}));
}

BOOST_AUTO_TEST_CASE(a_room_is_read_with_its_contents) {
    fixture f;
    const auto id = f.create().room.id;
    const auto added = f.run(f.rooms->add_peer(id));
    f.server.add_track(id, {endpoint_kind::peer, added.peer.id},
                       {"ignored", track_type::audio, R"({"source":"mic"})"});
    f.server.update_peer_metadata(id, added.peer.id, R"({"name":"Ann"})");
    const auto room = f.run(f.rooms->get_room(id));
    BOOST_TEST(room.id == id);
    BOOST_REQUIRE(room.peers.size() == 1U);
    BOOST_TEST(room.peers[0].id == added.peer.id);
    BOOST_TEST(room.peers[0].type == "webrtc");
    BOOST_TEST((room.peers[0].status == peer_status::disconnected));
    BOOST_TEST(room.peers[0].metadata == R"({"name":"Ann"})");
    BOOST_REQUIRE(room.peers[0].tracks.size() == 1U);
    BOOST_TEST((room.peers[0].tracks[0].type == track_type::audio));
    BOOST_TEST(room.peers[0].tracks[0].metadata == R"({"source":"mic"})");
}

BOOST_AUTO_TEST_CASE(all_rooms_are_read) {
    fixture f;
    BOOST_TEST(f.run(f.rooms->get_all_rooms()).empty());
    for (const char* id : {"a", "b", "c"})
        f.create(room_config().room_id(id));
    std::vector<std::string> ids;
    for (const room& each : f.run(f.rooms->get_all_rooms()))
        ids.push_back(each.id);
    std::ranges::sort(ids);
    BOOST_TEST((ids == std::vector<std::string>{"a", "b", "c"}));
}

BOOST_AUTO_TEST_CASE(a_room_is_deleted) {
    fixture f;
    const auto id = f.create().room.id;
    f.run(f.rooms->delete_room(id));
    BOOST_TEST(f.server.rooms().empty());
}

BOOST_AUTO_TEST_CASE(a_peer_is_added_and_deleted) {
    fixture f;
    const auto id = f.create().room.id;
    const auto added = f.run(f.rooms->add_peer(id, peer_options_webrtc().enable_simulcast(false)));
    BOOST_TEST(added.peer.type == "webrtc");
    BOOST_TEST((added.peer.status == peer_status::disconnected));
    BOOST_TEST(added.peer.metadata == "null");
    BOOST_TEST(!added.token.empty());
    BOOST_TEST(added.peer_websocket_url == f.server.address() + "/socket/peer/websocket");
    BOOST_TEST(f.server.seen_requests().back().body ==
               R"({"type":"webrtc","options":{"enableSimulcast":false}})");
    f.run(f.rooms->delete_peer(id, added.peer.id));
    BOOST_TEST(f.run(f.rooms->get_room(id)).peers.empty());
}

BOOST_AUTO_TEST_CASE(the_health_report_is_read) {
    testing::server server(testing::server_options().version("0.5.0-test"));
    asio::io_context context;
    {
        jellyfish::health_api health(context.get_executor(),
                                     logged_options().server_address(server.address()));
        const auto report = run(context, health.check());
        BOOST_TEST((report.status == health_status::up));
        BOOST_TEST(report.version == "0.5.0-test");
        BOOST_TEST(!report.distribution_enabled);
    }
    run_out(context);
}

BOOST_AUTO_TEST_CASE(requests_have_what_a_server_requires) {
    fixture f;
    f.create();
    (void)f.run(f.rooms->get_all_rooms());
    const auto seen = f.server.seen_requests();
    BOOST_REQUIRE(seen.size() == 2U);
    using header = std::pair<std::string, std::string>;
    const std::string agent = "jellyfish-server-sdk-cpp/" JELLYFISH_VERSION;
    const std::vector<header> post = {
        {"accept", "application/json"},       {"authorization", "Bearer"},  {"content-length", "2"},
        {"content-type", "application/json"}, {"host", f.server.address()}, {"user-agent", agent}};
    const std::vector<header> get = {{"accept", "application/json"},
                                     {"authorization", "Bearer"},
                                     {"host", f.server.address()},
                                     {"user-agent", agent}};
    BOOST_TEST((seen[0].headers == post));
    BOOST_TEST(seen[0].body == "{}");
    BOOST_TEST((seen[1].headers == get));
    BOOST_TEST(seen[1].body == "");
}

BOOST_AUTO_TEST_CASE(a_prefix_precedes_each_path) {
    fixture f(testing::server_options().path_prefix("/media/server"));
    const auto created = f.create();
    (void)f.run(f.rooms->get_room(created.room.id));
    BOOST_TEST(f.server.seen_requests().back().target == "/media/server/room/" + created.room.id);
}

BOOST_AUTO_TEST_CASE(an_id_is_one_segment_of_the_path) {
    fixture f;
    for (const char* id : {"a/../b", "a?b#c", "a b", "%2e", "ä"}) {
        const auto missing = f.failure([&] { return f.rooms->get_room(id); });
        check(missing, errc::not_found, 404, "Room " + std::string(id) + " does not exist");
    }
}

// ---- error responses

BOOST_AUTO_TEST_CASE(an_invalid_token_is_rejected_for_each_call) {
    fixture f;
    jellyfish::room_api stranger(f.context.get_executor(),
                                 f.usual_options().server_api_token("s3cret"));
    for_each_call(stranger, [&](const char* name, auto call) {
        const auto rejected = f.failure(call);
        check(rejected, errc::unauthorized, 401, "Invalid token");
        BOOST_TEST(rejected.info.operation == name);
        BOOST_TEST(rejected.info.address == "http://" + f.server.address());
        BOOST_TEST(!rejected.mentions("s3cret"));
        BOOST_TEST((rejected.code == condition::unauthorized));
    });
    jellyfish::health_api health(f.context.get_executor(),
                                 f.usual_options().server_api_token("s3cret"));
    check(f.failure([&] { return health.check(); }), errc::unauthorized, 401, "Invalid token");
}

BOOST_AUTO_TEST_CASE(a_missing_room_is_not_found) {
    fixture f;
    const std::string text = "Room none does not exist";
    check(f.failure([&] { return f.rooms->get_room("none"); }), errc::not_found, 404, text);
    check(f.failure([&] { return f.rooms->delete_room("none"); }), errc::not_found, 404, text);
    check(f.failure([&] { return f.rooms->add_peer("none"); }), errc::not_found, 404, text);
    check(f.failure([&] { return f.rooms->delete_peer("none", "p"); }), errc::not_found, 404, text);
}

BOOST_AUTO_TEST_CASE(a_missing_peer_is_not_found) {
    fixture f;
    f.create(room_config().room_id("a"));
    check(f.failure([&] { return f.rooms->delete_peer("a", "none"); }), errc::not_found, 404,
          "Peer none does not exist");
}

BOOST_AUTO_TEST_CASE(creating_an_existing_room_is_a_bad_request) {
    fixture f;
    f.create(room_config().room_id("a"));
    check(f.failure([&] { return f.rooms->create_room(room_config().room_id("a")); }),
          errc::bad_request, 400, R"(Cannot add room with id "a" - room already exists)");
    check(f.failure([&] { return f.rooms->create_room(room_config().room_id("a b")); }),
          errc::bad_request, 400,
          R"(Cannot add room with id "a b" - roomId may contain only alphanumeric characters and )"
          "hyphens");
}

BOOST_AUTO_TEST_CASE(a_full_room_is_unavailable) {
    fixture f;
    f.create(room_config().room_id("a").max_peers(1));
    (void)f.run(f.rooms->add_peer("a"));
    const auto full = f.failure([&] { return f.rooms->add_peer("a"); });
    check(full, errc::service_unavailable, 503, "Reached peer limit in room a");
    BOOST_TEST((full.code == condition::retryable));
}

BOOST_AUTO_TEST_CASE(every_other_status_has_a_code_for_each_call) {
    fixture f;
    const std::vector<std::pair<int, errc>> codes = {
        {500, errc::server_error},        {502, errc::server_error},
        {503, errc::service_unavailable}, {400, errc::bad_request},
        {301, errc::unexpected_status},   {406, errc::unexpected_status},
        {413, errc::unexpected_status}};
    for (const auto& each : codes) {
        const int status = each.first;
        const errc code = each.second;
        for_each_call(*f.rooms, [&](const char* name, auto call) {
            f.server.fail_requests(1, status);
            const auto failed = f.failure(call);
            BOOST_TEST(failed.code == error_code(code), name << " " << failed.what);
            BOOST_TEST(failed.info.status == status);
        });
    }
}

BOOST_AUTO_TEST_CASE(with_a_wrong_prefix_nothing_is_reported_as_deleted) {
    fixture f(testing::server_options().path_prefix("/right"));
    const std::string wrong = "127.0.0.1:" + std::to_string(f.server.port()) + "/wrong";
    jellyfish::room_api rooms(f.context.get_executor(), logged_options().server_address(wrong));
    for (const auto& failed : {f.failure([&] { return rooms.get_all_rooms(); }),
                               f.failure([&] { return rooms.create_room(); })}) {
        check(failed, errc::unexpected_status, 404, "Not Found");
        BOOST_TEST(failed.what.find("check the path prefix") != std::string::npos, failed.what);
        BOOST_TEST(failed.what.find("deleted") == std::string::npos, failed.what);
    }
    const auto one = f.failure([&] { return rooms.get_room("a"); });
    check(one, errc::not_found, 404, "Not Found");
    BOOST_TEST(one.what.find("check the path prefix") != std::string::npos, one.what);
}

// ---- invalid arguments

BOOST_AUTO_TEST_CASE(invalid_arguments_are_rejected_before_anything_is_sent) {
    fixture f;
    const auto rejected = [&](auto call) {
        const auto failed = f.failure(call);
        BOOST_TEST(failed.code == error_code(errc::invalid_argument), failed.what);
        BOOST_TEST((failed.code == condition::bad_request));
    };
    for (const char* id : {"", ".", ".."}) {
        rejected([&] { return f.rooms->get_room(id); });
        rejected([&] { return f.rooms->delete_room(id); });
        rejected([&] { return f.rooms->add_peer(id); });
        rejected([&] { return f.rooms->delete_peer("a", id); });
        rejected([&] { return f.rooms->delete_peer(id, "a"); });
    }
    rejected([&] { return f.rooms->create_room(room_config().webhook_url("http:///p")); });
    rejected([&] { return f.rooms->create_room(room_config().webhook_url("http://h:x/p")); });
    rejected([&] {
        return f.rooms->create_room(room_config().peerless_purge_timeout(std::chrono::seconds(0)));
    });
    BOOST_TEST(f.server.requests() == 0U);
    BOOST_TEST(f.server.accepted_connections() == 0U);
}

BOOST_AUTO_TEST_CASE(options_are_checked_at_first_use) {
    asio::io_context context;
    const auto code_with = [&](const client_options& options) {
        jellyfish::room_api subject(context.get_executor(), options);
        return run(context, outcome_of([&] { return subject.get_all_rooms(); })).code;
    };
    BOOST_TEST(code_with(logged_options().server_address("https://a").secure(false)) ==
               error_code(errc::invalid_address));
    BOOST_TEST(code_with(logged_options().max_connections(0)) == error_code(errc::invalid_option));
    BOOST_TEST(code_with(logged_options().server_api_token("a\nb")) ==
               error_code(errc::invalid_option));
    run_out(context);
}

// ---- completion tokens

BOOST_AUTO_TEST_CASE(an_awaited_call_throws_an_api_error) {
    fixture f;
    const auto call = [&]() -> asio::awaitable<std::string> {
        try {
            co_await f.rooms->get_room("none", asio::use_awaitable);
        } catch (const api_error& e) {
            co_return std::to_string(e.status()) + " " + e.server_message();
        }
        co_return "nothing was thrown";
    };
    BOOST_TEST(f.run(call()) == "404 Room none does not exist");
}

BOOST_AUTO_TEST_CASE(as_tuple_returns_the_code_and_the_result) {
    fixture f;
    const auto call = [&]() -> asio::awaitable<void> {
        const auto made = co_await f.rooms->create_room(room_config().room_id("a"),
                                                        asio::as_tuple(asio::use_awaitable));
        BOOST_TEST(!std::get<0>(made));
        BOOST_TEST(std::get<1>(made).room.id == "a");
        const auto missing =
            co_await f.rooms->get_room("none", asio::as_tuple(asio::use_awaitable));
        BOOST_TEST(std::get<0>(missing) == error_code(errc::not_found));
        BOOST_TEST(std::get<1>(missing).id == "");
        const auto deleted =
            co_await f.rooms->delete_room("a", asio::as_tuple(asio::use_awaitable));
        BOOST_TEST(!std::get<0>(deleted));
    };
    f.run(call());
}

BOOST_AUTO_TEST_CASE(a_future_returns_the_result_or_throws_an_error_with_all_details) {
    fixture f;
    auto work = asio::make_work_guard(f.context);
    std::jthread runner([&] { f.context.run(); });
    BOOST_TEST(f.rooms->create_room(room_config().room_id("a"), asio::use_future).get().room.id ==
               "a");
    BOOST_TEST(f.rooms->get_all_rooms(asio::use_future).get().size() == 1U);
    auto missing = f.rooms->delete_peer("a", "none", asio::use_future);
    BOOST_CHECK_EXCEPTION(missing.get(), api_error, [](const api_error& e) {
        return e.status() == 404 && e.server_message() == "Peer none does not exist";
    });
    work.reset();
    f.rooms.reset();  // So that the context runs out of work.
    runner.join();
}

BOOST_AUTO_TEST_CASE(a_callback_gets_the_code_and_the_result) {
    fixture f;
    int called = 0;
    f.rooms->create_room(room_config().room_id("a"),
                         [&](const error_code& code, const create_room_result& result) {
                             ++called;
                             BOOST_TEST(!code);
                             BOOST_TEST(result.room.id == "a");
                             f.rooms->delete_room("none", [&](const error_code& second) {
                                 ++called;
                                 BOOST_TEST(second == error_code(errc::not_found));
                                 f.rooms.reset();
                             });
                         });
    BOOST_TEST(called == 0);
    run_out(f.context);
    BOOST_TEST(called == 2);
}

BOOST_AUTO_TEST_CASE(a_deferred_call_is_made_when_it_is_awaited) {
    fixture f;
    const auto call = [&]() -> asio::awaitable<std::size_t> {
        auto later = f.rooms->get_all_rooms(asio::deferred);
        co_await f.rooms->create_room(room_config());
        const auto rooms = co_await std::move(later)(asio::use_awaitable);
        co_return rooms.size();
    };
    BOOST_TEST(f.run(call()) == 1U);
}

BOOST_AUTO_TEST_CASE(arguments_need_not_outlive_the_initiating_function) {
    fixture f;
    f.create(room_config().room_id("a"));
    auto id = std::make_unique<std::string>("a");
    auto pending = f.rooms->get_room(*id);
    *id = "b";
    id.reset();
    BOOST_TEST(f.run(std::move(pending)).id == "a");
}

BOOST_AUTO_TEST_CASE(an_object_can_be_moved) {
    fixture f;
    f.create(room_config().room_id("a"));
    jellyfish::room_api moved(std::move(*f.rooms));
    BOOST_TEST(f.run(moved.get_all_rooms()).size() == 1U);
    f.rooms.emplace(f.context.get_executor(), logged_options().server_address("127.0.0.1:1"));
    *f.rooms = std::move(moved);
    BOOST_TEST(f.run(f.rooms->get_all_rooms()).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
