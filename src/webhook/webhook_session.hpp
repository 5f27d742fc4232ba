#pragma once

#include <jellyfish/notification.hpp>

#include "delivery/notification_slots.hpp"
#include "http/request_reader.hpp"
#include "webhook/webhook_rules.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

/// What a connection to a webhook waits for.
enum class webhook_phase : std::uint8_t {
    idle,    ///< A request.
    header,  ///< The rest of a head.
    body,    ///< The rest of a body.
    held,    ///< Room for the notification that came.
    closed,  ///< Nothing: it ends when the output has been sent.
};

/// What was refused, for statistics and logs.
struct webhook_rejection {
    int status = 0;
    std::string detail;
};

/// One connection to a webhook: bytes in, notifications and the bytes of answers out. Pure: no
/// socket, no clock. The rules must outlive it.
class webhook_session {
public:
    webhook_session(webhook_rules& rules, std::size_t header_limit, std::size_t body_limit)
        : rules_(&rules), reader_(header_limit, body_limit) {}

    /// Reads from the beginning of `input`, and returns how many bytes were used up; the rest must
    /// be given again, with more behind it. Appends to `taken`, but not beyond `room` notifications
    /// there: with one more the session is `held`, and uses nothing.
    [[nodiscard]] std::size_t read(std::string_view input, std::size_t room,
                                   notification_slots& taken);

    /// Hands out the notification that is held. There is room for it.
    void release(notification_slots& taken);

    /// Refuses the notification that is held with 503, and goes on.
    void drop();

    /// What is awaited took too long: answers a begun request with 408, and ends.
    void expire();

    /// The connection ends after the request that has begun, or at once when there is none.
    void end();

    /// The connection ends after the last request that has begun in the next input.
    void end_with_input() noexcept { ends_with_input_ = true; }

    [[nodiscard]] webhook_phase phase() const noexcept;

    /// What is to be sent; the caller clears it.
    [[nodiscard]] std::string& output() noexcept { return output_; }

    /// Whether the other side knows where its last request ended; otherwise more of it may come.
    [[nodiscard]] bool ended_cleanly() const noexcept { return finished_ && !broken_off_; }

    [[nodiscard]] bool has_rejections() const noexcept { return !rejections_.empty(); }

    /// What was refused since the last call, 503 not counted. The texts are the rules', and hold
    /// no secret.
    [[nodiscard]] std::vector<webhook_rejection> take_rejections();

private:
    void respond(const webhook_response& response);
    void reject(const webhook_response& response);
    void break_off(const webhook_response& response);
    void finish_header();

    webhook_rules* rules_;
    http::request_reader reader_;
    std::string output_;
    std::optional<webhook_response> refused_;  // For the head; the body is still to be passed over.
    std::optional<notification> held_;
    std::vector<webhook_rejection> rejections_;
    bool header_seen_ = false;
    bool ending_ = false;
    bool ends_with_input_ = false;
    bool finished_ = false;
    bool broken_off_ = false;  // In the middle of a request.
};

}  // namespace jellyfish::detail
