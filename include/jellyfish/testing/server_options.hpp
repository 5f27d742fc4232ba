#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/logger.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace jellyfish::testing {

/// How a `server` is set up. The defaults are the real server's, but for the port.
///
/// Setters return the object, so that they can be chained; the same names without an argument read.
class server_options {
public:
    server_options() {}  // User-provided, as those of all option types of this library.

    /// The IP address to listen on. Default: `127.0.0.1`.
    server_options& address(std::string value) {
        address_ = std::move(value);
        return *this;
    }
    /// Returns the address.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }

    /// The port of the first node; the others get any free ones. Default: 0, any free one.
    server_options& port(std::uint16_t value) {
        port_ = value;
        return *this;
    }
    /// Returns the port.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// The token that clients must present. Default: `development`.
    server_options& server_api_token(std::string value) {
        server_api_token_ = std::move(value);
        return *this;
    }
    /// Returns the API token.
    [[nodiscard]] const std::string& server_api_token() const noexcept { return server_api_token_; }

    /// PEM files with a certificate chain and its key: the server then speaks TLS, version 1.2
    /// only, on its ports. Default: none.
    server_options& tls(std::string certificate_file, std::string key_file) {
        certificate_file_ = std::move(certificate_file);
        key_file_ = std::move(key_file);
        return *this;
    }
    /// The path that was set, or empty.
    [[nodiscard]] const std::string& certificate_file() const noexcept { return certificate_file_; }
    /// The path that was set, or empty.
    [[nodiscard]] const std::string& key_file() const noexcept { return key_file_; }

    /// The resource folder: `file_component_sources/`, `recordings/<id>/` and
    /// `temporary_hls/<room id>/` in it. The last two are removed as the real server removes them:
    /// recordings by a call, HLS files when their room ends. Default: none, as an empty one.
    server_options& media_dir(std::string path) {
        media_dir_ = std::move(path);
        return *this;
    }
    /// Returns the resource folder.
    [[nodiscard]] const std::string& media_dir() const noexcept { return media_dir_; }

    /// Where log lines go, among them the real server's. Called on the server's thread; must not
    /// call or destroy the server. Default: nowhere.
    server_options& log(jellyfish::logger value) {
        log_ = std::move(value);
        return *this;
    }
    /// Returns the logger.
    [[nodiscard]] const jellyfish::logger& log() const noexcept { return log_; }

    /// What `GET /health` says. Default: `0.5.0`.
    server_options& version(std::string value) {
        version_ = std::move(value);
        return *this;
    }
    /// Returns the reported version.
    [[nodiscard]] const std::string& version() const noexcept { return version_; }

    /// How often metrics are reported. Greater than 0. Default: 1 s.
    server_options& metrics_interval(std::chrono::milliseconds value) {
        metrics_interval_ = value;
        return *this;
    }
    /// Returns the metrics interval.
    [[nodiscard]] std::chrono::milliseconds metrics_interval() const noexcept {
        return metrics_interval_;
    }

    /// How often an authenticated socket is pinged. Greater than 0. Default: 30 s.
    server_options& ping_interval(std::chrono::milliseconds value) {
        ping_interval_ = value;
        return *this;
    }
    /// Returns the ping interval.
    [[nodiscard]] std::chrono::milliseconds ping_interval() const noexcept {
        return ping_interval_;
    }

    /// A socket whose client sends nothing for so long is closed. Greater than 0. Default: 60 s.
    server_options& socket_idle_timeout(std::chrono::milliseconds value) {
        socket_idle_timeout_ = value;
        return *this;
    }
    /// Returns the socket idle timeout.
    [[nodiscard]] std::chrono::milliseconds socket_idle_timeout() const noexcept {
        return socket_idle_timeout_;
    }

    /// How long a client may take for the head of its next request. Greater than 0. Default: 5
    /// s.
    server_options& http_idle_timeout(std::chrono::milliseconds value) {
        http_idle_timeout_ = value;
        return *this;
    }
    /// Returns the HTTP idle timeout.
    [[nodiscard]] std::chrono::milliseconds http_idle_timeout() const noexcept {
        return http_idle_timeout_;
    }

    /// How long `server::stop(server_stop::graceful)` takes. At least 0. Default: 5 s.
    server_options& graceful_stop_time(std::chrono::milliseconds value) {
        graceful_stop_time_ = value;
        return *this;
    }
    /// Returns the graceful stop time.
    [[nodiscard]] std::chrono::milliseconds graceful_stop_time() const noexcept {
        return graceful_stop_time_;
    }

    /// How many requests are answered on one connection. At least 1. Default: 1000.
    server_options& requests_per_connection(std::size_t value) {
        requests_per_connection_ = value;
        return *this;
    }
    /// Returns the limit of requests per connection.
    [[nodiscard]] std::size_t requests_per_connection() const noexcept {
        return requests_per_connection_;
    }

    /// How long a webhook's receiver may take to answer. Greater than 0. Default: 5 s.
    server_options& webhook_timeout(std::chrono::milliseconds value) {
        webhook_timeout_ = value;
        return *this;
    }
    /// Returns the webhook timeout.
    [[nodiscard]] std::chrono::milliseconds webhook_timeout() const noexcept {
        return webhook_timeout_;
    }

    /// A PEM file with the authorities to trust for `https` webhooks. Default: the system's.
    server_options& webhook_ca_file(std::string path) {
        webhook_ca_file_ = std::move(path);
        return *this;
    }
    /// Returns the path of the CA file for webhooks.
    [[nodiscard]] const std::string& webhook_ca_file() const noexcept { return webhook_ca_file_; }

    /// How many nodes there are, in one process. With several, a new room is placed on the node
    /// that has the fewest (the first of them), only that one knows it, and all sockets are told
    /// of all rooms. From 1 to 1000. Default: 1, no cluster.
    server_options& nodes(std::size_t value) {
        nodes_ = value;
        return *this;
    }
    /// Returns the number of nodes.
    [[nodiscard]] std::size_t nodes() const noexcept { return nodes_; }

    /// The address that is announced for new rooms and for peers' sockets instead of the node's
    /// own, as by a server in a container, which does not know how it is reached. Empty: its own.
    /// Default: empty.
    server_options& announced_address(std::string value) {
        announced_address_ = std::move(value);
        return *this;
    }
    /// Returns the announced address.
    [[nodiscard]] const std::string& announced_address() const noexcept {
        return announced_address_;
    }

    /// A prefix of all paths, as that of a proxy before the server: empty, or `/` and a path that
    /// does not end with one. Default: empty.
    server_options& path_prefix(std::string value) {
        path_prefix_ = std::move(value);
        return *this;
    }
    /// Returns the path prefix.
    [[nodiscard]] const std::string& path_prefix() const noexcept { return path_prefix_; }

private:
    std::string address_ = "127.0.0.1";
    std::uint16_t port_ = 0;
    std::string server_api_token_ = "development";
    std::string certificate_file_;
    std::string key_file_;
    std::string media_dir_;
    jellyfish::logger log_;
    std::string version_ = "0.5.0";
    std::chrono::milliseconds metrics_interval_ = std::chrono::seconds(1);
    std::chrono::milliseconds ping_interval_ = std::chrono::seconds(30);
    std::chrono::milliseconds socket_idle_timeout_ = std::chrono::seconds(60);
    std::chrono::milliseconds http_idle_timeout_ = std::chrono::seconds(5);
    std::chrono::milliseconds webhook_timeout_ = std::chrono::seconds(5);
    std::chrono::milliseconds graceful_stop_time_ = std::chrono::seconds(5);
    std::string webhook_ca_file_;
    std::size_t requests_per_connection_ = 1000;
    std::size_t nodes_ = 1;
    std::string announced_address_;
    std::string path_prefix_;
};

}  // namespace jellyfish::testing
