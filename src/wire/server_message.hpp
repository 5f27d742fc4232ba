#pragma once

#include <jellyfish/error.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/notifier_options.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace jellyfish::detail::wire {

/// What takes part in the session itself (protocol: "Server notifications over WebSocket").
struct authenticated {
    bool operator==(const authenticated&) const = default;
};
struct auth_request {
    std::string token;
    bool operator==(const auth_request&) const = default;
};
struct subscribe_request {
    int type = 0;  ///< As on the wire: may be a value that `event_type` does not have.
    bool operator==(const subscribe_request&) const = default;
};
struct subscribe_response {
    int type = 0;
    bool operator==(const subscribe_response&) const = default;
};

/// A message that is protobuf but says nothing: no content and no unknown field.
struct no_content {
    bool operator==(const no_content&) const = default;
};

using control_message =
    std::variant<no_content, authenticated, auth_request, subscribe_request, subscribe_response>;

/// What `decode_server_message` has found.
enum class decoded {
    malformed,     ///< Not a `ServerMessage`.
    notification,  ///< A notification, which may be an unknown one.
    control,       ///< A message of the session itself.
};

/// Decodes one `ServerMessage` into `out` or `control`, as the result says. A notification in its
/// canonical encoding reuses the memory of `out`; any other encoding takes the slower way through
/// protobuf.
[[nodiscard]] decoded decode_server_message(std::string_view bytes, notification& out,
                                            control_message& control);

/// Returns the bytes of a `ServerMessage`: those of an `unknown_notification` as they are, and none
/// of `disconnected`, `reconnected` and `dropped`, which are not on the wire.
[[nodiscard]] std::string encode(const notification& value);
[[nodiscard]] std::string encode(const control_message& value);

}  // namespace jellyfish::detail::wire
