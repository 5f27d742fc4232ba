#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/logger.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jellyfish {

/// Settings of a webhook receiver: address, access control and limits.
///
/// Fishjam signs its webhooks: set `signature_secret`. Jellyfish sends neither a token nor a
/// signature (protocol: "Webhooks"), so anyone who can reach the port and knows the path can forge
/// notifications. Protect such a receiver with an address that others cannot reach, `secret`,
/// `credentials` and TLS.
///
/// Setters return the object and can be chained. Each setter has a getter of the same name.
/// `webhook_receiver::listen()` validates the values and reports `errc::invalid_option` or
/// `errc::tls_configuration`.
class JELLYFISH_DECL webhook_options {
public:
    // Out of line to keep users' compile times low. Not an aggregate: GCC 12 destroys aggregate
    // temporaries twice in co_await.
    webhook_options();
    /// @{
    /// Copies or moves. A moved-from object can only be assigned to or destroyed.
    webhook_options(const webhook_options&);
    webhook_options(webhook_options&&) noexcept;
    webhook_options& operator=(const webhook_options&);
    webhook_options& operator=(webhook_options&&) noexcept;
    /// @}
    ~webhook_options();

    /// Returns the default options with the environment variable `FISHJAM_WEBHOOK_SECRET`, if set,
    /// as the `signature_secret`. If the variable is set but empty, `listen()` fails instead of
    /// accepting unsigned requests.
    [[nodiscard]] static webhook_options from_environment();

    /// The IP address to listen on; `0.0.0.0` or `::` for all interfaces. Default: `127.0.0.1`.
    webhook_options& address(std::string value) {
        address_ = std::move(value);
        return *this;
    }
    /// Returns the address.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }

    /// The port to listen on; 0 picks a free port, which `webhook_receiver::port()` returns.
    /// Default: 0.
    webhook_options& port(std::uint16_t value) {
        port_ = value;
        return *this;
    }
    /// Returns the port.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// The path of the URL, beginning with `/`. Percent-encoded as in the URL, and compared without
    /// decoding. Default: `/webhook`.
    webhook_options& path(std::string value) {
        path_ = std::move(value);
        return *this;
    }
    /// Returns the path.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// An unguessable last segment of the path, percent-encoded: the path becomes `path/secret`.
    /// Compared in constant time and never printed. Default: none.
    webhook_options& secret(std::string value) {
        secret_ = std::move(value);
        return *this;
    }
    /// Returns the secret.
    [[nodiscard]] const std::string& secret() const noexcept { return secret_; }

    /// Returns the path that requests must have: `path`, followed by `secret` if set.
    [[nodiscard]] std::string target() const {
        if (secret_.empty()) return path_;
        return path_.ends_with('/') ? path_ + secret_ : path_ + '/' + secret_;
    }

    /// The user name and password for Basic authentication, which the server takes from a webhook
    /// URL such as `http://user:password@host/webhook`. The name must not contain a colon.
    /// Jellyfish sends both percent-encoded, exactly as in the URL; this form is accepted as well.
    /// Compared in constant time and never printed. Default: none required.
    webhook_options& credentials(std::string user, std::string password) {
        user_ = std::move(user);
        password_ = std::move(password);
        return *this;
    }
    /// Returns the user name; empty if no credentials are required.
    [[nodiscard]] const std::optional<std::string>& user() const noexcept { return user_; }
    /// Returns the password, a secret.
    [[nodiscard]] const std::string& password() const noexcept { return password_; }

    /// Adds a secret for the signatures of Fishjam's webhooks. Once one is set, requests whose
    /// signature matches none of the secrets are rejected with 401 before they are decoded; see
    /// `verify_webhook_signature`. To replace a secret, add the new one before Fishjam uses it, and
    /// remove the old one afterwards. Must not be empty. Never printed. Default: none; requests
    /// need no signature.
    webhook_options& signature_secret(std::string value) {
        signature_secrets_.push_back(std::move(value));
        return *this;
    }
    /// Returns the signature secrets.
    [[nodiscard]] const std::vector<std::string>& signature_secrets() const noexcept {
        return signature_secrets_;
    }

    /// PEM files with the certificate chain and its private key. Makes the receiver accept TLS
    /// connections only. `listen()` loads the files; changed files are reloaded for new
    /// connections. While the new files are invalid (one was replaced before the other, for
    /// example), the ones loaded before stay in use. Default: none.
    webhook_options& certificate(std::string certificate_file, std::string key_file) {
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
    webhook_options& key_passphrase(std::string value) {
        key_passphrase_ = std::move(value);
        return *this;
    }
    /// Returns the passphrase of the key.
    [[nodiscard]] const std::string& key_passphrase() const noexcept { return key_passphrase_; }

    /// Returns whether the receiver uses TLS.
    [[nodiscard]] bool secure() const noexcept {
        return !certificate_file_.empty() || !key_file_.empty();
    }

    /// The capacity of the queue for `next()` or the handler, in notifications. While it is full,
    /// responses are delayed for up to `full_queue_timeout`. At least 1. Default: 65 536.
    webhook_options& queue_limit(std::size_t value) {
        queue_limit_ = value;
        return *this;
    }
    /// Returns the queue limit.
    [[nodiscard]] std::size_t queue_limit() const noexcept { return queue_limit_; }

    /// How long a request waits for a slot in a full queue. Then it is rejected with 503, and its
    /// notification is lost. The server gives up after 5 s and posts nothing else meanwhile. 0
    /// rejects immediately. Default: 4 s.
    webhook_options& full_queue_timeout(std::chrono::milliseconds value) {
        full_queue_timeout_ = value;
        return *this;
    }
    /// Returns the full queue timeout.
    [[nodiscard]] std::chrono::milliseconds full_queue_timeout() const noexcept {
        return full_queue_timeout_;
    }

    /// The maximum size of a request body, in bytes; longer bodies are rejected with 413. At least
    /// 1. Default: 1 MiB.
    webhook_options& body_limit(std::size_t value) {
        body_limit_ = value;
        return *this;
    }
    /// Returns the maximum size of a request body.
    [[nodiscard]] std::size_t body_limit() const noexcept { return body_limit_; }

    /// The maximum size of the request line and headers together, in bytes; longer ones are
    /// rejected with 431. The framing of a chunked body (chunk sizes, chunk extensions, line ends
    /// and trailers) may take this size plus the size of the body; more is rejected with 431 as
    /// well. From 256 to 32 768. Default: 8 192.
    webhook_options& header_limit(std::size_t value) {
        header_limit_ = value;
        return *this;
    }
    /// Returns the maximum size of the request line and headers.
    [[nodiscard]] std::size_t header_limit() const noexcept { return header_limit_; }

    /// The maximum number of open connections. A connection beyond it replaces the one idle for
    /// longest, preferably one that has not posted any notification. If none is idle, the new
    /// connection is closed. At least 1. Default: 256.
    webhook_options& max_connections(std::size_t value) {
        max_connections_ = value;
        return *this;
    }
    /// Returns the maximum number of connections.
    [[nodiscard]] std::size_t max_connections() const noexcept { return max_connections_; }

    /// How long a TLS handshake may take. Default: 5 s.
    webhook_options& handshake_timeout(std::chrono::milliseconds value) {
        handshake_timeout_ = value;
        return *this;
    }
    /// Returns the handshake timeout.
    [[nodiscard]] std::chrono::milliseconds handshake_timeout() const noexcept {
        return handshake_timeout_;
    }

    /// How long the request line and headers may take, counted from the connection or from their
    /// first byte. Default: 5 s.
    webhook_options& header_timeout(std::chrono::milliseconds value) {
        header_timeout_ = value;
        return *this;
    }
    /// Returns the header timeout.
    [[nodiscard]] std::chrono::milliseconds header_timeout() const noexcept {
        return header_timeout_;
    }

    /// How long the body may take. Default: 5 s.
    webhook_options& body_timeout(std::chrono::milliseconds value) {
        body_timeout_ = value;
        return *this;
    }
    /// Returns the body timeout.
    [[nodiscard]] std::chrono::milliseconds body_timeout() const noexcept { return body_timeout_; }

    /// How long the client may take to read the responses. Default: 5 s.
    webhook_options& write_timeout(std::chrono::milliseconds value) {
        write_timeout_ = value;
        return *this;
    }
    /// Returns the write timeout.
    [[nodiscard]] std::chrono::milliseconds write_timeout() const noexcept {
        return write_timeout_;
    }

    /// How long a connection may be silent between two requests. Default: 300 s.
    webhook_options& idle_timeout(std::chrono::milliseconds value) {
        idle_timeout_ = value;
        return *this;
    }
    /// Returns the idle timeout.
    [[nodiscard]] std::chrono::milliseconds idle_timeout() const noexcept { return idle_timeout_; }

    /// How long `close()` waits for partial requests to complete, for slots in a full queue, and
    /// for clients to close their connections. Default: 5 s.
    webhook_options& close_timeout(std::chrono::milliseconds value) {
        close_timeout_ = value;
        return *this;
    }
    /// Returns the close timeout.
    [[nodiscard]] std::chrono::milliseconds close_timeout() const noexcept {
        return close_timeout_;
    }

    /// The logger, called for rejected requests, at most a few times a second. Credentials, targets
    /// and bodies are never logged. Default: none.
    webhook_options& logger(jellyfish::logger value) {
        logger_ = std::move(value);
        return *this;
    }
    /// Returns the logger.
    [[nodiscard]] const jellyfish::logger& logger() const noexcept { return logger_; }

private:
    std::string address_ = "127.0.0.1";
    std::uint16_t port_ = 0;
    std::string path_ = "/webhook";
    std::string secret_;
    std::optional<std::string> user_;
    std::string password_;
    std::vector<std::string> signature_secrets_;
    std::string certificate_file_;
    std::string key_file_;
    std::string key_passphrase_;
    std::size_t queue_limit_ = 65'536;
    std::chrono::milliseconds full_queue_timeout_{4'000};
    std::size_t body_limit_ = std::size_t{1024} * 1024;
    std::size_t header_limit_ = 8'192;
    std::size_t max_connections_ = 256;
    std::chrono::milliseconds handshake_timeout_{5'000};
    std::chrono::milliseconds header_timeout_{5'000};
    std::chrono::milliseconds body_timeout_{5'000};
    std::chrono::milliseconds write_timeout_{5'000};
    std::chrono::milliseconds idle_timeout_{300'000};
    std::chrono::milliseconds close_timeout_{5'000};
    jellyfish::logger logger_;
};

}  // namespace jellyfish
