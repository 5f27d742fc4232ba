#pragma once

#include <jellyfish/error.hpp>

#include "model/names.hpp"
#include "model/server_address.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jellyfish::detail::ws {

/// Returns the `Sec-WebSocket-Key` for 16 random bytes.
[[nodiscard]] std::string make_key(const std::array<std::uint8_t, 16>& random);

/// Returns the `Sec-WebSocket-Accept` for a key (RFC 6455, section 4.2.2).
[[nodiscard]] std::string accept_of_key(std::string_view key);

/// Returns the upgrade request, without `Origin`, subprotocol or extension (protocol: "Addresses,
/// security").
/// @param scheme `ws` or `wss`.
[[nodiscard]] std::string upgrade_request(const server_address& address, std::string_view scheme,
                                          std::string_view path, std::string_view key,
                                          std::string_view user_agent);

/// Reads the response to an upgrade request.
class handshake_response {
public:
    /// The maximum size of the header, including preceding interim responses, in bytes.
    static constexpr std::uint32_t max_header_size = 16'384;

    explicit handshake_response(std::string_view key);
    ~handshake_response();
    handshake_response(handshake_response&&) noexcept;
    handshake_response& operator=(handshake_response&&) noexcept;

    /// Reads from the beginning of `input` and returns the number of bytes consumed. When the
    /// header is complete, `done()` is true and the rest belongs to the WebSocket. Ignores interim
    /// responses (1xx other than 101).
    [[nodiscard]] std::size_t read(std::string_view input);

    [[nodiscard]] bool done() const noexcept;

    /// Returns why the upgrade failed, if it did, once the response is `done()` or malformed:
    /// `errc::upgrade_refused` or `errc::malformed_upgrade`, with the status, if any, and details
    /// in `info()`.
    [[nodiscard]] error_code failure() const noexcept { return failure_; }
    [[nodiscard]] const diagnostics& info() const noexcept { return info_; }

private:
    struct parser;

    [[nodiscard]] bool begins_http(std::string_view input);
    void finish_header();
    void check();
    void fail(errc code, std::string detail);

    std::unique_ptr<parser> parser_;
    std::string accept_;
    std::size_t interim_size_ = 0;
    bool is_http_ = false;
    error_code failure_;
    diagnostics info_;
};

}  // namespace jellyfish::detail::ws
