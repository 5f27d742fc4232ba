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

/// Why an exchange brought no answer.
struct exchange_failure {
    error_code code;  ///< `errc::connection_lost`, or what is wrong with the answer.
    std::string detail;
    bool request_begun = false;   ///< Whether a byte of the request may have reached the server.
    bool response_begun = false;  ///< Whether a byte of an answer has come.
};

/// Who is told what happens on a connection, on its strand.
class connection_owner {
public:
    /// The answer to a call is whole. The connection is `kept` or closed.
    virtual void on_response(pooled_connection& from, const pooled_call_ptr& call,
                             http::response response, bool kept) = 0;
    /// A call failed, and the connection is closed.
    virtual void on_failure(pooled_connection& from, const pooled_call_ptr& call,
                            exchange_failure failure) = 0;
    /// A kept connection that was not `free()` is now.
    virtual void on_free(pooled_connection& from) = 0;
    /// The connection was closed when no call was on it.
    virtual void on_idle_end(pooled_connection& from) = 0;

protected:
    ~connection_owner() = default;
};

/// One connection to a server, on which one call at a time is made.
///
/// It always reads: what the server sends or ends while no call is on it is noticed at once. Its
/// members are used on its strand only. It is alive as long as something is under way on the
/// stream; its owner must `close()` it before it goes away itself.
class pooled_connection : public std::enable_shared_from_this<pooled_connection> {
public:
    using strand = asio::strand<asio::any_io_executor>;
    using time_point = std::chrono::steady_clock::time_point;

    pooled_connection(strand executor, std::unique_ptr<stream> connection, connection_owner& owner);

    void start();

    /// Makes a call; the connection must be `free()`.
    void send(pooled_call_ptr call);

    /// Ends the exchange that is under way. The owner is told of its failure when the writing has
    /// ended: only then is it known whether anything was sent.
    void cancel_exchange();

    /// Closes at once; the owner is told nothing any more.
    void close();

    /// Whether the first bytes of a request are being written: it is not known yet whether any of
    /// them was sent.
    [[nodiscard]] bool writes_first() const noexcept { return writing_ && written_ == 0; }

    /// Whether a call may be made.
    [[nodiscard]] bool free() const noexcept { return !call_ && !writing_ && !closed_; }

    /// Since when no call is on it; kept for the owner.
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
    receive_buffer buffer_{2 * http::response_reader::max_header_size};  // A whole head fits in.
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
