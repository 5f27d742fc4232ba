#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/detail/config.hpp>

#include <chrono>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish {

template <class Executor>
class basic_client;

namespace detail {

class client_impl;

/// The part of `basic_client` and of its views that does not depend on the type of their executor.
/// Copies share the client. Destroying the last one closes it.
class JELLYFISH_DECL client_view {
public:
    client_view(boost::asio::any_io_executor executor, const client_options& options);

    void close();
    void cancel();
    void reload_tls();

protected:
    std::shared_ptr<client_impl> impl_;
    std::optional<std::chrono::milliseconds> timeout_;  // For each call, instead of the option's.
};

}  // namespace detail
}  // namespace jellyfish
