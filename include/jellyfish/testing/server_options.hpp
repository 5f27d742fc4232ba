#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/logger.hpp>
#include <jellyfish/server_api.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace jellyfish::testing {

/// Options for a `server`. Except for the port, the defaults are those of the real server.
///
/// Setters return the object, so calls can be chained. Each setter has a getter of the same name.
class server_options {
public:
    server_options() {}  // User-provided, as in all option types of this library.

    /// The API of the server. `fishjam` simulates Fishjam Cloud's REST API, including its strict
    /// validation of requests, and its sockets, under the path prefix `/api/v1/connect/ID` (see
    /// `fishjam_id`). WHIP and WHEP are not simulated; see `server::connect_streamer`. Requires
    /// `nodes` to be 1. Default: `jellyfish`.
    server_options& api(server_api value) {
        api_ = value;
        return *this;
    }
    /// Returns the API.
    [[nodiscard]] server_api api() const noexcept { return api_; }

    /// The Fishjam id: letters, digits, hyphens, underscores, dots and tildes. Used with
    /// `server_api::fishjam`. Default: `sandbox`.
    server_options& fishjam_id(std::string value) {
        fishjam_id_ = std::move(value);
        return *this;
    }
    /// Returns the Fishjam id.
    [[nodiscard]] const std::string& fishjam_id() const noexcept { return fishjam_id_; }

    /// The IP address to listen on. Default: `127.0.0.1`.
    server_options& address(std::string value) {
        address_ = std::move(value);
        return *this;
    }
    /// Returns the address.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }

    /// The port of the first node; other nodes get any free port. Default: 0, any free port.
    server_options& port(std::uint16_t value) {
        port_ = value;
        return *this;
    }
    /// Returns the port.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// The token required from clients. Default: `development`.
    server_options& server_api_token(std::string value) {
        server_api_token_ = std::move(value);
        return *this;
    }
    /// Returns the API token.
    [[nodiscard]] const std::string& server_api_token() const noexcept { return server_api_token_; }

    /// PEM files with a certificate chain and its key. If set, the server uses TLS 1.2, and no
    /// other version, on its ports. Default: none.
    server_options& tls(std::string certificate_file, std::string key_file) {
        certificate_file_ = std::move(certificate_file);
        key_file_ = std::move(key_file);
        return *this;
    }
    /// Returns the path of the certificate chain, or an empty string.
    [[nodiscard]] const std::string& certificate_file() const noexcept { return certificate_file_; }
    /// Returns the path of the key, or an empty string.
    [[nodiscard]] const std::string& key_file() const noexcept { return key_file_; }

    /// The resource folder, with `file_component_sources/`, `recordings/<id>/` and
    /// `temporary_hls/<room id>/`. Like the real server, this one deletes recordings on request and
    /// HLS files when their room ends. Default: none, equivalent to an empty folder.
    server_options& media_dir(std::string path) {
        media_dir_ = std::move(path);
        return *this;
    }
    /// Returns the resource folder.
    [[nodiscard]] const std::string& media_dir() const noexcept { return media_dir_; }

    /// The destination of log lines, which include those of the real server. Called on the server's
    /// thread; must not call or destroy the server. Default: none.
    server_options& log(jellyfish::logger value) {
        log_ = std::move(value);
        return *this;
    }
    /// Returns the logger.
    [[nodiscard]] const jellyfish::logger& log() const noexcept { return log_; }

    /// The version that `GET /health` reports. Default: `0.5.0`.
    server_options& version(std::string value) {
        version_ = std::move(value);
        return *this;
    }
    /// Returns the reported version.
    [[nodiscard]] const std::string& version() const noexcept { return version_; }

    /// The interval between metrics reports. Greater than 0. Default: 1 s.
    server_options& metrics_interval(std::chrono::milliseconds value) {
        metrics_interval_ = value;
        return *this;
    }
    /// Returns the metrics interval.
    [[nodiscard]] std::chrono::milliseconds metrics_interval() const noexcept {
        return metrics_interval_;
    }

    /// The interval between pings on an authenticated socket. Greater than 0. Default: 30 s.
    server_options& ping_interval(std::chrono::milliseconds value) {
        ping_interval_ = value;
        return *this;
    }
    /// Returns the ping interval.
    [[nodiscard]] std::chrono::milliseconds ping_interval() const noexcept {
        return ping_interval_;
    }

    /// Closes a socket whose client sends nothing for this long. Greater than 0. Default: 60 s.
    server_options& socket_idle_timeout(std::chrono::milliseconds value) {
        socket_idle_timeout_ = value;
        return *this;
    }
    /// Returns the socket idle timeout.
    [[nodiscard]] std::chrono::milliseconds socket_idle_timeout() const noexcept {
        return socket_idle_timeout_;
    }

    /// The time limit for a client to send the header of its next request. Greater than 0. Default:
    /// 5 s.
    server_options& http_idle_timeout(std::chrono::milliseconds value) {
        http_idle_timeout_ = value;
        return *this;
    }
    /// Returns the HTTP idle timeout.
    [[nodiscard]] std::chrono::milliseconds http_idle_timeout() const noexcept {
        return http_idle_timeout_;
    }

    /// The duration of `server::stop(server_stop::graceful)`. At least 0. Default: 5 s.
    server_options& graceful_stop_time(std::chrono::milliseconds value) {
        graceful_stop_time_ = value;
        return *this;
    }
    /// Returns the graceful stop time.
    [[nodiscard]] std::chrono::milliseconds graceful_stop_time() const noexcept {
        return graceful_stop_time_;
    }

    /// The maximum number of requests on one connection. At least 1. Default: 1000.
    server_options& requests_per_connection(std::size_t value) {
        requests_per_connection_ = value;
        return *this;
    }
    /// Returns the maximum number of requests on one connection.
    [[nodiscard]] std::size_t requests_per_connection() const noexcept {
        return requests_per_connection_;
    }

    /// The time limit for the response of a webhook receiver. Greater than 0. Default: 5 s.
    server_options& webhook_timeout(std::chrono::milliseconds value) {
        webhook_timeout_ = value;
        return *this;
    }
    /// Returns the webhook timeout.
    [[nodiscard]] std::chrono::milliseconds webhook_timeout() const noexcept {
        return webhook_timeout_;
    }

    /// The URL for webhooks of rooms and livestreams without a webhook URL, like the one in
    /// Fishjam's dashboard: `http` or `https`, with a path. Default: none.
    server_options& webhook_url(std::string value) {
        webhook_url_ = std::move(value);
        return *this;
    }
    /// Returns the webhook URL.
    [[nodiscard]] const std::string& webhook_url() const noexcept { return webhook_url_; }

    /// The secret with which webhooks are signed, as by Fishjam. Never printed. Default: none;
    /// webhooks are not signed, as with Jellyfish.
    server_options& webhook_secret(std::string value) {
        webhook_secret_ = std::move(value);
        return *this;
    }
    /// Returns the webhook secret.
    [[nodiscard]] const std::string& webhook_secret() const noexcept { return webhook_secret_; }

    /// A PEM file with the CA certificates for `https` webhooks. Default: the system's.
    server_options& webhook_ca_file(std::string path) {
        webhook_ca_file_ = std::move(path);
        return *this;
    }
    /// Returns the path of the CA file for webhooks.
    [[nodiscard]] const std::string& webhook_ca_file() const noexcept { return webhook_ca_file_; }

    /// The number of nodes in this process. With several nodes, a new room is placed on the node
    /// with the fewest rooms (the first of them). Only this node serves the room, but notifications
    /// about it reach the sockets of all nodes. From 1 to 1000. Default: 1, no cluster.
    server_options& nodes(std::size_t value) {
        nodes_ = value;
        return *this;
    }
    /// Returns the number of nodes.
    [[nodiscard]] std::size_t nodes() const noexcept { return nodes_; }

    /// The address announced for new rooms and for peers' sockets instead of the node's own, as by
    /// a server in a container that does not know its external address. Empty: the node's own.
    /// Default: empty.
    server_options& announced_address(std::string value) {
        announced_address_ = std::move(value);
        return *this;
    }
    /// Returns the announced address.
    [[nodiscard]] const std::string& announced_address() const noexcept {
        return announced_address_;
    }

    /// A prefix of all paths, as behind a proxy: empty, or `/` and a path that does not end with
    /// `/`. Default: empty.
    server_options& path_prefix(std::string value) {
        path_prefix_ = std::move(value);
        return *this;
    }
    /// Returns the path prefix.
    [[nodiscard]] const std::string& path_prefix() const noexcept { return path_prefix_; }

private:
    server_api api_ = server_api::jellyfish;
    std::string fishjam_id_ = "sandbox";
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
    std::string webhook_url_;
    std::string webhook_secret_;
    std::string webhook_ca_file_;
    std::size_t requests_per_connection_ = 1000;
    std::size_t nodes_ = 1;
    std::string announced_address_;
    std::string path_prefix_;
};

}  // namespace jellyfish::testing
