#include <jellyfish/client.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/testing/server.hpp>

#include "fixtures/once.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// Clients of a server at a URL, and of one with the API of Fishjam.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using error_code = boost::system::error_code;

constexpr std::string_view prefix = "/api/v1/connect/sandbox";

struct fixture {
    testing::server server{testing::server_options().path_prefix(std::string(prefix))};
    asio::io_context context;

    [[nodiscard]] client_options usual_options() const {
        return logged_options().fishjam_id("http://" + server.address());
    }

    template <class Call>
    outcome result_of(Call call) {
        return run(context, outcome_of(std::move(call)));
    }

    /// Checks that a call fails, and names what the server does not support.
    template <class Call>
    void check_not_supported(std::string_view feature, Call call) {
        const std::size_t sent = server.seen_requests().size();
        const outcome rejected = result_of(std::move(call));
        BOOST_TEST(rejected.code == error_code(errc::not_supported), feature);
        BOOST_TEST((rejected.code == condition::not_supported));
        BOOST_TEST(rejected.mentions("Fishjam does not support " + std::string(feature)),
                   rejected.what);
        BOOST_TEST(server.seen_requests().size() == sent);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(server_api)

BOOST_AUTO_TEST_CASE(requests_are_sent_below_the_path_of_the_url) {
    fixture f;
    room_api rooms(f.context, f.usual_options());
    BOOST_TEST(run(f.context, rooms.get_all_rooms()).empty());
    BOOST_TEST(f.server.seen_requests().back().target == std::string(prefix) + "/room");
}

BOOST_AUTO_TEST_CASE(a_session_is_established_below_the_path_of_the_url) {
    fixture f;
    notifier subject(f.context, f.usual_options(), once());
    run(f.context, subject.connect());
    BOOST_TEST(subject.is_ready());
    BOOST_TEST(f.server.subscribed_sockets() == 1U);  // It accepts no other path.
}

BOOST_AUTO_TEST_CASE(calls_that_fishjam_lacks_send_nothing) {
    fixture f;
    client subject(f.context, f.usual_options());
    auto rooms = subject.rooms();
    f.check_not_supported("components",
                          [&] { return rooms.add_component("r", component_options_hls()); });
    f.check_not_supported("components", [&] { return rooms.delete_component("r", "c"); });
    f.check_not_supported("components", [&] { return rooms.subscribe("r", "c", {"p"}); });
    f.check_not_supported("SIP calls", [&] { return rooms.sip_dial("r", "c", "123"); });
    f.check_not_supported("SIP calls", [&] { return rooms.sip_end_call("r", "c"); });
    f.check_not_supported("HLS files", [&] { return rooms.get_hls_content("r", "a.m3u8"); });
    auto recordings = subject.recordings();
    f.check_not_supported("recording_api", [&] { return recordings.get_list(); });
    f.check_not_supported("recording_api", [&] { return recordings.delete_recording("r"); });
    f.check_not_supported("recording_api", [&] { return recordings.get_content("r", "a"); });
    auto health = subject.health();
    f.check_not_supported("health_api", [&] { return health.check(); });
}

BOOST_AUTO_TEST_CASE(options_that_fishjam_lacks_send_nothing) {
    using std::chrono::seconds;
    fixture f;
    room_api rooms(f.context, f.usual_options());
    const auto check = [&](std::string_view name, const room_config& config) {
        f.check_not_supported(name, [&] { return rooms.create_room(config); });
    };
    check("room_config::room_id", room_config().room_id("r"));
    check("room_config::peerless_purge_timeout", room_config().peerless_purge_timeout(seconds(1)));
    check("room_config::peer_disconnected_timeout",
          room_config().peer_disconnected_timeout(seconds(1)));
    f.check_not_supported("peer_options_webrtc::enable_simulcast", [&] {
        return rooms.add_peer("r", peer_options_webrtc().enable_simulcast(true));
    });
}

BOOST_AUTO_TEST_CASE(a_session_with_metrics_of_fishjam_is_not_established) {
    fixture f;
    notifier with_handler(f.context, f.usual_options(), once());
    with_handler.on_metrics([](const metrics_report&) {});
    f.check_not_supported("metrics", [&] { return with_handler.connect(); });
    notifier with_event(f.context, f.usual_options(), once().events({event_type::metrics}));
    f.check_not_supported("metrics", [&] { return with_event.connect(); });
}

BOOST_AUTO_TEST_CASE(subscribing_to_metrics_of_fishjam_fails_and_keeps_the_session) {
    fixture f;
    notifier subject(f.context, f.usual_options(), once());
    run(f.context, subject.connect());
    f.check_not_supported("metrics", [&] { return subject.subscribe(event_type::metrics); });
    BOOST_TEST(subject.is_ready());
    run(f.context, subject.subscribe(event_type::server_notification));
}

BOOST_AUTO_TEST_CASE(an_empty_fishjam_id_is_an_error_of_each_call) {
    fixture f;
    const auto options = f.usual_options().fishjam_id("");
    room_api rooms(f.context, options);
    notifier subject(f.context, options, once());
    for (const outcome& each : {f.result_of([&] { return rooms.get_all_rooms(); }),
                                f.result_of([&] { return subject.connect(); })}) {
        BOOST_TEST(each.code == error_code(errc::invalid_option));
        BOOST_TEST(each.mentions("fishjam_id must be an id"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
