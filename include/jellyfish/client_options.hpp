#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/logger.hpp>
#include <jellyfish/retry_policy.hpp>
#include <jellyfish/server_api.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace jellyfish {

/// TLS settings: how the server is verified, and how this client authenticates itself.
///
/// The first connection and each `notifier::connect()` load the files, and report an invalid file
/// as `errc::tls_configuration`. Later connections reload files whose time stamps have changed,
/// including the system's certificate authorities. If the new files are invalid, the ones loaded
/// before stay in use, a message is logged once, and each further connection tries again. Files may
/// therefore be replaced at any time, even one after the other. `reload_tls()` of each object
/// reloads them immediately.
class tls_options {
public:
    tls_options() {}  // Not an aggregate: GCC 12 destroys those twice in co_await.

    /// A PEM file with the CA certificates to trust instead of the system's. Default: none.
    tls_options& ca_file(std::string path) {
        ca_file_ = std::move(path);
        return *this;
    }
    /// Returns the path of the CA file.
    [[nodiscard]] const std::string& ca_file() const noexcept { return ca_file_; }

    /// The CA certificates to trust instead of the system's, as PEM text. Default: none.
    tls_options& ca_pem(std::string text) {
        ca_pem_ = std::move(text);
        return *this;
    }
    /// Returns the CA certificates as PEM text.
    [[nodiscard]] const std::string& ca_pem() const noexcept { return ca_pem_; }

    /// PEM files with this client's certificate chain and its private key. Default: none.
    tls_options& client_certificate(std::string certificate_file, std::string key_file) {
        certificate_file_ = std::move(certificate_file);
        key_file_ = std::move(key_file);
        return *this;
    }
    /// Returns the path of the certificate file, or an empty string.
    [[nodiscard]] const std::string& certificate_file() const noexcept { return certificate_file_; }
    /// Returns the path of the key file, or an empty string.
    [[nodiscard]] const std::string& key_file() const noexcept { return key_file_; }

    /// The passphrase of an encrypted private key. Never printed. Without one, an encrypted key is
    /// rejected with `errc::tls_configuration`; there is never a terminal prompt. Default: none.
    tls_options& key_passphrase(std::string value) {
        key_passphrase_ = std::move(value);
        return *this;
    }
    /// Returns the passphrase of the key.
    [[nodiscard]] const std::string& key_passphrase() const noexcept { return key_passphrase_; }

    /// Whether the server's certificate and host name are verified. Default: true. Disable it in
    /// tests only: without verification, anyone on the network path can read the token.
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

/// Connection settings, common to all clients of a server. Each object copies them on construction;
/// later changes do not affect it.
///
/// Setters return the object and can be chained. Each setter has a getter of the same name. Values
/// are validated on first use, with the errors `errc::invalid_address` and `errc::invalid_option`.
class JELLYFISH_DECL client_options {
public:
    // Out of line to keep users' compile times low. Not an aggregate: GCC 12 destroys aggregate
    // temporaries twice in co_await.
    client_options();
    /// @{
    /// Copies or moves. A moved-from object can only be assigned to or destroyed.
    client_options(const client_options&);
    client_options(client_options&&) noexcept;
    client_options& operator=(const client_options&);
    client_options& operator=(client_options&&) noexcept;
    /// @}
    ~client_options();

    /// Returns options from the environment: `JELLYFISH_SERVER_ADDRESS`,
    /// `JELLYFISH_SERVER_API_TOKEN`, `JELLYFISH_SECURE` (`true`, `1`, `yes`, `on` or `false`, `0`,
    /// `no`, `off`, in any case) and `JELLYFISH_CA_FILE`, which enables TLS unless
    /// `JELLYFISH_SECURE` is false. For Fishjam: `FISHJAM_ID` (see `fishjam_id`) and
    /// `FISHJAM_MANAGEMENT_TOKEN`, the API token. Unset or empty variables are ignored.
    ///
    /// @throws jellyfish::error with `errc::invalid_option` if `JELLYFISH_SECURE` has another
    /// value, or if two variables contradict each other: `JELLYFISH_SERVER_ADDRESS` and
    /// `FISHJAM_ID`, or the tokens.
    [[nodiscard]] static client_options from_environment();

    /// The server's `host`, `host:port` or `[v6]:port`, optionally with a path prefix
    /// (`host:port/prefix`). The port defaults to 5002, even with `secure`; a server behind an
    /// HTTPS proxy needs `:443`.
    ///
    /// A URL may be used instead. Its scheme, `http`, `https`, `ws` or `wss`, determines the
    /// default port, 80 or 443, and whether TLS is used; one that contradicts `secure` is an error.
    /// Default: `localhost:5002`.
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

    /// The id of a Fishjam Cloud account. Sets `server_address` to
    /// `https://fishjam.io/api/v1/connect/ID`, or to the value if that is a URL, and `server_api`
    /// to `server_api::fishjam`. Set `server_api_token` to the account's management token. Default:
    /// none.
    client_options& fishjam_id(std::string value);
    /// Returns the Fishjam id; empty unless set.
    [[nodiscard]] const std::optional<std::string>& fishjam_id() const noexcept {
        return fishjam_id_;
    }

    /// The API of the server. Calls and options that the server does not support fail with
    /// `errc::not_supported`. Set by `fishjam_id`. Default: `server_api::jellyfish`.
    client_options& server_api(jellyfish::server_api value) {
        server_api_ = value;
        return *this;
    }
    /// Returns the API of the server.
    [[nodiscard]] jellyfish::server_api server_api() const noexcept { return server_api_; }

    /// Whether TLS is used, on the same port. Default: true if the scheme of the server address is
    /// `https` or `wss`, otherwise false.
    client_options& secure(bool value) {
        secure_ = value;
        return *this;
    }
    /// Returns whether TLS is used.
    [[nodiscard]] bool secure() const noexcept;

    /// The TLS options, used if `secure` is set. Default: `tls_options()`.
    client_options& tls(tls_options value) {
        tls_ = std::move(value);
        return *this;
    }
    /// Returns the TLS options.
    [[nodiscard]] const tls_options& tls() const noexcept { return tls_; }

    /// How long name resolution, TCP connection, TLS handshake and WebSocket handshake may take
    /// together. Default: 5 s.
    client_options& connect_timeout(std::chrono::milliseconds value) {
        connect_timeout_ = value;
        return *this;
    }
    /// Returns the connect timeout.
    [[nodiscard]] std::chrono::milliseconds connect_timeout() const noexcept {
        return connect_timeout_;
    }

    /// How long a REST call may take, including the wait for a connection. With `retry`, the limit
    /// applies to each attempt. Default: 10 s.
    client_options& request_timeout(std::chrono::milliseconds value) {
        request_timeout_ = value;
        return *this;
    }
    /// Returns the request timeout.
    [[nodiscard]] std::chrono::milliseconds request_timeout() const noexcept {
        return request_timeout_;
    }

    /// How long a REST call may wait for a free connection. If it has not been sent by then, it
    /// fails with `errc::timeout`. 0 means as long as `request_timeout` allows. Default: 0.
    client_options& queue_timeout(std::chrono::milliseconds value) {
        queue_timeout_ = value;
        return *this;
    }
    /// Returns the queue timeout.
    [[nodiscard]] std::chrono::milliseconds queue_timeout() const noexcept {
        return queue_timeout_;
    }

    /// The maximum number of connections of an API object. Further calls are queued. Default: 8.
    client_options& max_connections(std::size_t value) {
        max_connections_ = value;
        return *this;
    }
    /// Returns the maximum number of connections.
    [[nodiscard]] std::size_t max_connections() const noexcept { return max_connections_; }

    /// The maximum size of a REST response body, in bytes. Default: 16 MiB.
    client_options& max_response_size(std::size_t value) {
        max_response_size_ = value;
        return *this;
    }
    /// Returns the maximum size of a response body.
    [[nodiscard]] std::size_t max_response_size() const noexcept { return max_response_size_; }

    /// Whether and when REST calls are retried after a retryable failure. Default: never.
    client_options& retry(retry_policy value) {
        retry_ = value;
        return *this;
    }
    /// Returns the retry policy.
    [[nodiscard]] const retry_policy& retry() const noexcept { return retry_; }

    /// Whether calls about a room are sent to the server that `create_room` returned for it, as a
    /// cluster requires. Default: yes, except that a returned loopback address (a server in a
    /// container returns `localhost`) is ignored unless `server_address` is a loopback address.
    ///
    /// If no connection to the returned server can be established, the call is sent to
    /// `server_address` instead.
    client_options& follow_rooms(bool value) {
        follow_rooms_ = value;
        return *this;
    }
    /// Returns whether room addresses are followed; empty unless set.
    [[nodiscard]] const std::optional<bool>& follow_rooms() const noexcept { return follow_rooms_; }

    /// A function that maps an address returned by `create_room`, or the target of a redirect of
    /// `get_hls_content`, to an address reachable from here. An empty result means
    /// `server_address`. Called on any thread that runs the executor. If it throws, the exception
    /// is logged and `server_address` is used. Not called for rooms with `follow_rooms(false)`.
    /// Default: none.
    client_options& map_room_address(std::function<std::string(const std::string&)> value) {
        map_room_address_ = std::move(value);
        return *this;
    }
    /// Returns the function that maps room addresses.
    [[nodiscard]] const std::function<std::string(const std::string&)>& map_room_address()
        const noexcept {
        return map_room_address_;
    }

    /// Product tokens and comments to append to this library's own token
    /// (`jellyfish-server-sdk-cpp/VERSION`) in the `User-Agent` header, such as `my-service/1.4`.
    /// Must be printable ASCII. Default: none.
    client_options& user_agent(std::string value) {
        user_agent_ = std::move(value);
        return *this;
    }
    /// Returns the additional product tokens.
    [[nodiscard]] const std::string& user_agent() const noexcept { return user_agent_; }

    /// The logger. Default: none.
    client_options& logger(jellyfish::logger value) {
        logger_ = std::move(value);
        return *this;
    }
    /// Returns the logger.
    [[nodiscard]] const jellyfish::logger& logger() const noexcept { return logger_; }

private:
    std::string server_address_ = "localhost:5002";
    std::string server_api_token_ = "development";
    std::optional<std::string> fishjam_id_;
    jellyfish::server_api server_api_ = jellyfish::server_api::jellyfish;
    std::optional<bool> secure_;
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
