#pragma once

#include <jellyfish/webhook.hpp>
#include <jellyfish/webhook_options.hpp>

#include "webhook/webhook_signature.hpp"
#include "wire/server_message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// Whether two strings are equal. The time that this takes depends only on their sizes.
[[nodiscard]] bool same_in_constant_time(std::string_view input, std::string_view secret) noexcept;

/// The rules of one webhook (see `handle_webhook`). Not thread-safe, since it reuses parse buffers.
class webhook_rules {
public:
    explicit webhook_rules(const webhook_options& options);

    /// Returns the response if a request is rejected for its header; nothing if the body decides.
    [[nodiscard]] std::optional<webhook_response> reject_header(
        const webhook_request& request) const;

    /// Whether requests must be signed.
    [[nodiscard]] bool require_signature() const noexcept { return signatures_.has_secrets(); }

    /// Returns the response to a request whose header was not rejected. With status 200, `batch`
    /// holds a batch of valid parts, or else `into` the notification; otherwise `into` is
    /// unspecified. `received` stays empty.
    /// @param signature The value of the signature header; ignored unless `require_signature()`.
    [[nodiscard]] webhook_response response_body(std::string_view body, std::string_view signature,
                                                 notification& into,
                                                 std::optional<wire::notification_batch>& batch);

private:
    [[nodiscard]] bool is_target(std::string_view target) const noexcept;
    [[nodiscard]] bool is_authorized(std::string_view authorization) const noexcept;

    std::string target_;
    // The credentials after `Basic ` in the header; empty for none. A Jellyfish server sends the
    // percent-encoded form from the URL without decoding it.
    std::string credentials_;
    std::string credentials_of_url_;
    signature_verifier signatures_;
    std::size_t body_limit_;
    wire::control_message control_;
};

/// Returns a response with this status.
[[nodiscard]] webhook_response make_webhook_response(int status, std::string detail = {});

/// Whether a request was rejected because of its signature.
[[nodiscard]] bool is_invalid_signature(const webhook_response& response) noexcept;

/// Appends the serialized response.
///
/// @param http_1_1 Whether the request was HTTP/1.1, not 1.0.
/// @param keep_alive Whether the connection is kept open.
void append_webhook_response(std::string& out, const webhook_response& response, bool http_1_1,
                             bool keep_alive);

}  // namespace jellyfish::detail
