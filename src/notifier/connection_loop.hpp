#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/notifier_options.hpp>

#include "delivery/inbox.hpp"
#include "notifier/reconnector.hpp"
#include "notifier/session_driver.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

namespace jellyfish::detail {

/// Keeps a notifier connected: runs one session after another until it is closed or a failure is
/// not retryable. A `reconnector` decides which address to try and when.
class connection_loop final : public session_events,
                              public std::enable_shared_from_this<connection_loop> {
public:
    using strand = session_driver::strand;

    /// @param id The generation that identifies the sessions to the inbox.
    /// @param tls Provides the sessions' TLS context.
    connection_loop(strand executor, generation id, client_options client, notifier_options options,
                    client_tls_ptr tls, std::shared_ptr<inbox> to,
                    std::shared_ptr<traffic> counters);

    // Thread-safe.
    void start();
    void close();  ///< Closes with the closing handshake.
    void stop();   ///< Closes immediately.
    void subscribe(event_type type);
    void abort(error_code code, std::string detail);

private:
    void on_ready() override;
    void on_subscribed(event_type type) override;
    void on_unready() override;
    void on_end(const error_code& code, diagnostics info) override;

    void begin();
    void begin_after(std::chrono::milliseconds wait);
    void end(const error_code& code, const diagnostics_ptr& info);

    strand executor_;
    session_config plan_;
    std::vector<std::string> addresses_;
    std::shared_ptr<inbox> inbox_;
    std::shared_ptr<traffic> traffic_;

    // All below: on the strand only.
    reconnector reconnector_;
    asio::steady_timer timer_;
    std::shared_ptr<session_driver> driver_;  // Null between two attempts.
    bool closing_ = false;                    // close() was called.
    bool finished_ = false;
};

}  // namespace jellyfish::detail
