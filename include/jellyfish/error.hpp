#pragma once

#include <jellyfish/detail/config.hpp>

#include <exception>
#include <iosfwd>
#include <memory>
#include <string>
#include <type_traits>

#include <boost/system/error_category.hpp>
#include <boost/system/error_condition.hpp>
#include <boost/system/system_error.hpp>

namespace jellyfish {

/// The error codes of this library.
///
/// `error_code::message()` describes what happened and what to do about it. Details of the
/// particular failure are in `diagnostics::detail`. To handle errors, compare with a `condition`
/// rather than with a single code. Cancelled operations complete with
/// `boost::asio::error::operation_aborted` instead of one of these codes.
enum class errc {
    // Usage.
    invalid_address = 1,  ///< A server address is neither `host[:port][/prefix]` nor a URL.
    invalid_option,       ///< An option has an invalid value.
    invalid_argument,     ///< The server would reject or mishandle an argument. Nothing was sent.
    not_supported,        ///< The server lacks the call, option or event. Nothing was sent.
    already_connected,    ///< `connect()` was called twice, or a handler was set after it.
    not_connected,        ///< The operation requires a ready session.
    closed,               ///< The object was closed by `close()`.
    timeout,              ///< The caller's time limit or `request_timeout` expired.

    // Connecting.
    resolve_failed,             ///< The host name could not be resolved.
    connect_failed,             ///< No address of the host accepted a TCP connection.
    connect_timeout,            ///< `connect_timeout` expired.
    tls_handshake_failed,       ///< The TLS handshake failed; the port may not use TLS.
    certificate_untrusted,      ///< The server's certificate is not from a trusted authority.
    certificate_expired,        ///< The server's certificate is not valid at this time.
    certificate_host_mismatch,  ///< The server's certificate is for another host.
    tls_configuration,          ///< A CA file, certificate or key is invalid.

    // Establishing a session.
    upgrade_refused,         ///< The WebSocket handshake response has a status other than 101.
    malformed_upgrade,       ///< The WebSocket handshake response is invalid.
    authentication_refused,  ///< The server rejected the token.
    authentication_timeout,  ///< The server did not confirm the token or a subscription in time.
    unexpected_message,      ///< The server sent a message that is not allowed at that point.

    // During a session.
    connection_lost,     ///< The connection failed, or closed without a close frame.
    closed_by_server,    ///< The server closed the session with a close frame.
    idle_timeout,        ///< The server was silent for `idle_timeout`.
    websocket_protocol,  ///< The server sent a frame that violates RFC 6455.
    message_too_big,     ///< A message is longer than `max_message_size`.
    malformed_message,   ///< The bytes are not a valid notification.
    slow_consumer,       ///< The queue was full with `overflow_policy::fail`.
    handler_failed,      ///< A notification handler threw an exception.

    // Responses of the REST API.
    bad_request,          ///< 400: the server rejected the request.
    unauthorized,         ///< 401: the server rejected the token.
    quota_exceeded,       ///< 402: the account's usage quota is exceeded.
    not_found,            ///< 404: no such room, peer, component or file.
    conflict,             ///< 409: the resource's state does not permit the call.
    service_unavailable,  ///< 503: a limit is reached, or the server is overloaded.
    server_error,         ///< Any other 5xx: the server failed.
    /// Any other status, including 404 for a call that refers to no particular object, such as
    /// `GET /room`: the path prefix is wrong, or the server is not a Jellyfish server.
    unexpected_status,
    malformed_response,  ///< The response is not HTTP, or not the expected JSON.
    response_too_large,  ///< The response body or header is too long.
    outcome_unknown,     ///< The connection failed after a request that is not idempotent.

    // Receiving webhooks.
    already_listening,  ///< `listen()` was called twice, or a handler was set after it.
    address_in_use,     ///< Another socket is listening on the address and port.
    listen_failed,      ///< The system does not allow listening on the address.
};

/// Error conditions to compare an `error_code` with:
/// `if (ec == jellyfish::condition::retryable) …`.
enum class condition {
    unauthorized = 1,     ///< The token was rejected, over WebSocket or REST.
    not_found,            ///< 404.
    bad_request,          ///< 400, or an argument rejected before it was sent.
    not_supported,        ///< The server does not support the call, option or event.
    quota_exceeded,       ///< 402.
    conflict,             ///< 409.
    service_unavailable,  ///< 503.
    timeout,              ///< A time limit expired.
    connection_lost,      ///< An established session or connection was lost.
    connect_failed,       ///< No connection could be established (name, TCP, TLS, WebSocket).
    certificate,          ///< TLS certificate verification failed.
    protocol_error,       ///< The server violated the protocol.
    retryable,            ///< The same call may succeed later, and repeating it does no harm.
};

/// Returns the category of `errc`, named `jellyfish`.
[[nodiscard]] JELLYFISH_DECL const boost::system::error_category& error_category() noexcept;

/// Returns the category of `condition`, named `jellyfish.condition`.
[[nodiscard]] JELLYFISH_DECL const boost::system::error_category& condition_category() noexcept;

/// Returns the `error_code` of an `errc`. Enables the implicit conversion.
[[nodiscard]] JELLYFISH_DECL boost::system::error_code make_error_code(errc code) noexcept;
/// Returns the `error_condition` of a `condition`. Enables the implicit conversion.
[[nodiscard]] JELLYFISH_DECL boost::system::error_condition make_error_condition(
    condition value) noexcept;

/// @{
/// Prints the name of the enumerator, such as `connection_lost`.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, errc value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, condition value);
/// @}

/// Details of a failure beyond its error code. Contains no secrets.
struct diagnostics {
    std::string operation;       ///< The operation, such as `connect` or `GET /room/a`.
    std::string address;         ///< Such as `ws://localhost:5002/socket/server/websocket`.
    std::string detail;          ///< Other details, such as the text of a system error.
    int status = 0;              ///< The HTTP status, or 0.
    std::string server_message;  ///< The server's own text, or empty.
};

/// Prints the text of `error::what()` without the message of the error code, on one line. Prints
/// nothing after a success.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const diagnostics& value);

/// The exception thrown by the operations of this library.
///
/// `what()` contains the operation, the address, the error and what to do about it, the status and
/// the server's own text; never a token or a password.
class JELLYFISH_DECL error : public boost::system::system_error {
public:
    /// @param code The error code.
    /// @param info Details of the failure, without secrets.
    error(boost::system::error_code code, diagnostics info);

    /// Returns the complete description, on one line. Valid until the exception is destroyed.
    [[nodiscard]] const char* what() const noexcept override { return text_->c_str(); }

    /// Returns the parts of `what()`. Valid until the exception is destroyed.
    [[nodiscard]] const diagnostics& info() const noexcept { return *info_; }

private:
    // Shared, so that copying an exception cannot throw.
    std::shared_ptr<const diagnostics> info_;
    std::shared_ptr<const std::string> text_;
};

/// The exception thrown when the response to a REST call reports a failure.
class JELLYFISH_DECL api_error : public error {
public:
    using error::error;

    /// Returns the HTTP status of the response.
    [[nodiscard]] int status() const noexcept { return info().status; }

    /// Returns the server's text: the `errors` member of the response, or the response body itself
    /// (shortened) if it is not JSON, or an empty string.
    [[nodiscard]] const std::string& server_message() const noexcept {
        return info().server_message;
    }
};

namespace detail {

using diagnostics_ptr = std::shared_ptr<const diagnostics>;

/// Returns the text of `error::what()`.
[[nodiscard]] std::string describe(const boost::system::error_code& code, const diagnostics& info);

/// Copies the details of a failure to `out` unless it is null. Resets `out` after a success.
JELLYFISH_DECL void report(const boost::system::error_code& code, const diagnostics_ptr& info,
                           diagnostics* out);

/// Returns the exception that an operation throws for `code`: an `api_error` if there is a status.
[[nodiscard]] JELLYFISH_DECL std::exception_ptr make_exception(
    const boost::system::error_code& code, const diagnostics_ptr& info);

}  // namespace detail
}  // namespace jellyfish

/// @cond
template <>
struct boost::system::is_error_code_enum<jellyfish::errc> : std::true_type {};

template <>
struct boost::system::is_error_condition_enum<jellyfish::condition> : std::true_type {};
/// @endcond
