#pragma once

#include <jellyfish/client_options.hpp>

#include "model/server_address.hpp"
#include "net/stream.hpp"
#include "net/tls_source.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

namespace jellyfish::detail {

/// TLS settings that were read and checked, shared by connections; null without TLS.
class tls_context;
using tls_context_ptr = std::shared_ptr<tls_context>;

/// Where all connections of an object get these; see there.
using client_tls = tls_source<tls_context>;
using client_tls_ptr = std::shared_ptr<client_tls>;

/// @param options Their TLS options are read and checked when a context is asked for, whether
///     `secure()` is set or not.
/// @param part The object that logs, as `notifier`.
[[nodiscard]] client_tls_ptr make_client_tls(const client_options& options,
                                             const std::string& part);

/// Which address of each name has worked last. Of connections that are made on one strand.
using known_addresses = std::map<std::string, asio::ip::address>;
using known_addresses_ptr = std::shared_ptr<known_addresses>;

/// Resolves, connects (see `connect_race`) and, with a `context`, shakes hands and verifies, all
/// within `timeout`. Runs on the awaiting coroutine's executor, on which the stream then lives; one
/// without TLS lives on the executor under that strand.
///
/// With a `silence_limit`, the stream fails when the server acknowledges nothing for so long of
/// what is written, as far as the system can do that.
///
/// With `known` addresses, the one that has worked last is tried first, and the one that works is
/// noted.
///
/// Cancellation (any type) ends it with `operation_aborted`.
/// @throws jellyfish::error with the code of the step that failed; `info().operation` is "connect".
[[nodiscard]] asio::awaitable<std::unique_ptr<stream>> connect(
    server_address address, tls_context_ptr context, std::chrono::milliseconds timeout,
    std::chrono::milliseconds silence_limit = std::chrono::milliseconds(0),
    known_addresses_ptr known = nullptr);

}  // namespace jellyfish::detail
