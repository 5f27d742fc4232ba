#include <jellyfish/error.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace jellyfish {
namespace {

/// What happened, and what to do about it.
const char* text_of(errc code) noexcept {
    switch (code) {
        case errc::invalid_address:
            return "the server address is no host[:port][/prefix] (give it without a scheme; see "
                   "client_options::server_address)";
        case errc::invalid_option:
            return "an option has a value that cannot be used (see the detail)";
        case errc::invalid_argument:
            return "an argument cannot be used, and nothing was sent (see the detail)";
        case errc::already_connected:
            return "already connected, or connecting (call connect() once; set handlers before it)";
        case errc::not_connected:
            return "no session is ready (call connect() first)";
        case errc::closed:
            return "closed by close() (make a new object)";
        case errc::timeout:
            return "the time limit ran out (did nothing come, or is the server overloaded? raise "
                   "the limit)";
        case errc::resolve_failed:
            return "the host name cannot be resolved (check the address, and the name server)";
        case errc::connect_failed:
            return "no TCP connection could be made (is the server running, and the port right?)";
        case errc::connect_timeout:
            return "no connection in time (is the server reachable? see connect_timeout)";
        case errc::tls_handshake_failed:
            return "the TLS handshake failed (does the port speak TLS? see secure)";
        case errc::certificate_untrusted:
            return "the server's certificate is from no trusted authority (name its CA: see "
                   "tls_options::ca_file)";
        case errc::certificate_expired:
            return "the server's certificate is not valid at this time (renew it; check the clock)";
        case errc::certificate_host_mismatch:
            return "the server's certificate is for another host (use a name that it has)";
        case errc::tls_configuration:
            return "a CA file, certificate or key cannot be used (see tls_options)";
        case errc::upgrade_refused:
            return "the server rejected the WebSocket upgrade (see the status; a proxy before the "
                   "server may have sent it)";
        case errc::malformed_upgrade:
            return "invalid response to the WebSocket upgrade (see the detail; a proxy before the "
                   "server may have sent it)";
        case errc::authentication_refused:
            return "the server refuses the token (set client_options::server_api_token to the "
                   "server's)";
        case errc::authentication_timeout:
            return "the server did not authenticate or subscribe in time (is it overloaded? see "
                   "authentication_timeout)";
        case errc::unexpected_message:
            return "the server sent a message that has no place there (check the server's version)";
        case errc::connection_lost:
            return "the connection was lost (try again; once a lost session is restored, read the "
                   "state by REST)";
        case errc::closed_by_server:
            return "the server closed the session (see its reason; read the state by REST once "
                   "it is restored)";
        case errc::idle_timeout:
            return "nothing came from the server for too long (read the state by REST once the "
                   "session is restored; see idle_timeout)";
        case errc::websocket_protocol:
            return "the server sent what WebSocket does not allow (is there a broken proxy?)";
        case errc::message_too_big:
            return "a message is longer than allowed (raise max_message_size)";
        case errc::malformed_message:
            return "a message cannot be decoded (do versions of server and library fit?)";
        case errc::slow_consumer:
            return "notifications came faster than they were taken (take faster, raise "
                   "queue_limit, or use overflow_policy::pause)";
        case errc::handler_failed:
            return "a notification handler threw an exception (catch inside the handler)";
        case errc::bad_request:
            return "the server finds the request wrong (see its text)";
        case errc::unauthorized:
            return "the server refuses the token (set client_options::server_api_token to the "
                   "server's)";
        case errc::not_found:
            return "there is no such thing at the server (is it deleted, or on another node?)";
        case errc::service_unavailable:
            return "a limit is reached or the server is overloaded (try again later)";
        case errc::server_error:
            return "the server failed (see its log: it may be starting or stopping, or the room "
                   "has crashed)";
        case errc::unexpected_status:
            return "a response with a status that this call does not have (see the status; a proxy "
                   "before the server may have sent it)";
        case errc::malformed_response:
            return "the response is not what this call returns (is this a Jellyfish server, of a "
                   "version that fits?)";
        case errc::response_too_large:
            return "the answer is longer than what is accepted (raise max_response_size)";
        case errc::outcome_unknown:
            return "the connection failed after the request was sent: the server may have executed "
                   "it (look before repeating it)";
        case errc::already_listening:
            return "already listening (call listen() once; set the handler before it)";
        case errc::address_in_use:
            return "something else listens there (is the program running twice? use another "
                   "port, or 0 for any)";
        case errc::listen_failed:
            return "the address cannot be listened on (is it one of this machine's, and does the "
                   "port need rights?)";
    }
    return "unknown error";
}

const char* text_of(condition value) noexcept {
    switch (value) {
        case condition::unauthorized:
            return "the token is refused";
        case condition::not_found:
            return "not found";
        case condition::bad_request:
            return "the request is wrong";
        case condition::service_unavailable:
            return "service unavailable";
        case condition::timeout:
            return "a time limit ran out";
        case condition::connection_lost:
            return "the connection was lost";
        case condition::connect_failed:
            return "no connection could be made";
        case condition::certificate:
            return "certificate verification failed";
        case condition::protocol_error:
            return "the protocol was violated";
        case condition::retryable:
            return "worth another try";
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
    if (!info.server_message.empty())
        text.append("; the server says: ").append(info.server_message);
    if (!info.detail.empty()) text.append("; ").append(info.detail);
    // The words of others may hold anything, but this is one line.
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
