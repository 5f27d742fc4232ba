#include <jellyfish/notification.hpp>

#include "fakes/blocking_receiver.hpp"
#include "fakes/signature.hpp"
#include "fakes/wire.hpp"
#include "fixtures/log.hpp"
#include "fixtures/run.hpp"
#include "sandbox/webhooks/webhook_sender.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using testing::detail::webhook_sender;

/// A sender that posts once the test lets its context run: until then, everything is queued.
struct fixture {
    void notify(const notification& value) {
        sender.notify({std::string(room_id_of(value)), notification_bytes(value),
                       std::holds_alternative<room_deleted>(value),
                       std::holds_alternative<vad_notification>(value)});
    }

    /// Posts everything. Returns the bodies.
    std::vector<std::string> post(std::size_t notifications) {
        while (delivered + failed < notifications)
            BOOST_REQUIRE(io.run_one_for(patience) == 1U);
        return receiver.bodies();
    }

    blocking_receiver receiver;
    std::size_t delivered = 0;
    std::size_t failed = 0;
    boost::asio::io_context io;
    boost::asio::ssl::context tls{boost::asio::ssl::context::tls_client};
    webhook_sender sender{io,
                          {patience, tls, "", "s3cret", [](std::string text) { log_text(text); },
                           [this](std::size_t notifications, bool done) {
                               (done ? delivered : failed) += notifications;
                           }}};
};

std::string bytes(const notification& value) { return notification_bytes(value); }

const notification created = room_created{"r"};
const notification added = peer_added{"r", "p"};
const notification connected = peer_connected{"r", "p"};
const notification speaks = vad_notification{"r", "p", "t", vad_status::speech};
const notification deleted = room_deleted{"r"};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_webhook_batches, fixture)

BOOST_AUTO_TEST_CASE(what_is_queued_is_posted_as_one_signed_batch) {
    sender.add_source("r", {receiver.url(), true});
    for (const notification& each : {created, added, connected})
        notify(each);
    const std::vector<std::string> bodies = post(3);
    BOOST_TEST(bodies == std::vector<std::string>{batch_bytes(
                             {bytes(created), bytes(added), bytes(connected)})},
               boost::test_tools::per_element());
    BOOST_TEST(receiver.requests()[0].header.find(signature_line(bodies[0], "s3cret")) !=
               std::string::npos);
    BOOST_TEST(delivered == 3U);
}

BOOST_AUTO_TEST_CASE(a_single_notification_is_not_a_batch) {
    sender.add_source("r", {receiver.url(), true});
    notify(created);
    BOOST_TEST(post(1) == std::vector<std::string>{bytes(created)},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_rooms_with_batches_get_any_and_only_of_their_own) {
    sender.add_source("r", {receiver.url(), true});
    sender.add_source("s", {receiver.url(), false});
    const notification other = room_created{"s"};
    const notification last = room_deleted{"s"};
    for (const notification& each : {created, other, added, last, connected})
        notify(each);
    BOOST_TEST(post(5) == (std::vector<std::string>{
                              batch_bytes({bytes(created), bytes(added), bytes(connected)}),
                              bytes(other), bytes(last)}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(voice_activity_is_never_part_of_a_batch) {
    sender.add_source("r", {receiver.url(), true});
    for (const notification& each : {speaks, created, added, speaks, connected})
        notify(each);
    BOOST_TEST(post(5) == (std::vector<std::string>{bytes(speaks),
                                                    batch_bytes({bytes(created), bytes(added)}),
                                                    bytes(speaks), bytes(connected)}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_batch_ends_with_its_room) {
    blocking_receiver next;
    sender.add_source("r", {receiver.url(), true});
    notify(created);
    notify(deleted);
    notify(added);  // Of no room.
    sender.add_source("r", {next.url(), true});
    notify(created);
    BOOST_TEST(post(3) == std::vector<std::string>{batch_bytes({bytes(created), bytes(deleted)})},
               boost::test_tools::per_element());
    BOOST_TEST(next.bodies() == std::vector<std::string>{bytes(created)},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_removed_source_is_posted_to_the_end_and_then_forgotten) {
    sender.add_source("r", {receiver.url(), true});
    notify(created);
    notify(added);
    sender.remove_source("r");
    BOOST_TEST(!sender.knows("r"));
    notify(connected);  // Of no source.
    BOOST_TEST(post(2) == std::vector<std::string>{batch_bytes({bytes(created), bytes(added)})},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_batch_is_small_enough_for_a_receiver) {
    sender.add_source("r", {receiver.url(), true});
    const notification large = peer_metadata_updated{"r", "p", std::string(100'000, 'x')};
    for (int i = 0; i < 5; ++i)
        notify(large);
    const std::string two = batch_bytes({bytes(large), bytes(large)});
    BOOST_TEST((post(5) == std::vector<std::string>{two, two, bytes(large)}));
}

BOOST_AUTO_TEST_CASE(every_notification_of_a_lost_batch_counts) {
    sender.add_source("r", {"http://127.0.0.1:1/x", true});
    for (const notification& each : {created, added, connected})
        notify(each);
    static_cast<void>(post(3));
    BOOST_TEST(failed == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
