#pragma once

#include <jellyfish/notification.hpp>

#include "delivery/notification_slots.hpp"
#include "http/request_reader.hpp"
#include "webhook/webhook_rules.hpp"
#include "wire/server_message.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish::detail {

/// What a webhook connection waits for.
enum class webhook_phase : std::uint8_t {
    idle,    ///< A request.
    header,  ///< The rest of a header.
    body,    ///< The rest of a body.
    held,    ///< Free slots for the notifications it received.
    closed,  ///< Nothing: close it once the output is sent.
};

/// A rejected request, for statistics and logs.
struct webhook_rejection {
    int status = 0;
    std::string detail;
    bool invalid_signature = false;
};

/// One connection to a webhook as a state machine without I/O: bytes go in, notifications and the
/// bytes of responses come out. The rules must outlive it.
class webhook_session {
public:
    webhook_session(webhook_rules& rules, std::size_t header_limit, std::size_t body_limit)
        : rules_(&rules), reader_(header_limit, body_limit) {}

    /// Parses `input` and returns the number of bytes consumed. Pass the rest again, followed by
    /// more. Appends notifications to `taken` until it holds `room`: with one more, the session
    /// becomes `held` and consumes nothing.
    [[nodiscard]] std::size_t read(std::string_view input, std::size_t room,
                                   notification_slots& taken);

    /// Moves held notifications to `taken` until it holds `room`. After the last one, responds with
    /// 200 and is no longer `held`.
    void release(notification_slots& taken, std::size_t room);

    /// Rejects the held request with 503 and resumes. Returns the number of notifications dropped:
    /// those of a batch that were released before are not taken back.
    std::size_t drop();

    /// The timeout expired: responds to an incomplete request with 408 and closes.
    void expire();

    /// Closes after the current request, or immediately if there is none.
    void end();

    /// Closes after the last request that begins in the next input.
    void end_with_input() noexcept { ends_with_input_ = true; }

    [[nodiscard]] webhook_phase phase() const noexcept;

    /// The bytes to send. The caller clears them.
    [[nodiscard]] std::string& output() noexcept { return output_; }

    /// Whether it was closed between two requests. Otherwise the client may send more of the last.
    [[nodiscard]] bool ended_cleanly() const noexcept { return finished_ && !broken_off_; }

    [[nodiscard]] bool has_rejections() const noexcept { return !rejections_.empty(); }

    /// Returns how many parts of batches since the last call were not notifications.
    [[nodiscard]] std::size_t take_ignored() noexcept { return std::exchange(ignored_, 0); }

    /// Returns the requests rejected since the last call, except those with 503. The texts contain
    /// no secrets.
    [[nodiscard]] std::vector<webhook_rejection> take_rejections();

private:
    void respond(const webhook_response& response);
    void reject(const webhook_response& response);
    void break_off(const webhook_response& response);
    void finish_header();
    [[nodiscard]] bool take_part(notification& out);

    webhook_rules* rules_;
    http::request_reader reader_;
    std::string output_;
    std::string signature_;  // The value of the signature header, if required.
    std::optional<webhook_response>
        rejected_;  // For the header; the body is still to be discarded.
    std::optional<wire::notification_batch> held_;  // A single notification is a batch of one.
    std::size_t ignored_ = 0;
    std::vector<webhook_rejection> rejections_;
    bool header_seen_ = false;
    bool ending_ = false;
    bool ends_with_input_ = false;
    bool finished_ = false;
    bool broken_off_ = false;  // Closed in the middle of a request.
};

}  // namespace jellyfish::detail
