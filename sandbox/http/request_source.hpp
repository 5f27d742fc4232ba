#pragma once

#include "sandbox/http/http_message.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>

namespace jellyfish::testing::detail {

class connection;

/// Reads the requests of a connection.
class request_source {
public:
    explicit request_source(std::shared_ptr<connection> client) : client_(std::move(client)) {}

    /// A request, or the response to send before the connection closes, or neither if it has
    /// closed. Both if the body is too long.
    struct result {
        std::optional<http_request> request;
        std::optional<http_response> rejection;
    };

    /// @param idle_timeout The time limit for the header.
    boost::asio::awaitable<result> read(std::chrono::milliseconds idle_timeout);

    /// Whether bytes of the next request have been read.
    [[nodiscard]] bool has_more() const noexcept { return !buffer_.empty(); }

private:
    std::shared_ptr<connection> client_;
    std::string buffer_;
};

}  // namespace jellyfish::testing::detail
