#pragma once

#include "sandbox/http/urls.hpp"

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

namespace jellyfish::testing::detail {

/// The outcome of posting a notification.
struct webhook_result {
    int status = 0;     ///< 0 without a response.
    std::string error;  ///< The reason, as named by the real server's HTTP client.
};

/// A persistent connection to one webhook's receiver. One request at a time.
class webhook_link {
public:
    virtual ~webhook_link() = default;

    /// Posts a body; connects first when not connected.
    /// @param signature The value of the signature header, or empty.
    /// @param limit The time limit for connecting, and again for the response.
    virtual boost::asio::awaitable<webhook_result> post(webhook_url url, std::string body,
                                                        std::string signature,
                                                        std::chrono::milliseconds limit) = 0;

    /// Closes the connection, which fails the pending operation.
    virtual void abort() = 0;
};

/// @param tls Verifies `https` receivers. Must outlive the link.
[[nodiscard]] std::unique_ptr<webhook_link> make_webhook_link(boost::asio::io_context& io,
                                                              boost::asio::ssl::context& tls);

}  // namespace jellyfish::testing::detail
