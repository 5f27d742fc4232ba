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

/// TLS settings that were loaded and validated, shared by connections; null without TLS.
class tls_context;
using tls_context_ptr = std::shared_ptr<tls_context>;

/// Provides the TLS settings for all connections of an object; see `tls_source`.
using client_tls = tls_source<tls_context>;
using client_tls_ptr = std::shared_ptr<client_tls>;

/// @param options The TLS options are loaded and validated when a context is requested, whether or
///     not `secure()` is set.
/// @param part The name of the object in log lines, such as `notifier`.
[[nodiscard]] client_tls_ptr make_client_tls(const client_options& options,
                                             const std::string& part);

/// The last address of each name that accepted a connection. Used on one strand only.
using known_addresses = std::map<std::string, asio::ip::address>;
using known_addresses_ptr = std::shared_ptr<known_addresses>;

/// Resolves, connects (see `connect_race`) and, with a `context`, performs the TLS handshake and
/// verifies the certificate, all within `timeout`. Runs on the awaiting coroutine's executor, which
/// becomes the stream's executor; a stream without TLS uses the executor under that strand.
///
/// With a `silence_limit`, the stream fails when the server does not acknowledge written data for
/// that long, if the system supports it.
///
/// With `known` addresses, the last address that worked is tried first, and the address that works
/// is recorded.
///
/// Cancellation (any type) completes it with `operation_aborted`.
/// @throws jellyfish::error with the code of the step that failed; `info().operation` is "connect".
[[nodiscard]] asio::awaitable<std::unique_ptr<stream>> connect(
    server_address address, tls_context_ptr context, std::chrono::milliseconds timeout,
    std::chrono::milliseconds silence_limit = std::chrono::milliseconds(0),
    known_addresses_ptr known = nullptr);

}  // namespace jellyfish::detail
