#include <jellyfish/error.hpp>

#include "model/names.hpp"
#include "text/characters.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace jellyfish {
namespace {

/// The conditions that a code is equal to.
struct condition_set {
    unsigned bits = 0;

    constexpr condition_set(std::initializer_list<condition> all) {
        for (const condition each : all)
            bits |= 1U << static_cast<unsigned>(each);
    }
    [[nodiscard]] constexpr bool contains(condition value) const noexcept {
        return (bits >> static_cast<unsigned>(value) & 1U) != 0;
    }
};

struct errc_row {
    errc code;
    std::string_view name;
    condition_set conditions;
    const char* text;  ///< What happened and, in parentheses, what to do about it.
};

using enum condition;

// In the order of the enumerators.
// clang-format off
constexpr errc_row codes[] = {
    {errc::invalid_address, "invalid_address", {},
     "invalid server address: expected host[:port][/prefix], or a URL (see client_options::server_address)"},
    {errc::invalid_option, "invalid_option", {},
     "invalid option (correct the option named in the detail)"},
    {errc::invalid_argument, "invalid_argument", {bad_request},
     "invalid argument; nothing was sent (correct the argument named in the detail)"},
    {errc::not_supported, "not_supported", {not_supported},
     "not supported by this server; nothing was sent (see the detail and client_options::server_api)"},
    {errc::already_connected, "already_connected", {},
     "already connected or connecting (call connect() once, and set handlers before "
     "it)"},
    {errc::not_connected, "not_connected", {},
     "no session is ready (await connect() or wait_ready() first)"},
    {errc::closed, "closed", {},
     "the object was closed (construct a new one)"},
    {errc::timeout, "timeout", {timeout},
     "the operation timed out (raise the time limit, or check whether the server is "
     "overloaded)"},
    {errc::resolve_failed, "resolve_failed", {connect_failed, retryable},
     "the host name could not be resolved (check the name and the DNS settings)"},
    {errc::connect_failed, "connect_failed", {connect_failed, retryable},
     "the TCP connection failed (check the port, and that the server is running)"},
    {errc::connect_timeout, "connect_timeout", {connect_failed, timeout, retryable},
     "connecting timed out (check that the server is reachable; see connect_timeout)"},
    {errc::tls_handshake_failed, "tls_handshake_failed", {connect_failed},
     "the TLS handshake failed (check that the port supports TLS; see secure)"},
    {errc::certificate_untrusted, "certificate_untrusted", {connect_failed, certificate},
     "the server's certificate is not signed by a trusted authority (set "
     "tls_options::ca_file)"},
    {errc::certificate_expired, "certificate_expired", {connect_failed, certificate},
     "the server's certificate is expired or not yet valid (renew it, or check the "
     "clock)"},
    {errc::certificate_host_mismatch, "certificate_host_mismatch", {connect_failed, certificate},
     "the server's certificate does not match the host (connect to a host name that "
     "the certificate contains)"},
    {errc::tls_configuration, "tls_configuration", {},
     "a CA file, certificate or key could not be loaded (check the file named in the "
     "detail)"},
    {errc::upgrade_refused, "upgrade_refused", {connect_failed},
     "the server rejected the WebSocket handshake (see the status; a proxy may have "
     "sent the response)"},
    {errc::malformed_upgrade, "malformed_upgrade", {connect_failed, protocol_error},
     "invalid WebSocket handshake response (check the address and path prefix; a "
     "proxy may have sent the response)"},
    {errc::authentication_refused, "authentication_refused", {unauthorized},
     "the server rejected the token (set client_options::server_api_token to the "
     "server's token; for an agent, add a new peer and use its token)"},
    {errc::authentication_timeout, "authentication_timeout", {timeout, retryable},
     "authentication or subscription timed out (check whether the server is "
     "overloaded; see authentication_timeout)"},
    {errc::unexpected_message, "unexpected_message", {protocol_error},
     "the server sent an unexpected message (check that its version is supported)"},
    {errc::connection_lost, "connection_lost", {connection_lost, retryable},
     "the connection was lost (fetch the current state over REST once the server is reachable "
     "again)"},
    {errc::closed_by_server, "closed_by_server", {connection_lost, retryable},
     "the server closed the session (see its reason; once the session is restored, "
     "fetch the current state over REST)"},
    {errc::idle_timeout, "idle_timeout", {connection_lost, timeout, retryable},
     "the server was silent for too long (once the session is restored, fetch the "
     "current state over REST; see idle_timeout)"},
    {errc::websocket_protocol, "websocket_protocol", {protocol_error},
     "the server violated the WebSocket protocol (check for a faulty proxy)"},
    {errc::message_too_big, "message_too_big", {protocol_error},
     "a message exceeds the size limit (raise max_message_size)"},
    {errc::malformed_message, "malformed_message", {protocol_error},
     "a message could not be decoded (check that the server's version is supported)"},
    {errc::slow_consumer, "slow_consumer", {},
     "the notification queue overflowed (consume faster, raise queue_limit, or use "
     "overflow_policy::pause)"},
    {errc::handler_failed, "handler_failed", {},
     "a notification handler threw an exception (catch it inside the handler)"},
    {errc::bad_request, "bad_request", {bad_request},
     "the server rejected the request as invalid (see the server message)"},
    {errc::unauthorized, "unauthorized", {unauthorized},
     "the server rejected the token (set client_options::server_api_token to the "
     "server's token)"},
    {errc::quota_exceeded, "quota_exceeded", {quota_exceeded},
     "the account's usage quota is exceeded (delete rooms and peers that are not needed, or raise "
     "the quota)"},
    {errc::not_found, "not_found", {not_found},
     "the server has no such resource (check whether it was deleted or is on another "
     "node)"},
    {errc::conflict, "conflict", {conflict},
     "the state of the resource does not permit the call (see the server message)"},
    {errc::service_unavailable, "service_unavailable", {service_unavailable, retryable},
     "the server is overloaded or a limit is reached (retry later)"},
    {errc::server_error, "server_error", {},
     "the server failed (check its log: it may be starting or stopping, or the room "
     "may have crashed)"},
    {errc::unexpected_status, "unexpected_status", {protocol_error},
     "unexpected response status (check the path prefix; a proxy may have sent the "
     "response)"},
    {errc::malformed_response, "malformed_response", {protocol_error},
     "invalid response (check that this is a Jellyfish or Fishjam server of a supported "
     "version)"},
    {errc::response_too_large, "response_too_large", {protocol_error},
     "the response exceeds the size limit (raise max_response_size)"},
    {errc::outcome_unknown, "outcome_unknown", {connection_lost},
     "the connection failed after the request was sent, so the server may have "
     "executed it (check the current state before retrying)"},
    {errc::already_listening, "already_listening", {},
     "already listening (call listen() once, and set the handler before it)"},
    {errc::address_in_use, "address_in_use", {},
     "the address is already in use (stop the other program, or set another port; 0 "
     "selects a free one)"},
    {errc::listen_failed, "listen_failed", {},
     "listening on the address failed (check that it belongs to this machine, and "
     "that the port is permitted)"},
};
// clang-format on

struct condition_row {
    condition value;
    std::string_view name;
    const char* text;
};

// In the order of the enumerators.
// clang-format off
constexpr condition_row conditions[] = {
    {unauthorized, "unauthorized", "the token was rejected"},
    {not_found, "not_found", "not found"},
    {bad_request, "bad_request", "the request is invalid"},
    {not_supported, "not_supported", "not supported by this server"},
    {quota_exceeded, "quota_exceeded", "the usage quota is exceeded"},
    {conflict, "conflict", "the state of the resource does not permit the call"},
    {service_unavailable, "service_unavailable", "service unavailable"},
    {timeout, "timeout", "a time limit expired"},
    {connection_lost, "connection_lost", "the connection was lost"},
    {connect_failed, "connect_failed", "connecting failed"},
    {certificate, "certificate", "certificate verification failed"},
    {protocol_error, "protocol_error", "protocol violation"},
    {retryable, "retryable", "retrying may succeed"},
};
// clang-format on

/// Returns the row of an enumerator, or nothing for another value.
template <class Row, std::size_t Size, class Enum>
constexpr const Row* find(const Row (&rows)[Size], Enum value) noexcept {
    const auto index = static_cast<std::size_t>(value) - 1;
    return index < Size ? &rows[index] : nullptr;
}

static_assert(std::ranges::all_of(codes, [](const errc_row& each) {
    return find(codes, each.code) == &each;
}));
static_assert(std::ranges::all_of(conditions, [](const condition_row& each) {
    return find(conditions, each.value) == &each;
}));

const char* text_of(errc code) noexcept {
    const errc_row* const row = find(codes, code);
    return row != nullptr ? row->text : "unknown error";
}

const char* text_of(condition value) noexcept {
    const condition_row* const row = find(conditions, value);
    return row != nullptr ? row->text : "unknown condition";
}

bool belongs_to(errc code, condition value) noexcept {
    const errc_row* const row = find(codes, code);
    return row != nullptr && row->conditions.contains(value);
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

/// Returns `operation (address): message; detail`, without the empty parts.
std::string described(const diagnostics& info, const std::string& message) {
    std::string text = info.operation;
    if (!info.address.empty()) {
        if (!text.empty()) text += ' ';
        text.append("(").append(info.address).append(")");
    }
    const char* separator = text.empty() ? "" : ": ";
    const auto add = [&](const char* label, const std::string& part) {
        if (part.empty()) return;
        text.append(std::exchange(separator, "; ")).append(label).append(part);
    };
    add("", message);
    add("status ", info.status != 0 ? std::to_string(info.status) : "");
    add("server message: ", info.server_message);
    add("", info.detail);
    return detail::in_one_line(std::move(text));  // Texts from elsewhere may contain line breaks.
}

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

std::ostream& operator<<(std::ostream& out, errc value) {
    const errc_row* const row = find(codes, value);
    return out << (row != nullptr ? row->name : "unknown");
}

std::ostream& operator<<(std::ostream& out, condition value) {
    const condition_row* const row = find(conditions, value);
    return out << (row != nullptr ? row->name : "unknown");
}

std::ostream& operator<<(std::ostream& out, const diagnostics& value) {
    return out << described(value, "");
}

error::error(error_code code, diagnostics info)
    : system_error(code),
      info_(std::make_shared<const diagnostics>(std::move(info))),
      text_(std::make_shared<const std::string>(detail::describe(code, *info_))) {}

namespace detail {

std::string describe(const error_code& code, const diagnostics& info) {
    return described(info, code.message());
}

void report(const error_code& code, const diagnostics_ptr& info, diagnostics* out) {
    if (out) *out = code && info ? *info : diagnostics();
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
