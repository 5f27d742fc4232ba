#pragma once

#include "delivery/delivery_stream.hpp"
#include "net/connect.hpp"
#include "session/reconnector.hpp"
#include "session/session_driver.hpp"
#include "session/warning_filter.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

namespace jellyfish::detail {

/// Constructs the feed of a session with these parameters.
using make_feed = std::function<std::unique_ptr<session_feed>(session_parameters)>;

/// Keeps a notifier or an agent connected: runs one session after another until it is closed or a
/// failure is final. A `reconnector` decides which address to try and when.
class connection_loop : public std::enable_shared_from_this<connection_loop> {
public:
    using strand = session_driver::strand;

    /// @param id The generation that identifies the sessions to the stream in the context.
    /// @param make Called on the strand, for each session.
    connection_loop(strand executor, session_context_ptr context, generation id, make_feed make);

    // Thread-safe.
    void start();
    void close();  ///< Closes with the closing handshake.
    void stop();   ///< Closes immediately.
    /// Calls `change` on the strand with the feed of the current session, if there is one.
    void apply(std::function<void(session_feed&)> change);
    void abort(error_code code, std::string detail);

private:
    /// Why a session, or an attempt to establish one, has ended.
    struct failure {
        error_code code;  // Not set after `close()`.
        diagnostics_ptr info;
    };

    [[nodiscard]] static failure failure_of(const std::exception_ptr& thrown,
                                            const std::string& address);
    [[nodiscard]] const std::string& address() const { return addresses_[reconnector_.address()]; }

    static asio::awaitable<void> run(std::shared_ptr<connection_loop> self);
    asio::awaitable<failure> open_session();
    asio::awaitable<std::unique_ptr<stream>> connect_stream();
    [[nodiscard]] session_parameters parameters() const;
    [[nodiscard]] failure close_session();
    [[nodiscard]] std::optional<reconnector::milliseconds> next_attempt(const failure& reason);
    void log_retry(const failure& reason, const reconnector::attempt& next);
    void end_with(failure reason);
    void report_end() const;

    strand executor_;
    session_context_ptr context_;
    generation id_;
    make_feed make_feed_;
    std::vector<std::string> addresses_;
    known_addresses_ptr known_ = std::make_shared<known_addresses>();

    // All below: on the strand only.
    reconnector reconnector_;
    warning_filter warnings_;
    std::shared_ptr<session_driver> driver_;  // Null between two sessions.
    std::optional<failure> end_;              // Set once the loop is to end.
    asio::cancellation_signal cancel_;        // Cancels an attempt to connect, or the delay before.
};

}  // namespace jellyfish::detail
