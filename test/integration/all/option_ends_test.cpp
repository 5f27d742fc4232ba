#include <jellyfish/notifier.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/testing/server.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

namespace asio = boost::asio;
using jellyfish::client_options;
using jellyfish::notifier_options;
using jellyfish::webhook_options;
using jellyfish::testing::server_options;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds longest = milliseconds::max();
constexpr std::size_t most = SIZE_MAX;

/// A server, and clients on their own thread whose options have the largest values.
struct fixture {
    jellyfish::testing::server server{server_options()
                                          .metrics_interval(longest)
                                          .ping_interval(longest)
                                          .socket_idle_timeout(longest)
                                          .http_idle_timeout(longest)
                                          .webhook_timeout(longest)
                                          .requests_per_connection(most)};
    asio::thread_pool pool{1};

    ~fixture() { pool.join(); }

    [[nodiscard]] client_options client() const {
        return client_options()
            .server_address(server.address())
            .connect_timeout(longest)
            .request_timeout(longest)
            .queue_timeout(longest)
            .max_connections(most)
            .max_response_size(most)
            .retry(jellyfish::retry_policy()
                       .max_attempts(UINT32_MAX)
                       .base_delay(longest)
                       .max_delay(longest));
    }

    [[nodiscard]] static notifier_options session() {
        return notifier_options()
            .queue_limit(most)
            .max_message_size(most)
            .authentication_timeout(longest)
            .idle_timeout(longest)
            .close_timeout(longest)
            .reconnect(jellyfish::reconnect_policy()
                           .base_delay(longest)
                           .max_delay(longest)
                           .max_rounds(UINT32_MAX)
                           .stable_time(longest)
                           .forbidden_time(longest));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(option_ends)

BOOST_AUTO_TEST_CASE(a_notifier_works_with_the_largest_values) {
    fixture f;
    jellyfish::notifier subject(f.pool.get_executor(), f.client(), fixture::session());
    subject.connect(asio::use_future).get();
    f.server.notify(jellyfish::room_created{"r"});
    BOOST_TEST(subject.next_for(std::chrono::steady_clock::duration::max(), asio::use_future)
                   .get()
                   .has_value());
    subject.close(asio::use_future).get();
}

BOOST_AUTO_TEST_CASE(calls_work_with_the_largest_values) {
    fixture f;
    jellyfish::room_api rooms(f.pool.get_executor(), f.client());
    const auto created =
        rooms.create_room(jellyfish::room_config().room_id("r"), asio::use_future).get();
    BOOST_TEST(created.room.id == "r");
    BOOST_TEST(rooms.get_all_rooms(asio::use_future).get().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_tracker_works_with_the_largest_values) {
    fixture f;
    jellyfish::room_tracker subject(
        f.pool.get_executor(), f.client(), fixture::session(),
        jellyfish::room_tracker_options().queue_limit(most).refresh_interval(longest));
    subject.start(asio::use_future).get();
    BOOST_TEST(subject.rooms().empty());
    subject.close(asio::use_future).get();
}

BOOST_AUTO_TEST_CASE(webhooks_work_with_the_largest_values) {
    fixture f;
    jellyfish::webhook_receiver subject(f.pool.get_executor(), webhook_options()
                                                                   .queue_limit(most)
                                                                   .body_limit(most)
                                                                   .header_limit(32'768)
                                                                   .max_connections(most)
                                                                   .full_queue_timeout(longest)
                                                                   .handshake_timeout(longest)
                                                                   .header_timeout(longest)
                                                                   .body_timeout(longest)
                                                                   .write_timeout(longest)
                                                                   .idle_timeout(longest)
                                                                   .close_timeout(longest));
    subject.listen();
    jellyfish::room_api rooms(f.pool.get_executor(), f.client());
    rooms
        .create_room(jellyfish::room_config().webhook_url(subject.url("127.0.0.1")),
                     asio::use_future)
        .get();
    BOOST_TEST(subject.next(asio::use_future).get().has_value());
    subject.close(asio::use_future).get();
}

BOOST_AUTO_TEST_SUITE_END()
