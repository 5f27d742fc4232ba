#pragma once

#include "http/response_reader.hpp"
#include "net/receive_buffer.hpp"
#include "net/stream.hpp"
#include "rest/pooled_call.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

class pooled_connection;

/// Why an exchange completed without a response.
struct exchange_failure {
    error_code code;  ///< `errc::connection_lost`, or why the response is invalid.
    std::string detail;
    bool request_begun = false;   ///< Whether a byte of the request may have reached the server.
    bool response_begun = false;  ///< Whether a byte of a response was received.
};

/// Receives the events of a connection, on its strand.
class connection_owner {
public:
    /// The response to a call is complete. The connection is `kept` or closed.
    virtual void on_response(pooled_connection& from, const pooled_call_ptr& call,
                             http::response response, bool kept) = 0;
    /// A call failed, and the connection is closed.
    virtual void on_failure(pooled_connection& from, const pooled_call_ptr& call,
                            exchange_failure failure) = 0;
    /// A kept connection that was not yet `free()` now is.
    virtual void on_free(pooled_connection& from) = 0;
    /// The connection was closed while idle.
    virtual void on_idle_end(pooled_connection& from) = 0;

protected:
    ~connection_owner() = default;
};

/// One connection to a server, for one call at a time.
///
/// Always reads, so that data or end of stream without a call is noticed immediately. Members must
/// be called on its strand. Pending operations keep it alive; its owner must call `close()` before
/// it is destroyed itself.
class pooled_connection : public std::enable_shared_from_this<pooled_connection> {
public:
    using strand = asio::strand<asio::any_io_executor>;
    using time_point = std::chrono::steady_clock::time_point;

    pooled_connection(strand executor, std::unique_ptr<stream> connection, connection_owner& owner);

    void start();

    /// Sends a call. Requires `free()`.
    void send(pooled_call_ptr call);

    /// Cancels the pending exchange. `on_failure()` is called once the write has completed: only
    /// then is it known whether any byte was sent.
    void cancel_exchange();

    /// Closes immediately. The owner is not called any more.
    void close();

    /// Whether the first write of a request is pending, so that it is not yet known whether any
    /// byte was sent.
    [[nodiscard]] bool writes_first() const noexcept { return writing_ && written_ == 0; }

    /// Whether a call may be sent.
    [[nodiscard]] bool free() const noexcept { return !call_ && !writing_ && !closed_; }

    /// When it became idle. Maintained by the owner.
    time_point idle_since;

private:
    void read();
    void write();
    void on_read(const error_code& code, std::size_t bytes);
    void on_write(const error_code& code, std::size_t bytes);
    void on_read_end(const error_code& cause);
    void consume();
    void responded();
    void end_idle();
    void fail(error_code code, std::string detail);

    strand executor_;
    std::unique_ptr<stream> stream_;
    connection_owner* owner_;
    receive_buffer buffer_{std::size_t{2} *
                           http::response_reader::max_header_size};  // A whole header fits.
    pooled_call_ptr call_;
    http::response_reader reader_;
    std::size_t request_size_ = 0;
    std::size_t written_ = 0;
    std::string lost_because_;
    bool writing_ = false;
    bool write_failed_ = false;
    bool read_ended_ = false;  // During a call.
    bool closed_ = false;
};

}  // namespace jellyfish::detail
