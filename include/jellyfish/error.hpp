#pragma once

#include <jellyfish/detail/config.hpp>

#include <exception>
#include <memory>
#include <string>
#include <type_traits>

#include <boost/system/error_category.hpp>
#include <boost/system/error_condition.hpp>
#include <boost/system/system_error.hpp>

namespace jellyfish {

/// The error codes of this library, one for each way in which an operation can fail.
///
/// `error_code::message()` says what happened and, in parentheses, what to do about it; what only
/// one situation suggests is in `diagnostics::detail`. To decide what a program
/// does, compare with a `condition` rather than with a single code. A cancelled operation does not
/// end with one of these but with `boost::asio::error::operation_aborted`.
enum class errc {
    // What the caller asked for.
    invalid_address = 1,  ///< A server address is no `host[:port][/prefix]`.
    invalid_option,       ///< An option has a value that cannot be used.
    invalid_argument,     ///< An argument would be refused, or do harm, at the server.
    already_connected,    ///< `connect()` was called twice, or something came too late.
    not_connected,        ///< The operation needs a live session.
    closed,               ///< The object was closed by `close()`.
    timeout,              ///< The time limit given by the caller, or `request_timeout`, ran out.

    // Reaching the server.
    resolve_failed,             ///< The host name has no address.
    connect_failed,             ///< No address of the host accepted a TCP connection.
    connect_timeout,            ///< `connect_timeout` ran out.
    tls_handshake_failed,       ///< The TLS handshake failed: perhaps the port speaks no TLS.
    certificate_untrusted,      ///< The server's certificate comes from no trusted authority.
    certificate_expired,        ///< The server's certificate is not valid at this time.
    certificate_host_mismatch,  ///< The server's certificate is for another host.
    tls_configuration,          ///< A CA file, certificate or key cannot be used.

    // Beginning a session.
    upgrade_refused,         ///< The server answered the WebSocket upgrade with another status.
    malformed_upgrade,       ///< The answer to the WebSocket upgrade is no such answer.
    authentication_refused,  ///< The server refuses the token.
    authentication_timeout,  ///< The server did not authenticate or subscribe in time.
    unexpected_message,      ///< The server sent a message that has no place there.

    // During a session.
    connection_lost,     ///< The connection ended without a close frame, or failed.
    closed_by_server,    ///< The server closed the session with a close frame.
    idle_timeout,        ///< Nothing came from the server for `idle_timeout`.
    websocket_protocol,  ///< The server sent a frame that RFC 6455 does not allow.
    message_too_big,     ///< A message is longer than `max_message_size`.
    malformed_message,   ///< Bytes that are no notification.
    slow_consumer,       ///< The queue was full, and `overflow_policy::fail` is set.
    handler_failed,      ///< A notification handler threw an exception.

    // Answers of the REST API.
    bad_request,          ///< 400: the server finds the request wrong.
    unauthorized,         ///< 401: the server refuses the token.
    not_found,            ///< 404: no such room, peer, component or file.
    service_unavailable,  ///< 503: a limit is reached, or the server is overloaded.
    server_error,         ///< 5xx otherwise: the server failed.
    /// Any other status, and 404 to a call that names nothing which may be missing, such as
    /// `GET /room`: the path prefix is wrong, or this is no Jellyfish server.
    unexpected_status,
    malformed_response,  ///< The answer is no HTTP, or not the JSON that was expected.
    response_too_large,  ///< The answer is longer than what is accepted.
    outcome_unknown,     ///< The connection failed after a request that must not be repeated.

    // Receiving webhooks.
    already_listening,  ///< `listen()` was called twice, or a handler was set after it.
    address_in_use,     ///< Something else listens on the address and port.
    listen_failed,      ///< The system does not let the address be listened on.
};

/// What to compare an `error_code` with: `if (ec == jellyfish::condition::retryable) …`.
enum class condition {
    unauthorized = 1,     ///< The token is refused: on a socket or by REST.
    not_found,            ///< 404.
    bad_request,          ///< 400, or an argument that was refused before it was sent.
    service_unavailable,  ///< 503.
    timeout,              ///< Any time limit that ran out.
    connection_lost,      ///< An established session or connection ended.
    connect_failed,       ///< No connection could be made (name, TCP, TLS, upgrade).
    certificate,          ///< TLS certificate verification failed.
    protocol_error,       ///< The server said what the protocol does not allow.
    retryable,            ///< The same call may well succeed later, and repeating it does no harm.
};

/// The category of `errc`. Name: `jellyfish`.
[[nodiscard]] JELLYFISH_DECL const boost::system::error_category& error_category() noexcept;

/// The category of `condition`. Name: `jellyfish.condition`.
[[nodiscard]] JELLYFISH_DECL const boost::system::error_category& condition_category() noexcept;

/// Returns the error code of a value of `errc`, for its implicit conversion.
[[nodiscard]] JELLYFISH_DECL error_code make_error_code(errc code) noexcept;
/// Returns the error condition of a value of `condition`, for its implicit conversion.
[[nodiscard]] JELLYFISH_DECL boost::system::error_condition make_error_condition(
    condition value) noexcept;

/// What is known of a failure beside its code. Holds no secret.
struct diagnostics {
    std::string operation;       ///< What was being done, as `connect` or `GET /room/a`.
    std::string address;         ///< With whom, as `ws://localhost:5002/socket/server/websocket`.
    std::string detail;          ///< What else is known: a system's or a library's own words.
    int status = 0;              ///< The HTTP status, or 0.
    std::string server_message;  ///< The server's own text, or empty.
};

/// What the operations of this library throw.
///
/// `what()` says operation, address, status and the server's own text, and what to do; never a
/// token or a password.
class JELLYFISH_DECL error : public boost::system::system_error {
public:
    /// @param code What failed.
    /// @param info What else is known; holds no secret.
    error(error_code code, diagnostics info);

    /// The whole story in one line. Valid as long as the exception lives.
    [[nodiscard]] const char* what() const noexcept override { return text_->c_str(); }

    /// The parts that `what()` is made of. Valid as long as the exception lives.
    [[nodiscard]] const diagnostics& info() const noexcept { return *info_; }

private:
    // Shared, so that copying an exception cannot throw.
    std::shared_ptr<const diagnostics> info_;
    std::shared_ptr<const std::string> text_;
};

/// Thrown when a server answered a REST call, but not with success.
class JELLYFISH_DECL api_error : public error {
public:
    using error::error;

    /// The HTTP status of the answer.
    [[nodiscard]] int status() const noexcept { return info().status; }

    /// The server's text: the `errors` member of its answer, or the answer itself when it is no
    /// JSON (shortened), or empty.
    [[nodiscard]] const std::string& server_message() const noexcept {
        return info().server_message;
    }
};

namespace detail {

using diagnostics_ptr = std::shared_ptr<const diagnostics>;

/// The text of `error::what()`.
[[nodiscard]] std::string describe(const error_code& code, const diagnostics& info);

/// The exception that an operation throws for `code`: `api_error` when there is a status.
[[nodiscard]] JELLYFISH_DECL std::exception_ptr make_exception(const error_code& code,
                                                               const diagnostics_ptr& info);

}  // namespace detail
}  // namespace jellyfish

/// @cond
template <>
struct boost::system::is_error_code_enum<jellyfish::errc> : std::true_type {};

template <>
struct boost::system::is_error_condition_enum<jellyfish::condition> : std::true_type {};
/// @endcond
