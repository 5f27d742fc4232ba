#pragma once

#include "sandbox/http/urls.hpp"

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace jellyfish::testing::detail {

/// What became of one notification.
struct webhook_result {
    int status = 0;     ///< 0 when there was no answer.
    std::string error;  ///< Why, as the real server's HTTP client names it.
};

/// A kept connection to one webhook's receiver. One request at a time.
class webhook_link {
public:
    virtual ~webhook_link() = default;

    /// Posts a notification; connects first when there is no connection, or no longer.
    /// @param limit For connecting, and again for the answer.
    virtual boost::asio::awaitable<webhook_result> post(webhook_url url, std::string body,
                                                        std::chrono::milliseconds limit) = 0;

    /// Ends the connection, and what is waited for.
    virtual void abort() = 0;
};

/// @param ca_file The authorities to trust; empty: the system's.
[[nodiscard]] std::unique_ptr<webhook_link> make_webhook_link(boost::asio::io_context& io,
                                                              const std::string& ca_file);

}  // namespace jellyfish::testing::detail
