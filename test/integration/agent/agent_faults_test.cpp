#include <jellyfish/fishjam/agent.hpp>

#include "fakes/scripted_peer.hpp"
#include "fakes/wire.hpp"
#include "fixtures/agent_fixture.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/quiet_protobuf.hpp"
#include "fixtures/session_harness.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

// What an agent does when the server or the connection fails.
namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

fishjam::agent_options final_loss() {
    return fishjam::agent_options().reconnect(reconnect_policy::never());
}

const std::string token_accepted = message(bytes_field(1, ""));

/// A server that is controlled by a script, after it has accepted an agent's token.
struct scripted_fixture {
    asio::io_context context;
    scripted_peer server;
    fishjam::agent subject;

    explicit scripted_fixture(scripted_peer::script script,
                              const fishjam::agent_options& options = final_loss())
        : server(context.get_executor(),
                 [script](scripted_connection& connection) -> asio::awaitable<void> {
                     co_await connection.accept_upgrade();
                     (void)co_await connection.read_frame();  // The token.
                     co_await script(connection);
                 }),
          subject(context, logged_options().server_address(server.address()), "token", "",
                  options) {}

    outcome connect() {
        return run(context, outcome_of([this] { return subject.connect(); }));
    }
    outcome next() {
        return run(context, outcome_of([this] { return subject.next(); }));
    }
    void await(const std::function<bool()>& condition) {
        run(context, agent_fixture::poll(condition));
    }
};

/// An agent that sends until the server, which does not read, makes it wait.
struct stalled_fixture : scripted_fixture {
    bool reads = false;
    bool drops = false;
    std::string read_bytes;
    const std::string track = subject.add_track();
    const std::string packet = std::string(64'000, 'x');
    std::size_t accepted = 0;
    bool waiting = false;
    std::optional<error_code> ended;
    asio::cancellation_signal cancel;

    stalled_fixture()
        : scripted_fixture(
              [this](scripted_connection& connection) -> asio::awaitable<void> {
                  co_await connection.write(token_accepted);
                  co_await agent_fixture::poll([this] { return reads || drops; });
                  if (drops) co_return;
                  read_bytes = co_await connection.read_to_end();
              },
              final_loss().close_timeout(50ms)) {
        BOOST_REQUIRE(!connect().code);
        asio::co_spawn(context, send_until_failure(*this),
                       asio::bind_cancellation_slot(cancel.slot(), asio::detached));
        std::size_t before = 0;
        int polls_without_progress = 0;
        await([&] {
            const bool progress = accepted != std::exchange(before, accepted) || !waiting;
            polls_without_progress = progress ? 0 : polls_without_progress + 1;
            return polls_without_progress == 100;
        });
    }

    ~stalled_fixture() {
        reads = true;
        run(context, subject.close());
        await([this] { return ended.has_value(); });
    }

    static asio::awaitable<void> send_until_failure(stalled_fixture& f) {
        try {
            for (;;) {
                f.waiting = true;
                co_await f.subject.send(f.track, asio::buffer(f.packet));
                f.waiting = false;
                ++f.accepted;
            }
        } catch (const error& e) {
            f.ended = e.code();
        }
    }

    /// Closes, and returns how many packets the server has received.
    std::size_t received() {
        reads = true;
        run(context, subject.close());
        await([this] { return !read_bytes.empty(); });
        std::size_t count = 0;
        for (const client_frame& each : parse_client_frames(read_bytes))
            count += each.payload.size() > packet.size() ? 1 : 0;
        return count;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(agent_faults)

BOOST_AUTO_TEST_CASE(a_wrong_token_is_reported_and_never_printed) {
    agent_fixture f(eager_agent(), false);
    fishjam::agent subject{f.context, f.client(), "a-wrong-s3cret"};
    const outcome refused = run(f.context, outcome_of([&] { return subject.connect(); }));
    BOOST_TEST(refused.code == error_code(errc::authentication_refused));
    BOOST_TEST(refused.mentions("invalid token"));
    BOOST_TEST(!refused.mentions("a-wrong-s3cret"));
}

BOOST_AUTO_TEST_CASE(tokens_that_the_server_no_longer_accepts_are_reported) {
    agent_fixture f(eager_agent(), false);
    const std::string expired = f.server.make_peer_token(f.room, f.peer, 25h);
    const std::string deleted = f.server.make_peer_token(f.room, "deleted");
    for (const std::string& token : {expired, deleted}) {
        fishjam::agent subject{f.context, f.client(), token};
        const outcome refused = run(f.context, outcome_of([&] { return subject.connect(); }));
        BOOST_TEST(refused.code == error_code(errc::authentication_refused));
    }
}

BOOST_AUTO_TEST_CASE(invalid_options_are_reported_by_connect) {
    agent_fixture f(eager_agent(), false);
    struct row {
        std::string token;
        std::string url;
        fishjam::agent_options options;
        errc code;
        const char* text;
    };
    const row rows[] = {
        {"", "", {}, errc::invalid_option, "the peer token must not be empty"},
        {"t", "", fishjam::agent_options().send_limit(0), errc::invalid_option, "send_limit"},
        {"t", "", fishjam::agent_options().queue_limit(0), errc::invalid_option, "queue_limit"},
        {"t", "", fishjam::agent_options().capture_timeout(0ms), errc::invalid_option,
         "capture_timeout"},
        {"t", "ftp://host/socket/peer/websocket", {}, errc::invalid_address, "scheme"},
    };
    for (const row& each : rows) {
        fishjam::agent subject{f.context, f.client(), each.token, each.url, each.options};
        const outcome refused = run(f.context, outcome_of([&] { return subject.connect(); }));
        BOOST_TEST(refused.code == error_code(each.code));
        BOOST_TEST(refused.mentions(each.text), refused.what);
    }
}

BOOST_AUTO_TEST_CASE(a_lost_session_is_restored_with_its_tracks) {
    agent_fixture f;
    const std::string track = f.subject->add_track();
    f.expect_audio("before");
    for (int n = 0; n < 5; ++n) {
        f.server.drop_connections(n % 2 == 1);
        BOOST_TEST(f.next<disconnected>().code == error_code(errc::connection_lost));
        (void)f.next<reconnected>();
        f.await([&] { return f.seen().tracks.size() == 1; });
        BOOST_TEST(f.seen().tracks[0].value.id == track);
        f.expect_audio("after");
        f.send(track, "sent");
        f.await([&] { return f.seen().received == static_cast<std::uint64_t>(n + 1); });
    }
    BOOST_TEST(f.subject->stats().reconnects == 5U);
}

BOOST_AUTO_TEST_CASE(a_close_by_the_server_is_a_loss) {
    agent_fixture f;
    f.server.close_agents(1012, "restart");
    BOOST_TEST(f.next<disconnected>().code == error_code(errc::closed_by_server));
    (void)f.next<reconnected>();
    f.expect_audio("after");
}

BOOST_AUTO_TEST_CASE(a_peer_that_was_deleted_does_not_come_back) {
    agent_fixture f;
    f.server.crash_peer(f.room, f.peer);
    BOOST_TEST(f.next<disconnected>().code == error_code(errc::closed_by_server));
    const outcome end = run(f.context, outcome_of([&] { return f.subject->next(); }));
    BOOST_TEST(end.code == error_code(errc::authentication_refused));
    BOOST_TEST(end.mentions("peer not found"));
    BOOST_TEST((f.subject->state() == session_state::failed));
}

BOOST_AUTO_TEST_CASE(without_reconnecting_a_loss_is_final) {
    agent_fixture f(final_loss());
    const std::string track = f.subject->add_track();
    f.server.drop_connections();
    const outcome end = run(f.context, outcome_of([&] { return f.subject->next(); }));
    BOOST_TEST(end.code == error_code(errc::connection_lost));
    const outcome unsent =
        run(f.context, outcome_of([&] { return f.subject->send(track, bytes_of("a")); }));
    BOOST_TEST(unsent.code == error_code(errc::connection_lost));
    run(f.context, f.subject->connect());  // May be called again.
    f.send(track, "a");
    f.await([&] { return f.seen().received == 1; });
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_read_makes_senders_wait_and_memory_is_limited) {
    stalled_fixture f;
    BOOST_TEST(f.subject.stats().bytes_to_send < 2 * 256U * 1024);
    const std::size_t before = f.accepted;
    f.reads = true;
    f.await([&] { return f.accepted > before + 100; });  // All of them continue.
}

BOOST_AUTO_TEST_CASE(a_cancelled_send_has_sent_nothing) {
    stalled_fixture f;
    f.cancel.emit(asio::cancellation_type::terminal);
    f.await([&] { return f.ended.has_value(); });
    BOOST_TEST(*f.ended == error_code(asio::error::operation_aborted));
    f.reads = true;
    f.await([&] { return f.subject.stats().bytes_to_send == 0; });
    BOOST_TEST(f.received() == f.accepted);
}

BOOST_AUTO_TEST_CASE(closing_does_not_wait_for_a_server_that_does_not_read) {
    stalled_fixture f;
    run(f.context, f.subject.close());
    f.await([&] { return f.ended.has_value(); });
    BOOST_TEST(*f.ended == error_code(errc::closed));
}

BOOST_AUTO_TEST_CASE(destroying_the_agent_aborts_waiting_senders) {
    stalled_fixture f;
    { const fishjam::agent destroyed(std::move(f.subject)); }
    f.subject = fishjam::agent(f.context, client_options(), "token");
    f.await([&] { return f.ended.has_value(); });
    BOOST_TEST(*f.ended == error_code(asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_noticed_while_senders_wait) {
    stalled_fixture f;
    f.drops = true;
    f.await([&] { return f.ended.has_value(); });
    BOOST_TEST(*f.ended == error_code(errc::connection_lost));
}

struct bad_message {
    const char* name;
    std::string bytes;
    errc expected;
};

std::ostream& operator<<(std::ostream& out, const bad_message& value) { return out << value.name; }

const bad_message bad_messages[] = {
    {"a truncated message", message(from_hex("12050a")), errc::malformed_message},
    {"an id that is not UTF-8", message(bytes_field(2, bytes_field(1, "\xff"))),
     errc::malformed_message},
    {"a text message", frame(op_text, "text"), errc::unexpected_message},
    {"a reserved opcode", frame(3, ""), errc::websocket_protocol},
    {"a message that is too big", message(std::string(2'000, 'x')), errc::message_too_big},
    {"the end of the stream", "", errc::connection_lost},
    {"a close frame", frame(op_close, close_payload(1011)), errc::closed_by_server},
};

BOOST_DATA_TEST_CASE_F(quiet_protobuf, a_server_that_breaks_the_protocol_fails_the_session,
                       data::make(bad_messages), each) {
    scripted_fixture f(
        [&](scripted_connection& connection) -> asio::awaitable<void> {
            co_await connection.write(token_accepted + each.bytes);
        },
        final_loss().max_message_size(1'000));
    const outcome connected = f.connect();
    const outcome end = connected.code ? connected : f.next();
    BOOST_TEST(end.code == error_code(each.expected));
}

BOOST_AUTO_TEST_CASE(media_before_authentication_fail_connect) {
    scripted_fixture f([](scripted_connection& connection) -> asio::awaitable<void> {
        co_await connection.write(message(bytes_field(2, bytes_field(3, "audio"))));
        (void)co_await connection.read_to_end();
    });
    BOOST_TEST(f.connect().code == error_code(errc::unexpected_message));
}

BOOST_AUTO_TEST_CASE(a_server_that_says_nothing_fails_connect_in_time) {
    scripted_fixture f(
        [](scripted_connection& connection) -> asio::awaitable<void> {
            (void)co_await connection.read_to_end();
        },
        final_loss().authentication_timeout(20ms));
    BOOST_TEST(f.connect().code == error_code(errc::authentication_timeout));
}

BOOST_AUTO_TEST_CASE(a_full_queue_pauses_reading_and_loses_nothing) {
    agent_fixture f(eager_agent().overflow(overflow_policy::pause).queue_limit(2));
    for (int n = 0; n < 20; ++n)
        f.speak(std::to_string(n));
    for (int n = 0; n < 20; ++n)
        BOOST_TEST(f.next<fishjam::track_data>().data == std::to_string(n));
    BOOST_TEST(f.subject->stats().dropped == 0U);
}

BOOST_AUTO_TEST_CASE(a_full_queue_may_fail_the_session) {
    agent_fixture f(eager_agent().overflow(overflow_policy::fail).queue_limit(1));
    f.speak("1");
    f.speak("2");
    f.await([&] { return f.subject->state() == session_state::failed; });
    (void)f.next<fishjam::track_data>();
    const outcome end = run(f.context, outcome_of([&] { return f.subject->next(); }));
    BOOST_TEST(end.code == error_code(errc::slow_consumer));
    BOOST_TEST(end.mentions("more than 1 events were queued"), end.what);
}

BOOST_AUTO_TEST_CASE(a_capture_fails_at_once_when_the_session_is_lost) {
    agent_fixture f;
    f.server.set_image("", "");
    std::optional<error_code> ended;
    f.subject->capture_image("video",
                             [&](error_code code, const fishjam::track_image&) { ended = code; });
    f.await([&] { return f.seen().captures == 1; });
    f.server.drop_connections();
    f.await([&] { return ended.has_value(); });
    BOOST_TEST(*ended == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_SUITE_END()
