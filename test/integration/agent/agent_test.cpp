#include <jellyfish/fishjam/fishjam.hpp>

#include "fakes/wire.hpp"
#include "fixtures/agent_fixture.hpp"
#include "fixtures/outcome.hpp"

#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

// What an agent does while nothing fails.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

}  // namespace

BOOST_AUTO_TEST_SUITE(agent)

BOOST_AUTO_TEST_CASE(it_joins_the_room_of_its_token) {
    agent_fixture f;
    BOOST_TEST(f.subject->is_ready());
    BOOST_TEST(f.server.agent_sockets() == 1U);
}

BOOST_AUTO_TEST_CASE(it_connects_where_the_url_of_its_peer_points) {
    agent_fixture f(eager_agent(), false);
    const auto elsewhere = logged_options().server_address("127.0.0.1:1").secure(true);
    fishjam::agent subject{f.context, elsewhere, f.token(),
                           "ws://" + f.server.address() + "/socket/peer/websocket"};
    run(f.context, subject.connect());
    BOOST_TEST(f.server.agent_sockets() == 1U);
}

BOOST_AUTO_TEST_CASE(it_joins_with_the_response_that_added_its_peer) {
    agent_fixture f(eager_agent(), false);
    const auto options = logged_options().fishjam_id(f.server.fishjam_url());
    fishjam::room_api rooms{f.context, options};
    const auto created = run(f.context, rooms.create_room());
    const auto added = run(f.context, rooms.add_peer(created.id, fishjam::agent_peer_options()));
    fishjam::agent subject{f.context, options, added.token, added.peer_websocket_url};
    run(f.context, subject.connect());
    const auto joined = run(f.context, rooms.get_room(created.id));
    BOOST_TEST((joined.peers.at(0).status == peer_status::connected));
}

BOOST_AUTO_TEST_CASE(with_manual_subscriptions_it_receives_only_what_it_is_subscribed_to) {
    agent_fixture f(eager_agent(), false);
    const auto options = logged_options().fishjam_id(f.server.fishjam_url());
    fishjam::room_api rooms{f.context, options};
    const auto manual = fishjam::agent_peer_options().subscribe_mode(subscribe_mode::manual);
    const auto added = run(f.context, rooms.add_peer(f.room, manual));
    f.subject.emplace(f.context, options, added.token, added.peer_websocket_url);
    run(f.context, f.subject->connect());
    f.speak("before");
    run(f.context, rooms.subscribe_peer(f.room, added.peer.id, f.speaker));
    f.expect_audio("after");
}

BOOST_AUTO_TEST_CASE(audio_of_other_peers_is_received_in_order) {
    agent_fixture f;
    f.speak("one");
    f.speak(std::string("\0\xff", 2));
    const auto first = f.next<fishjam::track_data>();
    BOOST_TEST(first.peer_id == f.speaker);
    BOOST_TEST(first.track == f.voice);
    BOOST_TEST(first.data == "one");
    BOOST_TEST(f.next<fishjam::track_data>().data == std::string("\0\xff", 2));
}

BOOST_AUTO_TEST_CASE(a_tone_arrives_as_pcm_packets_of_20_ms) {
    agent_fixture f;
    f.server.play_tone(f.room, f.speaker, f.voice, 60ms);
    std::string all;
    for (int n = 0; n < 3; ++n) {
        const auto audio = f.next<fishjam::track_data>();
        BOOST_TEST(audio.data.size() == 640U);
        all += audio.data;
    }
    BOOST_TEST(all.find_first_not_of('\0') != all.npos);
}

BOOST_AUTO_TEST_CASE(events_can_be_taken_in_every_way_a_notifier_has) {
    agent_fixture f;
    BOOST_TEST(!f.subject->try_next().has_value());
    f.speak("1");
    run(f.context, f.subject->wait());
    fishjam::agent_event reused;
    BOOST_TEST(f.subject->try_next(reused));
    BOOST_TEST(std::get<fishjam::track_data>(reused).data == "1");
    const outcome late = run(f.context, outcome_of([&] { return f.subject->next_for(1ms); }));
    BOOST_TEST(late.code == error_code(errc::timeout));
    f.speak("2");
    const auto second = run(f.context, f.subject->next_for(patience));
    BOOST_TEST(std::get<fishjam::track_data>(second.value()).data == "2");
    BOOST_TEST(f.subject->stats().received == 2U);
}

BOOST_AUTO_TEST_CASE(a_track_is_added_with_its_codec_and_sends_audio) {
    agent_fixture f;
    const std::string track = f.subject->add_track(
        fishjam::agent_track_options().sample_rate(24'000).channels(2).metadata(R"({"a":1})"));
    f.send(track, "one");
    f.send(track, std::string("\0\xff", 2));
    f.send(track, "");
    f.await([&] { return f.seen().received == 3; });
    const testing::seen_agent seen = f.seen();
    BOOST_REQUIRE(seen.tracks.size() == 1U);
    BOOST_TEST(seen.tracks[0].value == (jellyfish::track{track, track_type::audio, R"({"a":1})"}));
    BOOST_TEST(seen.tracks[0].encoding == "pcm16");
    BOOST_TEST(seen.tracks[0].sample_rate == 24'000U);
    BOOST_TEST(seen.tracks[0].channels == 2U);
    BOOST_TEST(seen.packets[0].track_id == track);
    BOOST_TEST(seen.packets[0].data == "one");
    BOOST_TEST(seen.packets[1].data == std::string("\0\xff", 2));
    BOOST_TEST(seen.packets[2].data.empty());
    BOOST_TEST(f.subject->stats().packets_sent == 3U);
}

BOOST_AUTO_TEST_CASE(tracks_added_before_connect_are_added_then) {
    agent_fixture f(eager_agent(), false);
    const std::string track = f.subject->add_track();
    run(f.context, f.subject->connect());
    f.await([&] { return f.seen().tracks.size() == 1; });
    BOOST_TEST(f.seen().tracks[0].value.id == track);
}

BOOST_AUTO_TEST_CASE(removed_and_interrupted_tracks_are_reported_to_the_server) {
    agent_fixture f;
    const std::string first = f.subject->add_track();
    const std::string second = f.subject->add_track();
    f.await([&] { return f.seen().tracks.size() == 2; });
    f.subject->interrupt(second);
    f.subject->remove_track(first);
    f.await([&] { return f.seen().removed_tracks == 1; });
    BOOST_TEST(f.seen().interrupted == std::vector<std::string>{second},
               boost::test_tools::per_element());
    BOOST_TEST(f.seen().tracks.at(0).value.id == second);
}

BOOST_AUTO_TEST_CASE(invalid_tracks_are_rejected) {
    agent_fixture f;
    using options = fishjam::agent_track_options;
    for (const auto& invalid :
         {options().sample_rate(0), options().channels(0), options().metadata("no JSON"),
          options().metadata("\"\xff\""), options().encoding(fishjam::audio_encoding{7})}) {
        const outcome rejected = failure_of([&] { (void)f.subject->add_track(invalid); });
        BOOST_TEST(rejected.code == error_code(errc::invalid_argument));
    }
    BOOST_TEST(failure_of([&] { f.subject->interrupt("unknown"); }).code ==
               error_code(errc::invalid_argument));
    const outcome unknown =
        run(f.context, outcome_of([&] { return f.subject->send("unknown", bytes_of("a")); }));
    BOOST_TEST(unknown.code == error_code(errc::invalid_argument));
    BOOST_TEST(unknown.mentions("unknown"));
}

BOOST_AUTO_TEST_CASE(an_image_is_captured) {
    agent_fixture f;
    f.server.set_image("image/jpeg", "\xff\xd8");
    const auto image = run(f.context, f.subject->capture_image("video"));
    BOOST_TEST((image == fishjam::track_image{"video", "image/jpeg", "\xff\xd8"}));
    BOOST_TEST(!f.subject->try_next().has_value());  // It is no event.
}

BOOST_AUTO_TEST_CASE(an_image_that_does_not_arrive_times_out_and_is_an_event_later) {
    agent_fixture f(eager_agent().capture_timeout(10ms));
    f.server.set_image("", "");
    const outcome late =
        run(f.context, outcome_of([&] { return f.subject->capture_image("video"); }));
    BOOST_TEST(late.code == error_code(errc::timeout));
    f.server.send_to_agents(bytes_field(3, bytes_field(1, "video") + bytes_field(3, "image")));
    BOOST_TEST(f.next<fishjam::track_image>().data == "image");
}

BOOST_AUTO_TEST_CASE(closing_sends_everything_that_was_accepted) {
    agent_fixture f;
    const std::string track = f.subject->add_track();
    const std::string packet(10'000, 'x');
    for (int n = 0; n < 20; ++n)
        f.send(track, packet);
    run(f.context, f.subject->close());
    BOOST_TEST(f.server.wait_for([&] { return f.seen().received == 20; }));
    BOOST_TEST(f.subject->stats().packets_discarded == 0U);
    BOOST_TEST((f.subject->state() == session_state::closed));
    const outcome rejected =
        run(f.context, outcome_of([&] { return f.subject->send(track, bytes_of("a")); }));
    BOOST_TEST(rejected.code == error_code(errc::closed));
}

BOOST_AUTO_TEST_CASE(events_received_before_closing_are_still_taken) {
    agent_fixture f;
    f.speak("last");
    f.await([&] { return f.subject->stats().queued == 1; });
    run(f.context, f.subject->close());
    BOOST_TEST(f.next<fishjam::track_data>().data == "last");
    const auto end = run(f.context, f.subject->next());
    BOOST_TEST(!end.has_value());
    run(f.context, f.subject->drain());
}

BOOST_AUTO_TEST_CASE(operations_take_every_kind_of_token) {
    agent_fixture f;
    const std::string track = f.subject->add_track();
    auto sent = f.subject->send(track, bytes_of("a"), asio::use_future);
    diagnostics info;
    bool called = false;
    f.subject->send("unknown", bytes_of("b"), info, [&](error_code code) {
        called = true;
        BOOST_TEST(code == error_code(errc::invalid_argument));
    });
    f.await([&] { return called; });
    sent.get();
    BOOST_TEST(info.operation == "send");
    const auto captured = run(f.context, f.subject->capture_image("v", asio::use_awaitable));
    BOOST_TEST(captured.track_id == "v");
    const auto tuple =
        run(f.context, f.subject->send(track, bytes_of("c"), asio::as_tuple(asio::use_awaitable)));
    BOOST_TEST(!std::get<0>(tuple));
}

BOOST_AUTO_TEST_CASE(media_are_not_printed) {
    std::ostringstream out;
    out << fishjam::agent_event(fishjam::track_data{"p", {"t", track_type::audio, "{}"}, "audio\n"})
        << ' ' << fishjam::agent_event(fishjam::track_image{"t", "image/png", "image"}) << ' '
        << fishjam::agent_event(dropped{2});
    BOOST_TEST(out.str() ==
               R"(track_data{peer_id: "p", track: track{id: "t", type: audio, metadata: "{}"}, )"
               R"(data: 6 bytes} track_image{track_id: "t", content_type: "image/png", )"
               R"(data: 5 bytes} dropped{count: 2})");
}

BOOST_AUTO_TEST_CASE(an_echo_of_everything_arrives_in_order) {
    agent_fixture f(eager_agent().overflow(overflow_policy::pause).send_limit(4'096));
    f.server.echo_agents(true);
    const auto talking = [](fishjam::agent& subject) -> asio::awaitable<void> {
        const std::string track = subject.add_track();
        for (int n = 0; n < 500; ++n) {
            const std::string packet = std::to_string(n) + std::string(640, ' ');
            co_await subject.send(track, asio::buffer(packet));
        }
    };
    const auto listening = [](fishjam::agent& subject) -> asio::awaitable<void> {
        for (int n = 0; n < 500; ++n) {
            const auto event = co_await subject.next();
            BOOST_TEST_REQUIRE(
                std::get<fishjam::track_data>(event.value()).data.starts_with(std::to_string(n)));
        }
    };
    using namespace asio::experimental::awaitable_operators;
    const auto both = [&](fishjam::agent& subject) -> asio::awaitable<void> {
        co_await (talking(subject) && listening(subject));
    };
    run(f.context, both(*f.subject));
}

BOOST_AUTO_TEST_SUITE_END()
