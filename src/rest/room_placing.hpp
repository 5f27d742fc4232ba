#pragma once

#include <jellyfish/client_options.hpp>

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// Whether a host is the machine itself, whichever machine that is: `localhost` and names below it,
/// 127.0.0.0/8, ::1, and the addresses that stand for any of them.
[[nodiscard]] bool is_loopback(std::string_view host);

/// Decides where calls about a room are sent, from what a server announced. Any thread may call any
/// member. Nothing here throws.
class room_placing {
public:
    /// @param options Kept, and must outlive this.
    explicit room_placing(const client_options& options);

    /// The address to use for one that `create_room` announced; empty for `server_address`.
    [[nodiscard]] std::string of_room(const std::string& announced);

    /// The same for one that a redirection leads to, which the caller asked to be followed.
    [[nodiscard]] std::string of_redirection(const std::string& announced);

private:
    [[nodiscard]] std::optional<std::string> mapped(const std::string& announced) const;
    [[nodiscard]] bool is_elsewhere(const std::string& announced);
    void log(const std::string& text) const;

    const client_options& options_;
    const bool at_loopback_;
    std::atomic<bool> logged_{false};  // That a loopback address is not followed.
};

}  // namespace jellyfish::detail
