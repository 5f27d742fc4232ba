#pragma once

#include "net/stream.hpp"
#include "rest/pool_driver.hpp"
#include "rest/pool_io.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

/// @file
/// A connection pool whose connections, clock and server are controlled by the test: nothing
/// happens unless the test does it.

namespace jellyfish::test {

/// One connection, from the server's side.
class scripted_link {
public:
    explicit scripted_link(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    // Actions of the server.
    void feed(std::string_view bytes);
    void end(const error_code& code = asio_eof());

    /// Holds writes from now on until the test lets some bytes pass or fails the write.
    void hold_writes() { held_ = true; }
    void pass_write(std::size_t bytes = SIZE_MAX);
    void fail_write(const error_code& code);

    /// Limits each write from now on to this many bytes.
    void limit_writes(std::size_t bytes) { write_limit_ = bytes; }

    /// Allows this many bytes of a request to be sent without waiting.
    void take_at_once(std::size_t bytes) { at_once_ = bytes; }

    /// Allows operations from now on to be bound to any executor. They complete through the
    /// connection's executor, as Asio does for operations that complete immediately.
    void complete_anywhere() { completes_anywhere_ = true; }

    // Observations of the server.
    [[nodiscard]] const std::string& received() const noexcept { return received_; }
    [[nodiscard]] std::string take_received() { return std::exchange(received_, {}); }
    [[nodiscard]] bool closed() const noexcept { return closed_; }
    [[nodiscard]] bool reads() const noexcept { return read_.has_value(); }
    [[nodiscard]] bool writes() const noexcept { return write_.has_value(); }
    [[nodiscard]] int write_operations() const noexcept { return write_operations_; }

    /// The pool's end of the connection.
    [[nodiscard]] static std::unique_ptr<detail::stream> connect(
        const std::shared_ptr<scripted_link>& link);

private:
    friend class scripted_stream;

    struct pending_read {
        asio::mutable_buffer buffer;
        detail::io_handler handler;
    };
    struct pending_write {
        asio::const_buffer buffer;
        detail::io_handler handler;
    };

    [[nodiscard]] static error_code asio_eof();
    void serve_read();
    void close();
    void complete(detail::io_handler handler, const error_code& code, std::size_t bytes);

    asio::any_io_executor executor_;
    std::string incoming_;
    std::optional<error_code> end_;
    std::optional<pending_read> read_;
    std::optional<pending_write> write_;
    std::string received_;
    std::size_t write_limit_ = SIZE_MAX;
    std::size_t at_once_ = 0;
    int write_operations_ = 0;
    bool held_ = false;
    bool completes_anywhere_ = false;
    bool closed_ = false;
};

using scripted_link_ptr = std::shared_ptr<scripted_link>;

/// State shared by a test and its pool's I/O.
struct scripted_state {
    detail::pool_io::time_point now{std::chrono::hours(1)};
    std::optional<detail::pool_io::time_point> scheduled_time;
    std::function<void()> on_timer;
    int timers_requested = 0;
    std::list<detail::pool_io::connect_handler> attempts;  ///< Pending.
    int attempts_made = 0;
    int attempts_cancelled = 0;
    bool connect_at_once = true;
    bool hold_writes = false;        ///< For new links.
    bool complete_anywhere = false;  ///< For new links.
    std::vector<scripted_link_ptr> links;
};

/// A pool's I/O, controlled by a test.
class scripted_pool_io final : public detail::pool_io {
public:
    scripted_pool_io(detail::pool_driver::strand executor, asio::any_io_executor plain,
                     std::shared_ptr<scripted_state> state)
        : executor_(std::move(executor)), plain_(std::move(plain)), state_(std::move(state)) {}

    [[nodiscard]] time_point now() const override { return state_->now; }
    // Selects the longest delay.
    [[nodiscard]] std::uint32_t random() override { return UINT32_MAX; }
    void schedule_at(time_point when, std::function<void()> callback) override;
    void cancel_schedule() override;
    void connect(connect_handler handler) override;

private:
    detail::pool_driver::strand executor_;
    asio::any_io_executor plain_;
    std::shared_ptr<scripted_state> state_;
};

/// The controls of the I/O.
class scripted_pool {
public:
    explicit scripted_pool(asio::io_context& context)
        : context_(context), state_(std::make_shared<scripted_state>()) {}

    [[nodiscard]] scripted_state& state() noexcept { return *state_; }
    [[nodiscard]] std::unique_ptr<detail::pool_io> make_pool_io(
        const detail::pool_driver::strand& executor);

    /// Runs everything that is ready.
    void settle();

    /// Advances the clock; fires the pool's timer if it is due.
    void pass(std::chrono::milliseconds time);

    /// Completes the oldest connection attempt.
    void connect_one();
    void refuse_one(errc code, std::string detail = {});

    /// The n-th connection.
    [[nodiscard]] scripted_link& link(std::size_t n) { return *state_->links.at(n); }
    [[nodiscard]] std::size_t links() const noexcept { return state_->links.size(); }

private:
    asio::io_context& context_;
    std::shared_ptr<scripted_state> state_;
};

/// A response with a body.
[[nodiscard]] std::string http_ok(std::string_view body, std::string_view headers = {});

}  // namespace jellyfish::test
