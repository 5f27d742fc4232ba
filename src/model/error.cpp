#include <jellyfish/error.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace jellyfish {
namespace {

/// What happened and, in parentheses, what to do about it.
const char* text_of(errc code) noexcept {
    switch (code) {
        case errc::invalid_address:
            return "invalid server address: expected host[:port][/prefix] (omit the scheme; see "
                   "client_options::server_address)";
        case errc::invalid_option:
            return "invalid option (correct the option named in the detail)";
        case errc::invalid_argument:
            return "invalid argument; nothing was sent (correct the argument named in the detail)";
        case errc::already_connected:
            return "already connected or connecting (call connect() once, and set handlers before "
                   "it)";
        case errc::not_connected:
            return "no session is ready (await connect() or wait_ready() first)";
        case errc::closed:
            return "the object was closed (construct a new one)";
        case errc::timeout:
            return "the operation timed out (raise the time limit, or check whether the server is "
                   "overloaded)";
        case errc::resolve_failed:
            return "the host name could not be resolved (check the name and the DNS settings)";
        case errc::connect_failed:
            return "the TCP connection failed (check the port, and that the server is running)";
        case errc::connect_timeout:
            return "connecting timed out (check that the server is reachable; see connect_timeout)";
        case errc::tls_handshake_failed:
            return "the TLS handshake failed (check that the port supports TLS; see secure)";
        case errc::certificate_untrusted:
            return "the server's certificate is not signed by a trusted authority (set "
                   "tls_options::ca_file)";
        case errc::certificate_expired:
            return "the server's certificate is expired or not yet valid (renew it, or check the "
                   "clock)";
        case errc::certificate_host_mismatch:
            return "the server's certificate does not match the host (connect to a host name that "
                   "the certificate contains)";
        case errc::tls_configuration:
            return "a CA file, certificate or key could not be loaded (check the file named in the "
                   "detail)";
        case errc::upgrade_refused:
            return "the server rejected the WebSocket handshake (see the status; a proxy may have "
                   "sent the response)";
        case errc::malformed_upgrade:
            return "invalid WebSocket handshake response (check the address and path prefix; a "
                   "proxy may have sent the response)";
        case errc::authentication_refused:
            return "the server rejected the token (set client_options::server_api_token to the "
                   "server's token)";
        case errc::authentication_timeout:
            return "authentication or subscription timed out (check whether the server is "
                   "overloaded; see authentication_timeout)";
        case errc::unexpected_message:
            return "the server sent an unexpected message (check that its version is supported)";
        case errc::connection_lost:
            return "the connection was lost (retry; once the session is restored, fetch the "
                   "current state over REST)";
        case errc::closed_by_server:
            return "the server closed the session (see its reason; once the session is restored, "
                   "fetch the current state over REST)";
        case errc::idle_timeout:
            return "the server was silent for too long (once the session is restored, fetch the "
                   "current state over REST; see idle_timeout)";
        case errc::websocket_protocol:
            return "the server violated the WebSocket protocol (check for a faulty proxy)";
        case errc::message_too_big:
            return "a message exceeds the size limit (raise max_message_size)";
        case errc::malformed_message:
            return "a message could not be decoded (check that the server's version is supported)";
        case errc::slow_consumer:
            return "the notification queue overflowed (consume faster, raise queue_limit, or use "
                   "overflow_policy::pause)";
        case errc::handler_failed:
            return "a notification handler threw an exception (catch it inside the handler)";
        case errc::bad_request:
            return "the server rejected the request as invalid (see the server message)";
        case errc::unauthorized:
            return "the server rejected the token (set client_options::server_api_token to the "
                   "server's token)";
        case errc::not_found:
            return "the server has no such resource (check whether it was deleted or is on another "
                   "node)";
        case errc::service_unavailable:
            return "the server is overloaded or a limit is reached (retry later)";
        case errc::server_error:
            return "the server failed (check its log: it may be starting or stopping, or the room "
                   "may have crashed)";
        case errc::unexpected_status:
            return "unexpected response status (check the path prefix; a proxy may have sent the "
                   "response)";
        case errc::malformed_response:
            return "invalid response (check that this is a Jellyfish server of a supported "
                   "version)";
        case errc::response_too_large:
            return "the response exceeds the size limit (raise max_response_size)";
        case errc::outcome_unknown:
            return "the connection failed after the request was sent, so the server may have "
                   "executed it (check the current state before retrying)";
        case errc::already_listening:
            return "already listening (call listen() once, and set the handler before it)";
        case errc::address_in_use:
            return "the address is already in use (stop the other program, or set another port; 0 "
                   "selects a free one)";
        case errc::listen_failed:
            return "listening on the address failed (check that it belongs to this machine, and "
                   "that the port is permitted)";
    }
    return "unknown error";
}

const char* text_of(condition value) noexcept {
    switch (value) {
        case condition::unauthorized:
            return "the token was rejected";
        case condition::not_found:
            return "not found";
        case condition::bad_request:
            return "the request is invalid";
        case condition::service_unavailable:
            return "service unavailable";
        case condition::timeout:
            return "a time limit expired";
        case condition::connection_lost:
            return "the connection was lost";
        case condition::connect_failed:
            return "connecting failed";
        case condition::certificate:
            return "certificate verification failed";
        case condition::protocol_error:
            return "protocol violation";
        case condition::retryable:
            return "retrying may succeed";
    }
    return "unknown condition";
}

constexpr bool is_timeout(errc code) noexcept {
    return code == errc::timeout || code == errc::connect_timeout ||
           code == errc::authentication_timeout || code == errc::idle_timeout;
}

constexpr bool is_loss(errc code) noexcept {
    return code == errc::connection_lost || code == errc::closed_by_server ||
           code == errc::idle_timeout || code == errc::outcome_unknown;
}

constexpr bool is_certificate(errc code) noexcept {
    return code == errc::certificate_untrusted || code == errc::certificate_expired ||
           code == errc::certificate_host_mismatch;
}

constexpr bool is_failure_to_connect(errc code) noexcept {
    return code == errc::resolve_failed || code == errc::connect_failed ||
           code == errc::connect_timeout || code == errc::tls_handshake_failed ||
           is_certificate(code) || code == errc::upgrade_refused || code == errc::malformed_upgrade;
}

constexpr bool is_violation(errc code) noexcept {
    return code == errc::malformed_upgrade || code == errc::unexpected_message ||
           code == errc::websocket_protocol || code == errc::message_too_big ||
           code == errc::malformed_message || code == errc::unexpected_status ||
           code == errc::malformed_response || code == errc::response_too_large;
}

constexpr bool is_retryable(errc code) noexcept {
    return code == errc::resolve_failed || code == errc::connect_failed ||
           code == errc::connect_timeout || code == errc::authentication_timeout ||
           code == errc::connection_lost || code == errc::closed_by_server ||
           code == errc::idle_timeout || code == errc::service_unavailable;
}

constexpr bool belongs_to(errc code, condition value) noexcept {
    switch (value) {
        case condition::unauthorized:
            return code == errc::unauthorized || code == errc::authentication_refused;
        case condition::not_found:
            return code == errc::not_found;
        case condition::bad_request:
            return code == errc::bad_request || code == errc::invalid_argument;
        case condition::service_unavailable:
            return code == errc::service_unavailable;
        case condition::timeout:
            return is_timeout(code);
        case condition::connection_lost:
            return is_loss(code);
        case condition::connect_failed:
            return is_failure_to_connect(code);
        case condition::certificate:
            return is_certificate(code);
        case condition::protocol_error:
            return is_violation(code);
        case condition::retryable:
            return is_retryable(code);
    }
    return false;
}

class errc_category final : public boost::system::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "jellyfish"; }

    [[nodiscard]] std::string message(int value) const override {
        return text_of(static_cast<errc>(value));
    }

    [[nodiscard]] const char* message(int value, char*, std::size_t) const noexcept override {
        return text_of(static_cast<errc>(value));
    }
};

class condition_error_category final : public boost::system::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "jellyfish.condition"; }

    [[nodiscard]] std::string message(int value) const override {
        return text_of(static_cast<condition>(value));
    }

    [[nodiscard]] bool equivalent(const error_code& code, int value) const noexcept override {
        return code.category() == jellyfish::error_category() &&
               belongs_to(static_cast<errc>(code.value()), static_cast<condition>(value));
    }
};

}  // namespace

const boost::system::error_category& error_category() noexcept {
    static const errc_category category;
    return category;
}

const boost::system::error_category& condition_category() noexcept {
    static const condition_error_category category;
    return category;
}

error_code make_error_code(errc code) noexcept {
    return error_code(static_cast<int>(code), error_category());
}

boost::system::error_condition make_error_condition(condition value) noexcept {
    return boost::system::error_condition(static_cast<int>(value), condition_category());
}

error::error(error_code code, diagnostics info)
    : system_error(code),
      info_(std::make_shared<const diagnostics>(std::move(info))),
      text_(std::make_shared<const std::string>(detail::describe(code, *info_))) {}

namespace detail {

std::string describe(const error_code& code, const diagnostics& info) {
    std::string text = info.operation;
    if (!info.address.empty()) {
        if (!text.empty()) text += ' ';
        text.append("(").append(info.address).append(")");
    }
    if (!text.empty()) text += ": ";
    text += code.message();
    if (info.status != 0) text.append("; status ").append(std::to_string(info.status));
    if (!info.server_message.empty()) text.append("; server message: ").append(info.server_message);
    if (!info.detail.empty()) text.append("; ").append(info.detail);
    // Texts from elsewhere may contain line breaks; the result is one line.
    std::ranges::replace_if(
        text, [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; }, ' ');
    return text;
}

std::exception_ptr make_exception(const error_code& code, const diagnostics_ptr& info) {
    static const diagnostics nothing;
    const diagnostics& known = info ? *info : nothing;
    if (known.status != 0 && code.category() == error_category())
        return std::make_exception_ptr(api_error(code, known));
    return std::make_exception_ptr(error(code, known));
}

}  // namespace detail
}  // namespace jellyfish
