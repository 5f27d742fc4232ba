#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/logger.hpp>
#include <jellyfish/retry_policy.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace jellyfish {

/// How a server's identity is checked, and how this client proves its own.
///
/// Files are read when a connection is first made, and by each `notifier::connect()`; one that
/// cannot be used is then reported as `errc::tls_configuration`. For later connections, files that
/// have changed (by their time stamps, those of the system's authorities as well) are read again.
/// If they cannot be used then, what was read before stays in use, that is logged once, and each
/// further connection tries again: so files may be replaced at any time, also one after the other.
/// `reload_tls()` of each object reads them at once.
class tls_options {
public:
    tls_options() {}  // User-provided: an aggregate in an awaited call would be destroyed twice.

    /// A PEM file with the authorities to trust instead of the system's. Default: none.
    tls_options& ca_file(std::string path) {
        ca_file_ = std::move(path);
        return *this;
    }
    /// Returns the path of the CA file.
    [[nodiscard]] const std::string& ca_file() const noexcept { return ca_file_; }

    /// The authorities to trust instead of the system's, as PEM text. Default: none.
    tls_options& ca_pem(std::string text) {
        ca_pem_ = std::move(text);
        return *this;
    }
    /// Returns the authorities as PEM text.
    [[nodiscard]] const std::string& ca_pem() const noexcept { return ca_pem_; }

    /// PEM files with this client's certificate chain and its private key. Default: none.
    tls_options& client_certificate(std::string certificate_file, std::string key_file) {
        certificate_file_ = std::move(certificate_file);
        key_file_ = std::move(key_file);
        return *this;
    }
    /// The path that was set, or empty.
    [[nodiscard]] const std::string& certificate_file() const noexcept { return certificate_file_; }
    /// The path that was set, or empty.
    [[nodiscard]] const std::string& key_file() const noexcept { return key_file_; }

    /// The pass phrase of an encrypted private key. Never printed. Without one, an encrypted key is
    /// rejected with `errc::tls_configuration`; nothing is ever asked on a terminal. Default: none.
    tls_options& key_passphrase(std::string value) {
        key_passphrase_ = std::move(value);
        return *this;
    }
    /// Returns the pass phrase of the key.
    [[nodiscard]] const std::string& key_passphrase() const noexcept { return key_passphrase_; }

    /// Whether the server's certificate and host name are verified. Default: true. Without it
    /// anybody on the way can read the token: for tests only.
    tls_options& verify(bool value) {
        verify_ = value;
        return *this;
    }
    /// Returns whether the server's certificate is verified.
    [[nodiscard]] bool verify() const noexcept { return verify_; }

private:
    std::string ca_file_;
    std::string ca_pem_;
    std::string certificate_file_;
    std::string key_file_;
    std::string key_passphrase_;
    bool verify_ = true;
};

/// Which server is talked to, and how. Shared by everything that talks to it; copied when an
/// object is made, so later changes have no effect on it.
///
/// Setters return the object, so that they can be chained; the same names without an argument read.
/// Values are checked when they are used first: `errc::invalid_address`, `errc::invalid_option`.
class JELLYFISH_DECL client_options {
public:
    // Compiled in the library, for what a user's coroutines cost to compile. Not an aggregate,
    // which would be destroyed twice in an awaited call.
    client_options();
    /// @{
    /// Copies or moves; a moved-from object can only be assigned to or destroyed.
    client_options(const client_options&);
    client_options(client_options&&) noexcept;
    client_options& operator=(const client_options&);
    client_options& operator=(client_options&&) noexcept;
    /// @}
    ~client_options();

    /// Options from `JELLYFISH_SERVER_ADDRESS`, `JELLYFISH_SERVER_API_TOKEN`, `JELLYFISH_SECURE`
    /// (`true`, `1`, `yes`, `on` or `false`, `0`, `no`, `off`, in any case) and
    /// `JELLYFISH_CA_FILE`; what is not set, or empty, keeps its default.
    ///
    /// @throws jellyfish::error with `errc::invalid_option` when `JELLYFISH_SECURE` is none of
    /// these.
    [[nodiscard]] static client_options from_environment();

    /// `host`, `host:port` or `[v6]:port`, optionally with a path prefix (`host:port/prefix`).
    /// No scheme: see `secure`. Default: `localhost:5002`. Without a port: 5002, with `secure` as
    /// well; a server behind a proxy for HTTPS needs `:443`.
    client_options& server_address(std::string value) {
        server_address_ = std::move(value);
        return *this;
    }
    /// Returns the server address.
    [[nodiscard]] const std::string& server_address() const noexcept { return server_address_; }

    /// The server's API token. Never printed. Default: `development`.
    client_options& server_api_token(std::string value) {
        server_api_token_ = std::move(value);
        return *this;
    }
    /// Returns the API token.
    [[nodiscard]] const std::string& server_api_token() const noexcept { return server_api_token_; }

    /// Whether TLS is used, on the same port. Default: false.
    client_options& secure(bool value) {
        secure_ = value;
        return *this;
    }
    /// Returns whether TLS is used.
    [[nodiscard]] bool secure() const noexcept { return secure_; }

    /// Used when `secure` is set. Default: as `tls_options()`.
    client_options& tls(tls_options value) {
        tls_ = std::move(value);
        return *this;
    }
    /// Returns the TLS options.
    [[nodiscard]] const tls_options& tls() const noexcept { return tls_; }

    /// How long name resolution, TCP, TLS and the WebSocket upgrade may take together. Default: 5
    /// s.
    client_options& connect_timeout(std::chrono::milliseconds value) {
        connect_timeout_ = value;
        return *this;
    }
    /// Returns the connect timeout.
    [[nodiscard]] std::chrono::milliseconds connect_timeout() const noexcept {
        return connect_timeout_;
    }

    /// How long a REST call may take, waiting for a connection included; with `retry`, how long
    /// each of its attempts may take. Default: 10 s.
    client_options& request_timeout(std::chrono::milliseconds value) {
        request_timeout_ = value;
        return *this;
    }
    /// Returns the request timeout.
    [[nodiscard]] std::chrono::milliseconds request_timeout() const noexcept {
        return request_timeout_;
    }

    /// How long a REST call may wait for a free connection; a call that was not sent by then fails
    /// with `errc::timeout`. 0: as long as `request_timeout` allows. Default: 0.
    client_options& queue_timeout(std::chrono::milliseconds value) {
        queue_timeout_ = value;
        return *this;
    }
    /// Returns the queue timeout.
    [[nodiscard]] std::chrono::milliseconds queue_timeout() const noexcept {
        return queue_timeout_;
    }

    /// How many connections an API object holds at most; further calls wait in order. Default: 8.
    client_options& max_connections(std::size_t value) {
        max_connections_ = value;
        return *this;
    }
    /// Returns the limit of connections.
    [[nodiscard]] std::size_t max_connections() const noexcept { return max_connections_; }

    /// The longest body of a REST answer that is accepted, in bytes. Default: 16 MiB.
    client_options& max_response_size(std::size_t value) {
        max_response_size_ = value;
        return *this;
    }
    /// Returns the limit of a response body.
    [[nodiscard]] std::size_t max_response_size() const noexcept { return max_response_size_; }

    /// Whether REST calls are made again after a failure that may pass. Default: never.
    client_options& retry(retry_policy value) {
        retry_ = value;
        return *this;
    }
    /// Returns the retry policy.
    [[nodiscard]] const retry_policy& retry() const noexcept { return retry_; }

    /// Whether calls about a room are sent to the server that `create_room` announced for it, as a
    /// cluster requires. Default: yes, except that an announced loopback address (a server in a
    /// container announces `localhost`) is not followed when `server_address` is not one itself.
    ///
    /// When no connection to the announced server can be made, nothing was sent, and the call is
    /// made at `server_address`.
    client_options& follow_rooms(bool value) {
        follow_rooms_ = value;
        return *this;
    }
    /// Empty unless it was set.
    [[nodiscard]] const std::optional<bool>& follow_rooms() const noexcept { return follow_rooms_; }

    /// Maps an address that `create_room` announced, or that a redirection of `get_hls_content`
    /// leads to, to one that is reachable from here; an empty result means `server_address`. It is
    /// called on any thread that runs the executor; an exception is logged, and `server_address`
    /// used. Not called for rooms with `follow_rooms(false)`. Default: none.
    client_options& map_room_address(std::function<std::string(const std::string&)> value) {
        map_room_address_ = std::move(value);
        return *this;
    }
    /// Returns the function that maps addresses of rooms.
    [[nodiscard]] const std::function<std::string(const std::string&)>& map_room_address()
        const noexcept {
        return map_room_address_;
    }

    /// Product tokens and comments that follow this library's own,
    /// `jellyfish-server-sdk-cpp/VERSION`, in the `User-Agent` header, as `my-service/1.4`. They
    /// must be printable ASCII. Default: none.
    client_options& user_agent(std::string value) {
        user_agent_ = std::move(value);
        return *this;
    }
    /// Returns the additional product tokens.
    [[nodiscard]] const std::string& user_agent() const noexcept { return user_agent_; }

    /// Where log lines go. Default: nowhere.
    client_options& logger(jellyfish::logger value) {
        logger_ = std::move(value);
        return *this;
    }
    /// Returns the logger.
    [[nodiscard]] const jellyfish::logger& logger() const noexcept { return logger_; }

private:
    std::string server_address_ = "localhost:5002";
    std::string server_api_token_ = "development";
    bool secure_ = false;
    tls_options tls_;
    std::chrono::milliseconds connect_timeout_{5'000};
    std::chrono::milliseconds request_timeout_{10'000};
    std::chrono::milliseconds queue_timeout_{0};
    std::size_t max_connections_ = 8;
    std::size_t max_response_size_ = std::size_t{16} * 1024 * 1024;
    retry_policy retry_ = retry_policy::never();
    std::optional<bool> follow_rooms_;
    std::function<std::string(const std::string&)> map_room_address_;
    std::string user_agent_;
    jellyfish::logger logger_;
};

}  // namespace jellyfish
