#pragma once

#include <jellyfish/notification.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jellyfish::test {

/// One thing that happened on a recorded socket.
struct recorded_step {
    enum class kind { client_frame, server_frame, end_of_tcp, other };

    kind what = kind::other;
    std::chrono::milliseconds at{0};
    unsigned opcode = 0;
    bool fin = true;
    std::string payload;
};

/// One recorded conversation on a real server's notification socket.
struct recorded_session {
    int number = 0;
    std::string name;
    std::vector<std::pair<std::string, std::string>> request_headers;
    std::string upgrade_response;  ///< The head, as received.
    std::string body;              ///< Of a refusal.
    std::vector<recorded_step> steps;

    /// A request header's value, or nothing.
    [[nodiscard]] std::optional<std::string> request_header(std::string_view name) const;
};

/// One recorded notification: its bytes, and what they mean.
struct recorded_notification {
    std::string scenario;
    std::string type;
    std::string bytes;
    notification expected;
};

/// One recorded webhook request, and what it means.
struct recorded_webhook {
    std::string scenario;
    std::string path;     ///< Of the URL that the room was created with.
    std::string request;  ///< Head and body, as received.
    std::string body;
    notification expected;
};

/// What a real server said on its notification socket.
[[nodiscard]] const std::vector<recorded_session>& recorded_sessions();

/// What a real server told, by socket and by webhook, in every situation.
[[nodiscard]] const std::vector<recorded_notification>& recorded_notifications();

/// What a real server posted to webhooks with all kinds of URLs.
[[nodiscard]] const std::vector<recorded_webhook>& recorded_webhooks();

}  // namespace jellyfish::test
