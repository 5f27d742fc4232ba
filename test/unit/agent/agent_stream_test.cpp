#include "agent/agent_stream.hpp"

#include "data/random.hpp"
#include "fakes/wire.hpp"
#include "fixtures/session_harness.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// The decisions between an agent's sessions and its user; a session without a socket takes what is
// sent.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;
using detail::push_result;
using stream_type = detail::agent_stream;

constexpr std::size_t send_limit = 1'000;

/// The kinds of the requests, and the content of media.
std::string summary(const std::vector<client_frame>& frames) {
    constexpr std::string_view names[] = {"?",     "token",     "add",    "remove",
                                          "media", "interrupt", "capture"};
    std::string all;
    for (const client_frame& each : frames) {
        const auto number = static_cast<std::size_t>(each.payload.at(0)) >> 3;
        all.append(all.empty() ? "" : " ").append(names[number]);
        if (number == 4) all += ':' + each.payload.substr(each.payload.rfind('\x12') + 2);
    }
    return all;
}

struct fixture {
    asio::io_context context;
    std::shared_ptr<stream_type> subject = std::make_shared<stream_type>(
        context.get_executor(),
        fishjam::agent_options().send_limit(send_limit).queue_limit(4).capture_timeout(1h));
    std::optional<detail::generation> id;
    std::optional<detail::agent_session> session;
    int wakes = 0;

    fixture() {
        subject->on_writable([this] { ++wakes; });
    }
    ~fixture() {
        subject->destroy();
        poll();
    }

    void poll() {
        context.restart();
        context.poll();
    }

    void connect() {
        id = subject->begin([](const error_code&, const auto&) {});
        make_ready();
    }

    void make_ready() {
        detail::session_parameters settings;
        settings.random = [random = std::make_shared<random_source>(1)] { return (*random)(); };
        session.emplace(settings, stream_type::time_point(1h));
        detail::agent_events none;
        const auto request = std::exchange(session->outbound(), {});
        (void)session->receive(upgrade_response(request) + message(bytes_field(1, "")),
                               stream_type::time_point(1h), none, SIZE_MAX);
        session->outbound().clear();
        subject->set_ready(*id);
    }

    void lose() { subject->set_lost(*id, errc::connection_lost, nullptr, {}); }

    /// What the session sends next.
    std::string sent(std::size_t limit = SIZE_MAX) {
        subject->take(*id, *session, limit);
        return summary(parse_client_frames(std::exchange(session->outbound(), {})));
    }

    push_result send(std::string_view track, std::string_view data, bool waited = false) {
        error_code code;
        detail::diagnostics_ptr info;
        const auto result =
            subject->try_send(track, asio::buffer(data.data(), data.size()), waited, code, info);
        failure = code;
        failure_info = info;
        return result;
    }

    void receive(fishjam::agent_event event) {
        detail::agent_events batch{std::move(event)};
        (void)subject->push(*id, batch);
    }

    fishjam::agent_stats stats() const {
        fishjam::agent_stats out;
        subject->count_into(out);
        return out;
    }

    error_code failure;
    detail::diagnostics_ptr failure_info;
};

/// The result of an operation, once it has completed.
struct result {
    std::optional<error_code> code;
    std::string operation;  // Of a failed capture, in its diagnostics.
    fishjam::track_image image;
    asio::cancellation_signal cancel;

    auto handler() {
        return asio::bind_cancellation_slot(
            cancel.slot(), [this](error_code ended, const auto&) { code = ended; });
    }
    auto image_handler() {
        return asio::bind_cancellation_slot(
            cancel.slot(), [this](error_code ended, const auto& info, fishjam::track_image value) {
                code = ended;
                if (info) operation = info->operation;
                image = std::move(value);
            });
    }
};

const std::string large(send_limit, 'x');

}  // namespace

BOOST_FIXTURE_TEST_SUITE(agent_stream, fixture)

BOOST_AUTO_TEST_CASE(a_track_has_a_random_uuid) {
    const std::string first = subject->add_track({});
    const std::string second = subject->add_track({});
    BOOST_TEST(first != second);
    BOOST_REQUIRE(first.size() == 36U);
    BOOST_TEST(first[14] == '4');
    BOOST_TEST(std::string_view("89ab").find(first[19]) != std::string_view::npos);
    for (const std::size_t dash : {8U, 13U, 18U, 23U})
        BOOST_TEST(first[dash] == '-');
}

BOOST_AUTO_TEST_CASE(tracks_are_added_when_the_session_is_ready_and_again_when_it_is_restored) {
    (void)subject->add_track({});
    connect();
    BOOST_TEST(sent() == "add");
    (void)subject->add_track({});
    BOOST_TEST(sent() == "add");
    lose();
    make_ready();
    BOOST_TEST(sent() == "add add");
}

BOOST_AUTO_TEST_CASE(a_removed_track_is_not_added_again) {
    const std::string track = subject->add_track({});
    connect();
    BOOST_TEST(sent() == "add");
    subject->remove_track(track);
    BOOST_TEST(sent() == "remove");
    lose();
    make_ready();
    BOOST_TEST(sent().empty());
}

BOOST_AUTO_TEST_CASE(a_track_is_removed_after_its_media) {
    connect();
    const std::string track = subject->add_track({});
    BOOST_TEST(sent() == "add");
    (void)send(track, "a");
    subject->remove_track(track);
    BOOST_TEST(sent() == "media:a remove");
}

BOOST_AUTO_TEST_CASE(a_track_that_was_never_sent_is_not_removed_either) {
    connect();
    const std::string track = subject->add_track({});
    (void)send(track, "a");
    subject->remove_track(track);
    BOOST_TEST(sent().empty());
    BOOST_TEST(stats().packets_discarded == 1U);
}

BOOST_AUTO_TEST_CASE(removing_an_unknown_track_does_nothing) {
    connect();
    subject->remove_track("unknown");
    BOOST_TEST(sent().empty());
}

BOOST_AUTO_TEST_CASE(media_are_sent_in_order_until_the_queue_is_full) {
    connect();
    const std::string track = subject->add_track({});
    BOOST_TEST((send(track, "a") == push_result::queued));
    BOOST_TEST((send(track, "b") == push_result::queued));
    BOOST_TEST((send(track, large) == push_result::queued));
    BOOST_TEST((send(track, "c") == push_result::full));
    BOOST_TEST(sent(1) == "add");
    BOOST_TEST((send(track, "c") == push_result::full));
    BOOST_TEST(sent().starts_with("media:a media:b media:"));
    BOOST_TEST((send(track, "c") == push_result::queued));
    BOOST_TEST(sent() == "media:c");
    BOOST_TEST(stats().packets_sent == 4U);
}

BOOST_AUTO_TEST_CASE(media_larger_than_the_queue_fit_into_an_empty_one) {
    connect();
    const std::string track = subject->add_track({});
    (void)sent();
    BOOST_TEST((send(track, std::string(50 * send_limit, 'x')) == push_result::queued));
}

BOOST_AUTO_TEST_CASE(the_session_is_notified_once_for_many_packets) {
    connect();
    const std::string track = subject->add_track({});
    (void)sent();
    wakes = 0;
    (void)send(track, "a");
    (void)send(track, "b");
    BOOST_TEST(wakes == 1);
    (void)sent();
    (void)send(track, "c");
    BOOST_TEST(wakes == 2);
}

BOOST_AUTO_TEST_CASE(a_waiting_sender_is_resumed_when_media_were_taken) {
    connect();
    const std::string track = subject->add_track({});
    (void)send(track, large);
    result waiting;
    subject->wait_send(waiting.handler());
    poll();
    BOOST_TEST(!waiting.code.has_value());
    (void)sent();
    poll();
    BOOST_TEST((waiting.code == error_code()));
}

BOOST_AUTO_TEST_CASE(later_senders_do_not_overtake_a_waiting_one) {
    connect();
    const std::string track = subject->add_track({});
    (void)send(track, large);
    result first;
    result second;
    subject->wait_send(first.handler());
    subject->wait_send(second.handler());
    (void)sent();
    BOOST_TEST((send(track, "late") == push_result::full));  // The second still waits.
    poll();
    BOOST_TEST((first.code == error_code()));
    BOOST_TEST(!second.code.has_value());
    BOOST_TEST((send(track, "first", true) == push_result::queued));
    poll();
    BOOST_TEST((second.code == error_code()));
}

BOOST_AUTO_TEST_CASE(a_cancelled_sender_leaves_its_turn_to_the_next) {
    connect();
    const std::string track = subject->add_track({});
    (void)send(track, large);
    result first;
    result second;
    subject->wait_send(first.handler());
    subject->wait_send(second.handler());
    (void)sent();
    first.cancel.emit(asio::cancellation_type::terminal);  // After it was notified.
    poll();
    BOOST_TEST((first.code == error_code(asio::error::operation_aborted)));
    BOOST_TEST((second.code == error_code()));
}

BOOST_AUTO_TEST_CASE(a_sender_whose_track_was_removed_leaves_its_turn_to_the_next) {
    connect();
    const std::string track = subject->add_track({});
    const std::string removed = subject->add_track({});
    (void)send(track, large);
    result first;
    result second;
    subject->wait_send(first.handler());
    subject->wait_send(second.handler());
    subject->remove_track(removed);
    (void)sent();
    poll();
    BOOST_TEST((first.code == error_code()));
    BOOST_TEST(!second.code.has_value());
    BOOST_TEST((send(removed, "first", true) == push_result::failed));
    poll();
    BOOST_TEST((second.code == error_code()));
}

BOOST_AUTO_TEST_CASE(senders_wait_while_a_session_is_restored) {
    connect();
    const std::string track = subject->add_track({});
    lose();
    BOOST_TEST((send(track, "a") == push_result::full));
    result waiting;
    subject->wait_send(waiting.handler());
    poll();
    BOOST_TEST(!waiting.code.has_value());
    make_ready();
    poll();
    BOOST_TEST((waiting.code == error_code()));
    BOOST_TEST((send(track, "a", true) == push_result::queued));
    BOOST_TEST(sent() == "add media:a");
}

BOOST_AUTO_TEST_CASE(unsent_media_of_a_lost_session_are_discarded_and_counted) {
    connect();
    const std::string track = subject->add_track({});
    (void)sent();
    (void)send(track, "a");
    (void)send(track, "b");
    lose();
    make_ready();
    BOOST_TEST(sent() == "add");
    BOOST_TEST(stats().packets_discarded == 2U);
    BOOST_TEST(stats().bytes_to_send == 0U);
}

BOOST_AUTO_TEST_CASE(sending_fails_when_it_can_never_succeed) {
    const std::string track = subject->add_track({});
    BOOST_TEST((send(track, "a") == push_result::failed));
    BOOST_TEST((failure == errc::not_connected));
    BOOST_REQUIRE(failure_info);
    BOOST_TEST(failure_info->operation == "send");
    connect();
    BOOST_TEST((send("unknown", "a") == push_result::failed));
    BOOST_TEST((failure == errc::invalid_argument));
    subject->set_ended(*id, errc::closed_by_server, nullptr);
    BOOST_TEST((send(track, "a") == push_result::failed));
    BOOST_TEST((failure == errc::closed_by_server));
    (void)subject->set_closing();
    BOOST_TEST((send(track, "a") == push_result::failed));
    BOOST_TEST((failure == errc::closed));
}

BOOST_AUTO_TEST_CASE(waiting_senders_are_resumed_to_fail) {
    connect();
    const std::string track = subject->add_track({});
    (void)send(track, large);
    result first;
    result second;
    subject->wait_send(first.handler());
    subject->wait_send(second.handler());
    (void)subject->set_closing();
    poll();
    BOOST_TEST((first.code == error_code()));
    BOOST_TEST((second.code == error_code()));
    result late;
    subject->wait_send(late.handler());
    poll();
    BOOST_TEST((late.code == error_code()));
}

BOOST_AUTO_TEST_CASE(waiting_senders_are_resumed_to_fail_when_connecting_is_cancelled) {
    result connecting;
    (void)subject->begin(connecting.handler());
    const std::string track = subject->add_track({});
    BOOST_TEST((send(track, "a") == push_result::full));
    result waiting;
    subject->wait_send(waiting.handler());
    poll();
    BOOST_TEST(!waiting.code.has_value());
    connecting.cancel.emit(asio::cancellation_type::terminal);
    poll();
    BOOST_TEST((waiting.code == error_code()));
    BOOST_TEST((send(track, "a", true) == push_result::failed));
    BOOST_TEST((failure == errc::not_connected));
}

BOOST_AUTO_TEST_CASE(what_was_queued_before_closing_is_still_sent) {
    connect();
    const std::string track = subject->add_track({});
    (void)send(track, "a");
    (void)subject->set_closing();
    BOOST_TEST(sent() == "add media:a");
}

BOOST_AUTO_TEST_CASE(an_interruption_discards_queued_media_of_its_track) {
    connect();
    const std::string track = subject->add_track({});
    const std::string other = subject->add_track({});
    (void)send(track, "a");
    (void)send(other, "b");
    (void)send(track, "c");
    subject->interrupt(track);
    subject->interrupt(track);
    BOOST_TEST(sent() == "add add media:b interrupt");
    BOOST_TEST(stats().packets_discarded == 2U);
}

BOOST_AUTO_TEST_CASE(an_interruption_resumes_a_waiting_sender) {
    connect();
    const std::string track = subject->add_track({});
    (void)send(track, large);
    result waiting;
    subject->wait_send(waiting.handler());
    subject->interrupt(track);
    poll();
    BOOST_TEST((waiting.code == error_code()));
}

BOOST_AUTO_TEST_CASE(an_unknown_track_cannot_be_interrupted) {
    BOOST_CHECK_EXCEPTION(subject->interrupt("unknown"), error, [](const error& e) {
        return e.code() == errc::invalid_argument &&
               e.info().detail.find("unknown") != std::string::npos;
    });
}

BOOST_AUTO_TEST_CASE(an_image_completes_its_capture_and_is_no_event) {
    connect();
    result capture;
    subject->capture_image("video", capture.image_handler());
    BOOST_TEST(sent() == "capture");
    receive(fishjam::track_image{"other", "image/png", "1"});
    poll();
    BOOST_TEST(!capture.code.has_value());
    receive(fishjam::track_image{"video", "image/png", "2"});
    poll();
    BOOST_TEST((capture.code == error_code()));
    BOOST_TEST(capture.image.data == "2");
    BOOST_TEST(subject->queue()->size() == 1U);  // The other one.
}

BOOST_AUTO_TEST_CASE(one_request_serves_captures_of_a_track_that_wait_together) {
    connect();
    result first;
    result second;
    subject->capture_image("video", first.image_handler());
    subject->capture_image("video", second.image_handler());
    BOOST_TEST(sent() == "capture");
    receive(fishjam::track_image{"video", "image/png", "2"});
    poll();
    BOOST_TEST(first.image.data == "2");
    BOOST_TEST(second.image.data == "2");
}

BOOST_AUTO_TEST_CASE(an_image_that_no_capture_waits_for_is_an_event) {
    connect();
    result capture;
    subject->capture_image("video", capture.image_handler());
    BOOST_TEST(sent() == "capture");
    capture.cancel.emit(asio::cancellation_type::terminal);
    poll();
    BOOST_TEST((capture.code == error_code(asio::error::operation_aborted)));
    receive(fishjam::track_image{"video", "image/png", "late"});
    BOOST_TEST(subject->queue()->size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_capture_is_requested_again_after_one_that_was_cancelled) {
    connect();
    result first;
    subject->capture_image("video", first.image_handler());
    first.cancel.emit(asio::cancellation_type::terminal);
    result second;
    subject->capture_image("video", second.image_handler());
    BOOST_TEST(sent() == "capture");  // The first request was not sent.
    receive(fishjam::track_image{"video", "image/png", "2"});
    poll();
    BOOST_TEST(second.image.data == "2");
}

BOOST_AUTO_TEST_CASE(captures_fail_without_a_session_and_when_it_is_lost) {
    result early;
    subject->capture_image("video", early.image_handler());
    poll();
    BOOST_TEST((early.code == error_code(errc::not_connected)));
    BOOST_TEST(early.operation == "capture_image");
    connect();
    result lost;
    subject->capture_image("video", lost.image_handler());
    lose();
    poll();
    BOOST_TEST((lost.code == error_code(errc::connection_lost)));
    make_ready();
    result closed;
    subject->capture_image("video", closed.image_handler());
    (void)subject->set_closing();
    poll();
    BOOST_TEST((closed.code == error_code(errc::closed)));
    result late;
    subject->capture_image("video", late.image_handler());
    poll();
    BOOST_TEST((late.code == error_code(errc::closed)));
}

BOOST_AUTO_TEST_CASE(the_oldest_events_are_dropped_when_nothing_takes_them) {
    connect();
    for (int n = 0; n < 5; ++n)
        receive(fishjam::track_data{std::to_string(n), {}, ""});
    BOOST_TEST((subject->queue()->try_pop() == fishjam::agent_event(dropped{1})));
    const auto oldest = subject->queue()->try_pop();
    BOOST_TEST(std::get<fishjam::track_data>(oldest.value()).peer_id == "1");
    BOOST_TEST(stats().dropped == 1U);
}

BOOST_AUTO_TEST_CASE(gaps_are_marked_where_media_are_missing) {
    connect();
    receive(fishjam::track_data{"before", {}, ""});
    lose();
    make_ready();
    receive(fishjam::track_data{"after", {}, ""});
    std::string names;
    while (const auto event = subject->queue()->try_pop())
        names.append(name_of(*event)).append(" ");
    BOOST_TEST(names == "track_data disconnected reconnected track_data ");
    BOOST_TEST(stats().reconnects == 1U);
}

BOOST_AUTO_TEST_CASE(operations_of_a_destroyed_stream_are_aborted) {
    connect();
    result capture;
    subject->capture_image("video", capture.image_handler());
    subject->destroy();
    poll();
    BOOST_TEST((capture.code == error_code(asio::error::operation_aborted)));
    BOOST_TEST((send("any", "a") == push_result::failed));
    BOOST_TEST((failure == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_SUITE_END()
