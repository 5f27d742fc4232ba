#pragma once

#include "http/request.hpp"
#include "http/response_reader.hpp"
#include "net/receive_buffer.hpp"
#include "net/strand_reads.hpp"
#include "net/stream.hpp"
#include "rest/connection_pool.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

/// A request and its response.
struct http_exchange {
    std::string request;  ///< Header and body.
    http::method method = http::method::get;
    std::uint64_t body_limit = http::response_reader::normal_body_limit;
    http::response response = {};  ///< Written when it is complete.
};

/// One connection to a server, for one exchange of a request and its response at a time.
///
/// Between exchanges no operation is pending, so that an idle connection is not outstanding work.
/// Members must be called on its strand. Pending operations keep it alive; its owner must call
/// `close()` before it is destroyed itself.
class pooled_connection : public std::enable_shared_from_this<pooled_connection> {
public:
    using strand = asio::strand<asio::any_io_executor>;
    using result_handler = std::function<void(exchange_result)>;

    /// @param on_result Called on the strand with the outcome of each exchange, never before
    ///     `start()` or `abort()` returns. Unless it is `kept`, the connection is closed then.
    pooled_connection(strand executor, std::unique_ptr<stream> connection, result_handler on_result)
        : executor_(std::move(executor)),
          reads_(executor_),
          stream_(std::move(connection)),
          on_result_(std::move(on_result)) {}

    /// Whether an idle connection can be used: it is open, and nothing has arrived on it.
    [[nodiscard]] bool usable() noexcept { return stream_->is_quiet(); }

    /// Starts an exchange.
    void start(std::shared_ptr<http_exchange> exchange);

    /// Fails the pending exchange with `errc::connection_lost` once the write has completed: only
    /// then is it known whether any byte was sent. A response that has arrived is still reported.
    void abort();

    /// Closes immediately. The handler is not called any more.
    void close();

private:
    void read();
    void write();
    void on_read(const error_code& code, std::size_t bytes);
    void on_write(const error_code& code, std::size_t bytes);
    void on_read_end(const error_code& cause);
    [[nodiscard]] bool consume();
    void respond();
    void fail(error_code code, std::string detail);

    strand executor_;
    strand_reads reads_;
    std::unique_ptr<stream> stream_;
    result_handler on_result_;
    receive_buffer buffer_{std::size_t{2} *
                           http::response_reader::max_header_size};  // A whole header fits.
    std::shared_ptr<http_exchange> exchange_;                        // Null if idle.
    http::response_reader reader_;
    std::size_t written_ = 0;
    std::string lost_because_;
    bool writing_ = false;
    bool reusable_ = true;
    bool read_ended_ = false;
    bool closed_ = false;
};

}  // namespace jellyfish::detail
