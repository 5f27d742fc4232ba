#pragma once

#include <jellyfish/error.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/notifier_options.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace jellyfish::detail::wire {

/// Control messages of a session (protocol: "Server notifications over WebSocket").
struct authenticated {
    bool operator==(const authenticated&) const = default;
};
struct auth_request {
    std::string token;
    bool operator==(const auth_request&) const = default;
};
struct subscribe_request {
    int type = 0;  ///< The number on the wire; may be unknown to `event_type`.
    bool operator==(const subscribe_request&) const = default;
};
struct subscribe_response {
    int type = 0;
    bool operator==(const subscribe_response&) const = default;
};

/// A valid but empty message, with neither content nor unknown fields.
struct no_content {
    bool operator==(const no_content&) const = default;
};

/// A batch of notifications. Its parts stay encoded, since they need much less memory than decoded
/// ones; `decode_part` decodes one after the other.
struct notification_batch {
    std::string parts;     ///< Each part is a field of a message, with the same number.
    std::size_t used = 0;  ///< The size of the parts that have been decoded.

    void add(std::string_view message);
    [[nodiscard]] bool empty() const noexcept { return used == parts.size(); }
    bool operator==(const notification_batch&) const = default;
};

/// A message that is not a notification.
using control_message = std::variant<no_content, authenticated, auth_request, subscribe_request,
                                     subscribe_response, notification_batch>;

/// The result of `decode_server_message`.
enum class decoded {
    malformed,     ///< Not a `ServerMessage`.
    notification,  ///< A notification, possibly unknown.
    control,       ///< A control message of the session.
    batch,         ///< A `notification_batch`.
};

/// Decodes one `ServerMessage` into `out` or `control`, depending on the result. Notifications in
/// canonical encoding take the fast path, which reuses the memory of `out`; others are decoded by
/// protobuf.
[[nodiscard]] decoded decode_server_message(std::string_view bytes, notification& out,
                                            control_message& control);

/// Decodes the next part of a batch, like a message of its own. A batch within a batch is
/// malformed. Requires that the batch is not empty.
[[nodiscard]] decoded decode_part(notification_batch& batch, notification& out,
                                  control_message& control);

/// Returns the bytes of a `ServerMessage`: unchanged for an `unknown_notification`; none for
/// `disconnected`, `reconnected` and `dropped`, which are never sent.
[[nodiscard]] std::string encode(const notification& value);
[[nodiscard]] std::string encode(const control_message& value);

}  // namespace jellyfish::detail::wire
