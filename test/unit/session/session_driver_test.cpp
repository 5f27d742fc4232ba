#include "session/session_driver.hpp"

#include "fixtures/session_harness.hpp"
#include "notifier/notification_feed.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
namespace detail = jellyfish::detail;
using namespace jellyfish;
using namespace jellyfish::test;

/// The operations that a driver has started on its stream.
struct pending_io {
    // Held by pointers: assignment would make such a handler wrap itself endlessly.
    std::unique_ptr<detail::io_handler> read;
    std::unique_ptr<detail::io_handler> write;
    std::unique_ptr<asio::any_completion_handler<void()>> shutdown;
    asio::mutable_buffer space;
    std::string to_write;
    bool closed = false;
};

void complete(std::unique_ptr<detail::io_handler> handler, error_code code, std::size_t bytes) {
    const auto executor = asio::get_associated_executor(*handler);
    asio::dispatch(executor, [handler = std::move(handler), code, bytes] {
        std::move (*handler)(code, bytes);
    });
}

/// A stream whose operations the test completes.
class manual_stream final : public detail::stream {
public:
    manual_stream(executor_type executor, std::shared_ptr<pending_io> io)
        : executor_(std::move(executor)), io_(std::move(io)) {}

    [[nodiscard]] executor_type get_executor() noexcept override { return executor_; }
    void read_some(asio::mutable_buffer buffer, detail::io_handler handler) override {
        io_->space = buffer;
        io_->read = std::make_unique<detail::io_handler>(std::move(handler));
    }
    void write_some(asio::const_buffer buffer, detail::io_handler handler) override {
        io_->to_write.assign(static_cast<const char*>(buffer.data()), buffer.size());
        io_->write = std::make_unique<detail::io_handler>(std::move(handler));
    }
    void shutdown(asio::any_completion_handler<void()> handler) override {
        io_->shutdown = std::make_unique<asio::any_completion_handler<void()>>(std::move(handler));
    }
    void close() noexcept override { io_->closed = true; }

private:
    executor_type executor_;
    std::shared_ptr<pending_io> io_;
};

/// A driver, its stream, and the coroutine that awaits its end.
struct fixture {
    asio::io_context context;
    detail::session_driver::strand strand{context.get_executor()};
    std::shared_ptr<pending_io> io = std::make_shared<pending_io>();
    std::shared_ptr<detail::notification_stream> to = std::make_shared<detail::notification_stream>(
        context.get_executor(), 4, overflow_policy::pause);
    detail::generation id = to->begin([](const error_code&, const auto&) {}).value();
    std::shared_ptr<detail::session_driver> subject;
    bool ended = false;

    fixture() {
        auto settings = session_harness::settings();
        settings.random = [] { return 7U; };
        const auto shared = std::make_shared<const detail::session_context>(
            detail::session_context{{},
                                    {},
                                    nullptr,
                                    to,
                                    std::make_shared<detail::traffic>(),
                                    {"notifier", "notifications", ""},
                                    {}});
        const auto events = std::make_shared<std::vector<event_type>>(settings.events);
        subject = std::make_shared<detail::session_driver>(
            strand, shared, id, std::make_unique<manual_stream>(strand, io),
            std::make_unique<detail::notification_feed>(settings, events, to, id));
        asio::co_spawn(strand, subject->ended(), [this](std::exception_ptr) { ended = true; });
    }

    ~fixture() {
        on_strand([this] { subject->stop(); });
        if (io->write) (void)sent(asio::error::operation_aborted);
        if (io->read) complete(std::move(io->read), asio::error::operation_aborted, 0);
        poll();
    }

    void poll() {
        context.restart();
        context.poll();
    }

    template <class Function>
    void on_strand(Function function) {
        asio::post(strand, function);
        poll();
    }

    void receive(std::string_view bytes, error_code code = {}) {
        BOOST_REQUIRE(io->read);
        BOOST_REQUIRE(bytes.size() <= io->space.size());
        std::memcpy(io->space.data(), bytes.data(), bytes.size());
        complete(std::move(io->read), code, bytes.size());
        poll();
    }

    /// Completes the pending write, and returns what it has written.
    std::string sent(error_code code = {}) {
        BOOST_REQUIRE(io->write);
        std::string bytes = std::exchange(io->to_write, {});
        complete(std::move(io->write), code, code ? 0 : bytes.size());
        poll();
        return bytes;
    }

    void make_ready() {
        on_strand([this] { subject->step(); });
        receive(upgrade_response(sent()));
        (void)sent();  // The token.
        receive(message(authenticated_bytes()));
        (void)sent();  // The subscription.
        receive(message(subscribe_response_bytes(1)));
        BOOST_REQUIRE(subject->ready_since().has_value());
    }

    [[nodiscard]] std::uint64_t received() const {
        notifier_stats stats;
        to->count_into(stats);
        return stats.received;
    }

    static std::string rooms(int count) {
        std::string all;
        for (int n = 0; n < count; ++n)
            all += room_frame(std::to_string(n));
        return all;
    }

    [[nodiscard]] error_code end_code() const { return subject->state().end_code(); }
};

const std::string ping = frame(op_ping, "");
const std::string close_frame = frame(op_close, "\x03\xe8");

}  // namespace

BOOST_FIXTURE_TEST_SUITE(session_driver, fixture)

BOOST_AUTO_TEST_CASE(what_arrives_after_a_write_has_failed_is_delivered) {
    make_ready();
    receive(ping);
    (void)sent(asio::error::broken_pipe);
    BOOST_TEST(!ended);
    receive(rooms(1));
    receive("", asio::error::eof);
    BOOST_TEST(received() == 1U);
    BOOST_TEST(ended);
    BOOST_TEST(end_code() == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(bytes_that_arrive_with_an_error_are_delivered) {
    make_ready();
    receive(rooms(2), asio::error::connection_reset);
    BOOST_TEST(received() == 2U);
    BOOST_TEST(ended);
}

BOOST_AUTO_TEST_CASE(a_failure_is_reported_before_the_last_bytes_are_sent) {
    make_ready();
    receive(close_frame);
    BOOST_TEST(ended);
    BOOST_TEST(end_code() == error_code(errc::closed_by_server));
    BOOST_TEST(!io->closed);
    BOOST_TEST(!sent().empty());
    BOOST_TEST(io->closed);
}

BOOST_AUTO_TEST_CASE(sending_the_last_bytes_takes_at_most_a_second) {
    make_ready();
    receive(close_frame);
    const auto begin = std::chrono::steady_clock::now();
    context.restart();
    while (!io->closed && context.run_one_for(std::chrono::seconds(10)) != 0) {
    }
    BOOST_TEST(io->closed);
    BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(5)));
}

BOOST_AUTO_TEST_CASE(close_performs_both_handshakes) {
    make_ready();
    on_strand([this] { subject->close(); });
    BOOST_TEST(!sent().empty());
    BOOST_TEST(!ended);
    receive(close_frame);
    BOOST_REQUIRE(io->shutdown);
    BOOST_TEST(!ended);
    on_strand([this] { std::move (*io->shutdown)(); });
    BOOST_TEST(ended);
    BOOST_TEST(io->closed);
    BOOST_TEST(!end_code());
}

BOOST_AUTO_TEST_CASE(stop_closes_at_once) {
    make_ready();
    on_strand([this] { subject->stop(); });
    BOOST_TEST(ended);
    BOOST_TEST(io->closed);
    BOOST_TEST(!io->write);
}

BOOST_AUTO_TEST_CASE(stop_ends_a_close_that_waits_for_the_server) {
    make_ready();
    on_strand([this] { subject->close(); });
    on_strand([this] { subject->stop(); });
    BOOST_TEST(ended);
    BOOST_TEST(io->closed);
}

BOOST_AUTO_TEST_CASE(a_full_queue_pauses_reading_until_there_is_a_free_slot) {
    make_ready();
    receive(rooms(6));
    BOOST_TEST(received() == 4U);
    BOOST_TEST(!io->read);
    notification taken;
    for (int n = 0; n < 4; ++n)
        BOOST_TEST(to->queue()->try_pop(taken));
    on_strand([this] { subject->step(); });
    BOOST_TEST(received() == 6U);
    BOOST_TEST(io->read);
}

BOOST_AUTO_TEST_CASE(close_while_reading_is_paused_keeps_what_was_read) {
    make_ready();
    receive(rooms(6));
    on_strand([this] { subject->close(); });
    BOOST_TEST(received() == 6U);
    BOOST_TEST(io->read);  // For the server's close frame.
}

BOOST_AUTO_TEST_CASE(abort_sends_a_close_frame_and_reports_its_code) {
    make_ready();
    on_strand([this] { BOOST_TEST(subject->abort(errc::handler_failed, "why")); });
    BOOST_TEST(ended);
    BOOST_TEST(!sent().empty());
    BOOST_TEST(end_code() == error_code(errc::handler_failed));
    BOOST_TEST(!subject->abort(errc::handler_failed, "again"));
}

BOOST_AUTO_TEST_SUITE_END()
