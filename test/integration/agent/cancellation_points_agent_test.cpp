#include <jellyfish/fishjam/agent.hpp>

#include "fixtures/agent_fixture.hpp"
#include "fixtures/cancel_at_each_step.hpp"

#include <string>
#include <utility>

// See cancellation_points_test.cpp.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;

/// An agent, perhaps connected, perhaps with audio on its way.
template <bool connected, int packets = 0>
struct joined_fixture : agent_fixture {
    std::string track;

    joined_fixture() : agent_fixture(eager_agent(), connected) {
        track = subject->add_track();
        if (connected) await([this] { return !seen().tracks.empty(); });
        for (int n = 0; n < packets; ++n)
            speak(std::to_string(n));
    }

    void expect_next(int number) {
        BOOST_TEST(next<fishjam::track_data>().data == std::to_string(number));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cancellation_points_agent)

BOOST_DATA_TEST_CASE(connect_of_an_agent, all_types, type) {
    using fixture_type = joined_fixture<false>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject->connect(std::move(token)); },
        [](fixture_type& w, const error_code& code) {
            // The server may not have noticed yet that the cancelled attempt is gone.
            w.server.drop_connections();
            if (code) run(w.context, w.subject->connect());
        });
}

BOOST_DATA_TEST_CASE(next_of_an_agent, all_types, type) {
    using fixture_type = joined_fixture<true, 2>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject->next(std::move(token)); },
        [](fixture_type& w, const error_code& code) {
            if (code) w.expect_next(0);
            w.expect_next(1);
        });
}

BOOST_DATA_TEST_CASE(wait_of_an_agent, all_types, type) {
    using fixture_type = joined_fixture<true, 1>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject->wait(std::move(token)); },
        [](fixture_type& w, const error_code&) { w.expect_next(0); });
}

BOOST_DATA_TEST_CASE(send, all_types, type) {
    using fixture_type = joined_fixture<true>;
    cancel_at_each_step<fixture_type>(
        type,
        [](fixture_type& w, auto token) {
            w.subject->send(w.track, bytes_of("first"), std::move(token));
        },
        [](fixture_type& w, const error_code& code) {
            w.send(w.track, "second");
            const std::size_t sent = code ? 1 : 2;
            w.await([&] { return w.seen().received >= sent; });
            BOOST_TEST(w.seen().received == sent);
            BOOST_TEST(w.seen().packets.front().data == (code ? "second" : "first"));
        });
}

BOOST_DATA_TEST_CASE(capture_image, all_types, type) {
    using fixture_type = joined_fixture<true>;
    cancel_at_each_step<fixture_type>(
        type,
        [](fixture_type& w, auto token) { w.subject->capture_image("video", std::move(token)); },
        [](fixture_type& w, const error_code&) {
            const auto image = run(w.context, w.subject->capture_image("video"));
            BOOST_TEST(image.track_id == "video");
        });
}

BOOST_DATA_TEST_CASE(close_of_an_agent, all_types, type) {
    using fixture_type = joined_fixture<true>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject->close(std::move(token)); },
        [](fixture_type& w, const error_code&) {
            run(w.context, w.subject->close());
            BOOST_TEST((w.subject->state() == session_state::closed));
        });
}

BOOST_AUTO_TEST_SUITE_END()
