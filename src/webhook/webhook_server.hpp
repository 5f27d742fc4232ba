#pragma once

#include <jellyfish/webhook_options.hpp>

#include "async/log_throttle.hpp"
#include "delivery/inbox.hpp"
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

/// Listens, from `open()` until it is closed or fails: the connections of a receiver, and one timer
/// for all of them. Works on one strand.
class webhook_server : public std::enable_shared_from_this<webhook_server> {
public:
    using clock = std::chrono::steady_clock;
    using strand = asio::strand<asio::any_io_executor>;

    /// @param session What the inbox calls this time of listening.
    webhook_server(strand executor, const webhook_options& options, std::shared_ptr<inbox> to,
                   generation session, std::shared_ptr<webhook_counters> counters);

    // ---- from any thread

    /// Binds and listens, and gives the port. Before anything else, once.
    /// @throws jellyfish::error
    [[nodiscard]] std::uint16_t open();

    void start();  ///< Begins to accept.
    void close();  ///< Lets requests that have come be answered, then ends.
    void stop();   ///< Ends at once, and tells nobody.
    void abort(error_code code, std::string detail);  ///< Fails at once.
    void reload_tls();                                ///< @throws jellyfish::error

    // ---- for connections, on the strand

    [[nodiscard]] const strand& executor() const noexcept { return executor_; }
    [[nodiscard]] const webhook_options& options() const noexcept { return options_; }
    [[nodiscard]] webhook_rules& rules() noexcept { return rules_; }
    [[nodiscard]] webhook_counters& counters() noexcept { return *counters_; }

    /// How many notifications may be delivered now.
    [[nodiscard]] std::size_t capacity_left() { return inbox_->capacity_left(); }
    /// Where a connection puts what it has read, and …
    [[nodiscard]] notification_slots& batch() noexcept { return batch_; }
    /// … what queues it. There must be room.
    void deliver();
    /// Tells the connection when there is room again.
    void hold(const std::shared_ptr<webhook_connection>& connection);
    /// Has deadlines looked at, at this time at the latest.
    void watch(clock::time_point deadline);
    void remove(const webhook_connection& connection);
    /// A connection needs its place no longer, see `places_taken()`.
    void place_freed();

    void record_rejections(const std::vector<webhook_rejection>& rejections);
    void count_dropped();
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
    const std::shared_ptr<inbox> inbox_;
    notification_slots batch_;  // Empty but while a connection reads.
    const generation session_;
    const std::shared_ptr<webhook_counters> counters_;
    const std::shared_ptr<server_tls> tls_;  // None without TLS.
    std::string address_;                    // As it is printed.
    tcp_acceptor acceptor_;
    asio::steady_timer timer_;
    clock::time_point armed_ = clock::time_point::max();
    clock::time_point close_at_ = clock::time_point::max();
    clock::time_point drop_at_ = clock::time_point::max();    // What is held, when it closes.
    clock::time_point accept_at_ = clock::time_point::max();  // When it could not.
    connections connections_;
    std::deque<tcp_socket> waiting_;  // While it closes: for a place.
    std::deque<std::weak_ptr<webhook_connection>> held_;
    log_throttle throttle_;
    bool close_renewed_ = false;  // Its time has begun anew, see `time_limit`.
    bool closing_ = false;
    bool ended_ = false;
};

}  // namespace jellyfish::detail
