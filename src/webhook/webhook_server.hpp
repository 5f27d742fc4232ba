#pragma once

#include <jellyfish/webhook_options.hpp>

#include "async/log_throttle.hpp"
#include "delivery/notification_stream.hpp"
#include "net/own_socket.hpp"
#include "net/server_tls.hpp"
#include "webhook/webhook_connection.hpp"
#include "webhook/webhook_counters.hpp"
#include "webhook/webhook_rules.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

/// Listens from `open()` until it is closed or fails. Owns the connections of a receiver and one
/// timer for all of them. Runs on one strand.
class webhook_server : public std::enable_shared_from_this<webhook_server> {
public:
    using clock = std::chrono::steady_clock;
    using strand = asio::strand<asio::any_io_executor>;

    /// @param session Identifies this call of `listen()` to the stream.
    webhook_server(strand executor, const webhook_options& options,
                   std::shared_ptr<notification_stream> to, generation session,
                   std::shared_ptr<webhook_counters> counters);

    // ---- from any thread

    /// Binds, listens, and returns the port. Must be called first, and once.
    /// @throws jellyfish::error
    [[nodiscard]] std::uint16_t open();

    void start();  ///< Starts accepting connections.
    void close();  ///< Closes once every received request has a response.
    void stop();   ///< Closes immediately, without notifying the stream.
    void abort(error_code code, std::string detail);  ///< Fails immediately.
    void reload_tls();                                ///< @throws jellyfish::error

    // ---- for connections, on the strand

    [[nodiscard]] const strand& executor() const noexcept { return executor_; }
    [[nodiscard]] const webhook_options& options() const noexcept { return options_; }
    [[nodiscard]] webhook_rules& rules() noexcept { return rules_; }
    [[nodiscard]] webhook_counters& counters() noexcept { return *counters_; }

    /// How many notifications may be delivered now.
    [[nodiscard]] std::size_t capacity_left() { return stream_->capacity_left(); }
    /// Where a connection appends the notifications that it reads.
    [[nodiscard]] notification_slots& batch() noexcept { return batch_; }
    /// Queues the content of `batch()`. Requires free slots.
    void deliver();
    /// Calls `on_writable()` of the connection once a slot is free.
    void hold(const std::shared_ptr<webhook_connection>& connection);
    /// Schedules a check of the deadlines no later than `deadline`.
    void watch(clock::time_point deadline);
    void remove(const webhook_connection& connection);
    /// A connection no longer counts in `places_taken()`.
    void place_freed();

    void record_rejections(const std::vector<webhook_rejection>& rejections);
    void count_dropped(std::size_t count);
    void count_failed_handshake(const error_code& code);

private:
    void accept();
    void accept_waiting();
    [[nodiscard]] asio::any_io_executor executor_of_sockets() const;
    void accept_the_rest();
    void begin_connection(tcp_socket socket);
    std::shared_ptr<webhook_connection> add_connection(tcp_socket socket);
    void add_waiting(tcp_socket socket);
    void begin_waiting();
    void drop_waiting();
    [[nodiscard]] std::size_t places_taken() const;
    void accepted(const error_code& code, tcp_socket socket);
    [[nodiscard]] bool make_place();
    void arm(clock::time_point at);
    void on_timer();
    void on_writable();
    void begin_close();
    void start_close_limit();
    void finish_close();
    void end_all();
    void fail(error_code code, std::string detail);
    void log(log_level level, std::string_view text) const;
    void log_often(log_level level, std::string_view text);

    using connections = std::vector<std::shared_ptr<webhook_connection>>;

    const strand executor_;
    const webhook_options options_;
    webhook_rules rules_;
    const std::shared_ptr<notification_stream> stream_;
    notification_slots batch_;  // Empty except while a connection processes input.
    const generation session_;
    const std::shared_ptr<webhook_counters> counters_;
    const std::shared_ptr<server_tls> tls_;  // Null without TLS.
    std::string address_;                    // For messages.
    tcp_acceptor acceptor_;
    asio::steady_timer timer_;
    clock::time_point armed_ = clock::time_point::max();
    clock::time_point close_at_ = clock::time_point::max();
    clock::time_point drop_at_ = clock::time_point::max();    // Reject held requests then.
    clock::time_point accept_at_ = clock::time_point::max();  // Resume accepting then.
    connections connections_;
    std::deque<tcp_socket> waiting_;  // Accepted during close(), waiting to be served.
    std::deque<std::weak_ptr<webhook_connection>> held_;
    log_throttle throttle_;
    bool close_renewed_ = false;  // Its timeout was restarted, see `time_limit`.
    bool closing_ = false;
    bool ended_ = false;
};

}  // namespace jellyfish::detail
