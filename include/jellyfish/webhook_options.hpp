#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/logger.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace jellyfish {

/// Where webhooks are received, from whom, and within which limits.
///
/// A server posts notifications without token or signature (protocol: "Webhooks"): anybody who
/// reaches the port and knows the path can invent some. What protects a receiver is an address that
/// others do not reach, `secret`, `credentials` and TLS.
///
/// Setters return the object, so that they can be chained; the same names without an argument read.
/// Values are checked by `webhook_receiver::listen()`: `errc::invalid_option`,
/// `errc::tls_configuration`.
class JELLYFISH_DECL webhook_options {
public:
    // Compiled in the library, for what a user's coroutines cost to compile. Not an aggregate,
    // which would be destroyed twice in an awaited call.
    webhook_options();
    /// @{
    /// Copies or moves; a moved-from object can only be assigned to or destroyed.
    webhook_options(const webhook_options&);
    webhook_options(webhook_options&&) noexcept;
    webhook_options& operator=(const webhook_options&);
    webhook_options& operator=(webhook_options&&) noexcept;
    /// @}
    ~webhook_options();

    /// The IP address to listen on: `0.0.0.0` or `::` for all of the machine. Default: `127.0.0.1`.
    webhook_options& address(std::string value) {
        address_ = std::move(value);
        return *this;
    }
    /// Returns the address.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }

    /// The port to listen on; 0 picks a free one, which `webhook_receiver::port()` tells.
    /// Default: 0.
    webhook_options& port(std::uint16_t value) {
        port_ = value;
        return *this;
    }
    /// Returns the port.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// The path of the URL, beginning with `/`, percent-encoded as in the URL and compared as it
    /// is. Default: `/webhook`.
    webhook_options& path(std::string value) {
        path_ = std::move(value);
        return *this;
    }
    /// Returns the path.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// A last segment of the path that nobody can guess, percent-encoded: the path then is
    /// `path/secret`. Compared in constant time, and never printed. Default: none.
    webhook_options& secret(std::string value) {
        secret_ = std::move(value);
        return *this;
    }
    /// Returns the secret.
    [[nodiscard]] const std::string& secret() const noexcept { return secret_; }

    /// The path that requests must have: `path`, with `secret` when there is one.
    [[nodiscard]] std::string target() const {
        if (secret_.empty()) return path_;
        return path_.ends_with('/') ? path_ + secret_ : path_ + '/' + secret_;
    }

    /// The user name and the password of Basic authentication, which the server takes from a
    /// webhook URL like `http://user:password@host/webhook`. The name has no colon. The real server
    /// sends them percent-encoded, as they stand in the URL: that is accepted as well. Compared in
    /// constant time, and never printed. Default: none wanted.
    webhook_options& credentials(std::string user, std::string password) {
        user_ = std::move(user);
        password_ = std::move(password);
        return *this;
    }
    /// Empty when no credentials are wanted.
    [[nodiscard]] const std::optional<std::string>& user() const noexcept { return user_; }
    /// The password that is wanted. A secret.
    [[nodiscard]] const std::string& password() const noexcept { return password_; }

    /// PEM files with the certificate chain and its private key: the receiver then speaks TLS only.
    /// Read by `listen()`, and again for new connections when they have changed; while they cannot
    /// be used (one is replaced before the other, for example) what was read before stays in use.
    /// Default: none.
    webhook_options& certificate(std::string certificate_file, std::string key_file) {
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
    webhook_options& key_passphrase(std::string value) {
        key_passphrase_ = std::move(value);
        return *this;
    }
    /// Returns the pass phrase of the key.
    [[nodiscard]] const std::string& key_passphrase() const noexcept { return key_passphrase_; }

    /// Whether TLS is spoken.
    [[nodiscard]] bool secure() const noexcept {
        return !certificate_file_.empty() || !key_file_.empty();
    }

    /// How many notifications may wait to be taken with `next()`, or for the handler. When so many
    /// wait, answers are held back for `full_queue_timeout`. At least 1. Default: 65 536.
    webhook_options& queue_limit(std::size_t value) {
        queue_limit_ = value;
        return *this;
    }
    /// Returns the queue limit.
    [[nodiscard]] std::size_t queue_limit() const noexcept { return queue_limit_; }

    /// How long the answer to a notification that finds the queue full is held back, before it is
    /// refused with 503 and lost. The server gives up after 5 s, and posts nothing else meanwhile.
    /// 0 refuses at once. Default: 4 s.
    webhook_options& full_queue_timeout(std::chrono::milliseconds value) {
        full_queue_timeout_ = value;
        return *this;
    }
    /// Returns the full queue timeout.
    [[nodiscard]] std::chrono::milliseconds full_queue_timeout() const noexcept {
        return full_queue_timeout_;
    }

    /// The longest body that is accepted, in bytes; a longer one is refused with 413. At least 1.
    /// Default: 1 MiB.
    webhook_options& body_limit(std::size_t value) {
        body_limit_ = value;
        return *this;
    }
    /// Returns the limit of a request body.
    [[nodiscard]] std::size_t body_limit() const noexcept { return body_limit_; }

    /// The longest request line and headers together, in bytes; longer ones are refused with 431.
    /// In a chunked body, what surrounds its bytes (chunk sizes, chunk extensions, line ends and
    /// trailers) may be as long as this and the bytes together, else 431 as well. From 256 to
    /// 32 768. Default: 8 192.
    webhook_options& header_limit(std::size_t value) {
        header_limit_ = value;
        return *this;
    }
    /// Returns the limit of request line and headers.
    [[nodiscard]] std::size_t header_limit() const noexcept { return header_limit_; }

    /// How many connections are held. When one more comes, the one that has been silent for longest
    /// is closed, those first that have not posted any notification; when none is silent, the new
    /// one. At least 1. Default: 256.
    webhook_options& max_connections(std::size_t value) {
        max_connections_ = value;
        return *this;
    }
    /// Returns the limit of connections.
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

    /// How long request line and headers may take, from the connection or from their first byte on.
    /// Default: 5 s.
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

    /// How long the other side may take to read the answers. Default: 5 s.
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

    /// How long `close()` waits for the rest of requests, for free slots in a full queue, and for
    /// clients to end their connections. Default: 5 s.
    webhook_options& close_timeout(std::chrono::milliseconds value) {
        close_timeout_ = value;
        return *this;
    }
    /// Returns the close timeout.
    [[nodiscard]] std::chrono::milliseconds close_timeout() const noexcept {
        return close_timeout_;
    }

    /// Where log lines go: what was refused, a few lines a second at the most; never credentials,
    /// targets or bodies. Default: nowhere.
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
