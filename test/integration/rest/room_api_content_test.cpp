#include <jellyfish/error.hpp>
#include <jellyfish/recording_api.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>

#include "fakes/scripted_peer.hpp"
#include "fixtures/log.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"
#include "fixtures/temporary_folder.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// Components, files and nodes: each call, with success and with each error response.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;

struct fixture {
    temporary_folder media;  // The server's resource folder.
    testing::server server;
    asio::io_context context;
    std::optional<room_api> rooms;

    explicit fixture(std::size_t nodes = 1)
        : server(testing::server_options().media_dir(media.path().string()).nodes(nodes)) {
        media.write("file_component_sources/video.h264", "video");
        media.write("file_component_sources/audio.ogg", "audio");
        rooms.emplace(context.get_executor(), options());
    }

    ~fixture() {
        rooms.reset();
        run_out(context);
    }

    [[nodiscard]] client_options options(std::size_t node = 0) const {
        return logged_options().server_address(server.address(node));
    }

    template <class Result>
    Result run(asio::awaitable<Result> what) {
        return jellyfish::test::run(context, std::move(what));
    }

    void run(asio::awaitable<void> what) { jellyfish::test::run(context, std::move(what)); }

    template <class Call>
    outcome failure(Call call) {
        return run(outcome_of(std::move(call)));
    }

    std::string make_room() {
        return run(rooms->create_room(room_config().video_codec(video_codec::h264))).room.id;
    }

    component add(const std::string& room_id, const component_options& options) {
        return run(rooms->add_component(room_id, options));
    }
};

void check(const outcome& is, errc code, const std::string& server_message) {
    BOOST_TEST(is.code == error_code(code), is.what);
    BOOST_TEST(is.info.server_message == server_message);
}

const std::string unknown_id = "00000000-0000-4000-8000-000000000000";

}  // namespace

BOOST_AUTO_TEST_SUITE(room_api_content)

// ---- components

BOOST_AUTO_TEST_CASE(a_component_of_each_kind_can_be_added_read_and_deleted) {
    fixture f;
    const std::string room_id = f.make_room();
    const auto hls = std::get<component_hls>(f.add(
        room_id, component_options_hls().low_latency(true).subscribe_mode(subscribe_mode::manual)));
    BOOST_TEST(hls.properties.low_latency);
    BOOST_TEST((hls.properties.subscribe_mode == subscribe_mode::manual));
    const auto rtsp = std::get<component_rtsp>(
        f.add(room_id, component_options_rtsp("rtsp://camera/x").rtp_port(30'000)));
    BOOST_TEST(rtsp.properties.source_uri == "rtsp://camera/x");
    BOOST_TEST(rtsp.properties.rtp_port == 30'000);
    BOOST_TEST(rtsp.properties.reconnect_delay.count() == 15'000);
    const auto file = std::get<component_file>(
        f.add(room_id, component_options_file("video.h264").framerate(24)));
    BOOST_TEST(file.properties.framerate.value() == 24U);
    const auto sip = std::get<component_sip>(
        f.add(room_id, component_options_sip("sip.example", "me", "s3cret")));
    BOOST_TEST(sip.properties.registrar_credentials.username == "me");
    const auto recording = std::get<component_recording>(f.add(
        room_id,
        component_options_recording().credentials(
            s3_credentials().access_key_id("a").secret_access_key("s3cret").region("c").bucket(
                "d"))));
    const auto room = f.run(f.rooms->get_room(room_id));
    BOOST_TEST(room.components.size() == 5U);
    for (const std::string& id : {hls.id, rtsp.id, file.id, sip.id, recording.id})
        f.run(f.rooms->delete_component(room_id, id));
    BOOST_TEST(f.run(f.rooms->get_room(room_id)).components.empty());
}

BOOST_AUTO_TEST_CASE(a_failure_to_add_a_component_is_reported) {
    fixture f;
    const std::string vp8 =
        f.run(f.rooms->create_room(room_config().video_codec(video_codec::vp8))).room.id;
    const auto adding = [&](const std::string& room_id, const component_options& options) {
        return f.failure([&] { return f.rooms->add_component(room_id, options); });
    };
    check(adding(vp8, component_options_hls()), errc::bad_request,
          "Incompatible video codec enforced in room " + vp8);
    check(adding(unknown_id, component_options_hls()), errc::not_found,
          "Room " + unknown_id + " does not exist");
    const std::string room_id = f.make_room();
    f.add(room_id, component_options_hls());
    check(adding(room_id, component_options_hls()), errc::bad_request,
          "Reached hls components limit for component in room " + room_id);
    check(adding(room_id, component_options_file("no.h264")), errc::not_found, "File not found");
    check(adding(room_id, component_options_file("../../etc/passwd.h264")), errc::bad_request,
          "Invalid file path");
    check(adding(room_id, component_options_file("audio.ogg").framerate(3)), errc::bad_request,
          "Attempted to set framerate for audio component which is not supported.");
}

BOOST_AUTO_TEST_CASE(deleting_a_missing_component_is_reported) {
    fixture f;
    const std::string room_id = f.make_room();
    check(f.failure([&] { return f.rooms->delete_component(room_id, unknown_id); }),
          errc::not_found, "Component " + unknown_id + " does not exist");
    check(f.failure([&] { return f.rooms->delete_component(unknown_id, unknown_id); }),
          errc::not_found, "Room " + unknown_id + " does not exist");
}

// ---- subscribe and SIP

BOOST_AUTO_TEST_CASE(a_component_in_manual_mode_can_be_subscribed) {
    fixture f;
    const std::string room_id = f.make_room();
    const std::string hls =
        id_of(f.add(room_id, component_options_hls().subscribe_mode(subscribe_mode::manual)));
    const std::string file = id_of(f.add(room_id, component_options_file("video.h264")));
    const std::vector<std::string> origins{file};
    f.run(f.rooms->subscribe(room_id, hls, origins));
    const outcome wrong = f.failure([&] { return f.rooms->subscribe(room_id, file, origins); });
    check(wrong, errc::bad_request,
          "Subscribe mode is supported only for HLS and Recording components");
    check(f.failure([&] { return f.rooms->subscribe(room_id, unknown_id, origins); }),
          errc::bad_request, "Component " + unknown_id + " does not exist");
    check(f.failure([&] { return f.rooms->subscribe(unknown_id, hls, origins); }), errc::not_found,
          "Room " + unknown_id + " does not exist");
}

BOOST_AUTO_TEST_CASE(a_component_in_automatic_mode_cannot_be_subscribed) {
    fixture f;
    const std::string room_id = f.make_room();
    const std::string hls = id_of(f.add(room_id, component_options_hls()));
    const std::vector<std::string> origins;
    check(f.failure([&] { return f.rooms->subscribe(room_id, hls, origins); }), errc::bad_request,
          "Component " + hls + " option `subscribe_mode` is set to :auto");
}

BOOST_AUTO_TEST_CASE(a_sip_component_dials_and_hangs_up) {
    fixture f;
    const std::string room_id = f.make_room();
    const std::string sip = id_of(f.add(room_id, component_options_sip("h", "u", "s3cret")));
    f.run(f.rooms->sip_dial(room_id, sip, "+48123456789"));
    f.run(f.rooms->sip_end_call(room_id, sip));
    const std::string file = id_of(f.add(room_id, component_options_file("video.h264")));
    check(f.failure([&] { return f.rooms->sip_dial(room_id, file, "1"); }), errc::bad_request,
          "Component " + file + " is not a SIP component");
    check(f.failure([&] { return f.rooms->sip_end_call(room_id, file); }), errc::bad_request,
          "Component " + file + " is not SIP component");
    check(f.failure([&] { return f.rooms->sip_dial(unknown_id, sip, "1"); }), errc::not_found,
          "Room " + unknown_id + " does not exist");
    check(f.failure([&] { return f.rooms->sip_end_call(unknown_id, sip); }), errc::not_found,
          "Room " + unknown_id + " does not exist");
    const outcome empty = f.failure([&] { return f.rooms->sip_dial(room_id, sip, ""); });
    BOOST_TEST(empty.code == error_code(errc::invalid_argument));
}

// ---- files

BOOST_AUTO_TEST_CASE(recordings_can_be_listed_read_and_deleted) {
    fixture f;
    recording_api recordings(f.context.get_executor(), f.options());
    f.media.write("recordings/" + unknown_id + "/report.json", "{\"x\":1}");
    const std::vector<std::string> expected{unknown_id};
    BOOST_TEST(f.run(recordings.get_list()) == expected, boost::test_tools::per_element());
    const content file = f.run(recordings.get_content(unknown_id, "report.json"));
    BOOST_TEST(file.bytes == "{\"x\":1}");
    check(f.failure([&] { return recordings.get_content(unknown_id, "none"); }), errc::not_found,
          "File not found");
    check(f.failure([&] { return recordings.get_content("none", "none"); }), errc::not_found,
          "File not found");
    check(f.failure([&] { return recordings.get_content(unknown_id, "../../x"); }),
          errc::bad_request, "Invalid filename, got: ../../x");
    check(f.failure([&] { return recordings.delete_recording("../x"); }), errc::bad_request,
          "Invalid recording id, got: ../x");
    f.run(recordings.delete_recording(unknown_id));
    check(f.failure([&] { return recordings.delete_recording(unknown_id); }), errc::not_found,
          "Recording not found");
}

BOOST_AUTO_TEST_CASE(an_hls_file_is_read_completely_and_in_parts) {
    fixture f;
    const std::string room_id = f.make_room();
    f.add(room_id, component_options_hls());
    f.media.write("temporary_hls/" + room_id + "/segment.m4s", "0123456789");
    const content whole = f.run(f.rooms->get_hls_content(room_id, "segment.m4s"));
    BOOST_TEST(whole.bytes == "0123456789");
    BOOST_TEST(whole.content_range == "");
    check(f.failure([&] { return f.rooms->get_hls_content(room_id, "none.m4s"); }), errc::not_found,
          "File not found");
    check(f.failure([&] { return f.rooms->get_hls_content(room_id, "../../x"); }),
          errc::bad_request, "Invalid filename, got ../../x");
    const auto requests = f.server.seen_requests();
    for (const auto& [name, value] : requests.back().headers)
        BOOST_TEST(name != "authorization");
}

BOOST_AUTO_TEST_CASE(the_parameters_of_an_hls_request_are_sent) {
    asio::io_context context;
    std::string header;
    std::optional<scripted_peer> peer;
    peer.emplace(context.get_executor(), [&](scripted_connection& c) -> asio::awaitable<void> {
        header = co_await c.read_header();
        co_await c.write(
            "HTTP/1.1 206 Partial Content\r\ncontent-length: 2\r\ncontent-type: video/mp4\r\n"
            "content-range: bytes 3-4/10\r\n\r\n34");
    });
    std::optional<room_api> rooms;
    rooms.emplace(context.get_executor(), logged_options().server_address(peer->address()));
    const auto options = hls_content_options().msn(7).part(2).skip(true).range(3, 4);
    const content got = run(context, rooms->get_hls_content("r", "f.m3u8", options));
    BOOST_TEST(
        header.starts_with("GET /hls/r/f.m3u8?_HLS_msn=7&_HLS_part=2&_HLS_skip=YES HTTP/1.1"));
    BOOST_TEST(header.find("\r\nRange: bytes=3-4\r\n") != std::string::npos);
    BOOST_TEST(header.find("Authorization") == std::string::npos);
    const content expected{"34", "video/mp4", "bytes 3-4/10"};
    BOOST_TEST((got == expected));
    peer.reset();
    rooms.reset();
    run_out(context);
}

/// A server that redirects all requests to another one.
struct redirecting {
    asio::io_context context;
    int requested_elsewhere = 0;
    std::optional<scripted_peer> elsewhere;
    std::optional<scripted_peer> peer;
    std::optional<room_api> rooms;

    std::string response = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nhere";

    explicit redirecting(const std::string& prefix = "http://", const std::string& query = "x=1") {
        elsewhere.emplace(context.get_executor(),
                          [this](scripted_connection& c) -> asio::awaitable<void> {
                              const std::string header = co_await c.read_header();
                              if (header.starts_with("GET /hls/r/f?x=1 ")) ++requested_elsewhere;
                              co_await c.write(response);
                          });
        const std::string location = prefix + elsewhere->address() + "/hls/r/f?" + query;
        peer.emplace(
            context.get_executor(), [location](scripted_connection& c) -> asio::awaitable<void> {
                co_await c.read_header();
                co_await c.write(
                    "HTTP/1.1 301 Moved Permanently\r\ncontent-length: 0\r\nlocation: " + location +
                    "\r\n\r\n");
            });
        rooms.emplace(context.get_executor(), logged_options().server_address(peer->address()));
    }

    ~redirecting() {
        rooms.reset();
        peer.reset();
        elsewhere.reset();
        run_out(context);
    }

    outcome failure(const hls_content_options& options) {
        return run(context, outcome_of([&] { return rooms->get_hls_content("r", "f", options); }));
    }
};

BOOST_AUTO_TEST_CASE(a_redirect_is_followed_if_requested) {
    redirecting r;
    const auto options = hls_content_options().follow_redirect(true);
    BOOST_TEST(run(r.context, r.rooms->get_hls_content("r", "f", options)).bytes == "here");
    BOOST_TEST(r.requested_elsewhere == 1);
}

BOOST_AUTO_TEST_CASE(the_signature_of_a_redirection_is_not_printed) {
    redirecting r("http://", "Signature=s3cret%2Fsignature");
    r.response =
        "HTTP/1.1 403 Forbidden\r\ncontent-length: 54\r\n\r\n"
        "/f?Signature=s3cret%2Fsignature is s3cret/signature...";
    const outcome o = r.failure(hls_content_options().follow_redirect(true));
    BOOST_TEST(o.info.status == 403);
    BOOST_TEST(o.info.server_message == "/f?(hidden) is (hidden)...");
}

BOOST_AUTO_TEST_CASE(a_redirect_is_reported_if_it_is_not_followed) {
    redirecting r;
    const outcome o = r.failure(hls_content_options());
    BOOST_TEST(o.code == error_code(errc::unexpected_status));
    BOOST_TEST(o.info.status == 301);
    BOOST_TEST(r.requested_elsewhere == 0);
}

BOOST_AUTO_TEST_CASE(a_redirect_to_another_scheme_is_not_followed) {
    redirecting r("ftp://");
    const outcome o = r.failure(hls_content_options().follow_redirect(true));
    BOOST_TEST(o.code == error_code(errc::unexpected_status));
    BOOST_TEST(r.requested_elsewhere == 0);
}

BOOST_AUTO_TEST_CASE(an_invalid_token_is_reported_by_every_call_that_requires_one) {
    fixture f;
    const auto options = f.options().server_api_token("s3cret-wrong");
    room_api rooms(f.context.get_executor(), options);
    recording_api recordings(f.context.get_executor(), options);
    const std::vector<std::string> origins;
    const auto rejected = [&](const auto& call) {
        check(f.failure(call), errc::unauthorized, "Invalid token");
    };
    rejected([&] { return rooms.add_component("a", component_options_hls()); });
    rejected([&] { return rooms.delete_component("a", "b"); });
    rejected([&] { return rooms.subscribe("a", "b", origins); });
    rejected([&] { return rooms.sip_dial("a", "b", "1"); });
    rejected([&] { return rooms.sip_end_call("a", "b"); });
    rejected([&] { return recordings.get_list(); });
    rejected([&] { return recordings.delete_recording("a"); });
}

// ---- a cluster

BOOST_AUTO_TEST_CASE(calls_about_a_room_are_sent_to_its_node) {
    fixture f(3);
    std::vector<create_room_result> made;
    for (int i = 0; i < 3; ++i)
        made.push_back(f.run(f.rooms->create_room()));
    bool elsewhere = false;
    for (const create_room_result& each : made) {
        elsewhere = elsewhere || each.server_address != f.server.address(0);
        const auto added = f.run(f.rooms->add_peer(each.room.id));
        BOOST_TEST(f.run(f.rooms->get_room(each.room.id)).peers.size() == 1U);
        f.run(f.rooms->delete_peer(each.room.id, added.peer.id));
        f.run(f.rooms->delete_room(each.room.id));
    }
    BOOST_TEST(elsewhere);
    BOOST_TEST(f.server.rooms().empty());
}

BOOST_AUTO_TEST_CASE(an_api_for_a_known_node_calls_that_node) {
    fixture f(2);
    std::optional<create_room_result> elsewhere;
    while (!elsewhere || elsewhere->server_address == f.server.address(0))
        elsewhere = f.run(f.rooms->create_room());
    room_api other(f.context.get_executor(), f.options());
    const std::string& room_id = elsewhere->room.id;
    const outcome unknown = f.failure([&] { return other.get_room(room_id); });
    BOOST_TEST(unknown.code == error_code(errc::not_found));
    room_api node = other.for_server(elsewhere->server_address);
    BOOST_TEST(f.run(node.get_room(room_id)).id == room_id);
}

BOOST_AUTO_TEST_CASE(the_destructor_completes_calls_on_other_nodes) {
    fixture f(2);
    std::optional<create_room_result> elsewhere;
    while (!elsewhere || elsewhere->server_address == f.server.address(0))
        elsewhere = f.run(f.rooms->create_room());
    f.server.stall(true);
    error_code ended;
    f.rooms->get_room(elsewhere->room.id, [&](error_code code, const room&) { ended = code; });
    f.context.restart();
    f.context.poll();
    f.rooms.reset();
    run_out(f.context);
    BOOST_TEST(ended == error_code(asio::error::operation_aborted));
}

BOOST_AUTO_TEST_SUITE_END()
