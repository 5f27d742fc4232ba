#pragma once

#include <jellyfish/client_options.hpp>

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// Whether a host is a loopback host: `localhost` and its subdomains, 127.0.0.0/8, ::1, the
/// unspecified addresses, and IPv4-mapped forms of these.
[[nodiscard]] bool is_loopback(std::string_view host);

/// Decides where calls about a room are sent, based on the address that the server announced.
/// Thread-safe. Does not throw.
class room_placing {
public:
    /// @param options Must outlive this object.
    explicit room_placing(const client_options& options);

    /// Returns the address to use for one announced by `create_room`; empty for `server_address`.
    [[nodiscard]] std::string of_room(const std::string& announced);

    /// The same for the target of a redirection that the caller wants to follow.
    [[nodiscard]] std::string of_redirection(const std::string& announced);

private:
    [[nodiscard]] std::optional<std::string> mapped(const std::string& announced) const;
    [[nodiscard]] bool is_elsewhere(const std::string& announced);
    void log(const std::string& text) const;

    const client_options& options_;
    const bool at_loopback_;
    std::atomic<bool> logged_{false};  // Logged that a loopback address is not used.
};

}  // namespace jellyfish::detail
