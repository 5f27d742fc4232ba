#pragma once

#include <jellyfish/notification.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jellyfish::test {

/// One recorded event on a socket.
struct recorded_step {
    enum class kind { client_frame, server_frame, end_of_tcp, other };

    kind what = kind::other;
    std::chrono::milliseconds at{0};
    unsigned opcode = 0;
    bool fin = true;
    std::string payload;
};

/// One recorded session on a real server's notification socket.
struct recorded_session {
    int number = 0;
    std::string name;
    std::vector<std::pair<std::string, std::string>> request_headers;
    std::string upgrade_response;  ///< The header, as received.
    std::string body;              ///< The body of a rejection.
    std::vector<recorded_step> steps;

    /// The value of a request header, or nothing.
    [[nodiscard]] std::optional<std::string> request_header(std::string_view name) const;
};

/// One recorded notification: its bytes and its meaning.
struct recorded_notification {
    std::string scenario;
    std::string type;
    std::string bytes;
    notification expected;
};

/// One recorded webhook request, and its meaning.
struct recorded_webhook {
    std::string scenario;
    std::string path;     ///< From the URL with which the room was created.
    std::string request;  ///< Header and body, as received.
    std::string body;
    notification expected;
};

/// Recordings of a real server's notification socket.
[[nodiscard]] const std::vector<recorded_session>& recorded_sessions();

/// Recorded notifications of a real server, from sockets and webhooks, in every situation.
[[nodiscard]] const std::vector<recorded_notification>& recorded_notifications();

/// Recorded webhooks of a real server to all kinds of URLs.
[[nodiscard]] const std::vector<recorded_webhook>& recorded_webhooks();

}  // namespace jellyfish::test
