#pragma once

#include <jellyfish/webhook.hpp>
#include <jellyfish/webhook_options.hpp>

#include "wire/server_message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// Whether two texts are the same, in a time that depends on nothing but the size of the first.
[[nodiscard]] bool same_in_constant_time(std::string_view input, std::string_view secret) noexcept;

/// The rules of one webhook (see `handle_webhook`). Keeps parse buffers: not for several threads at
/// once.
class webhook_rules {
public:
    explicit webhook_rules(const webhook_options& options);

    /// What to refuse a request with for its head alone; nothing when the body decides.
    [[nodiscard]] std::optional<webhook_response> reject_header(
        const webhook_request& request) const;

    /// The answer to a request whose head is not refused. With 200 the notification is in `into`,
    /// and with any other what is there is of no use; `received` stays empty.
    [[nodiscard]] webhook_response response_body(std::string_view body, notification& into);

private:
    [[nodiscard]] bool is_target(std::string_view target) const noexcept;
    [[nodiscard]] bool is_authorized(std::string_view authorization) const noexcept;

    std::string target_;
    // As the header has them after `Basic `; empty for none. The real server passes on what stands
    // in the URL without decoding it.
    std::string credentials_;
    std::string credentials_of_url_;
    std::size_t body_limit_;
    wire::control_message control_;
};

/// An answer of this status.
[[nodiscard]] webhook_response make_webhook_response(int status, std::string detail = {});

/// Appends the bytes of an answer.
///
/// @param http_1_1 Whether the request was HTTP/1.1, not 1.0.
/// @param keep_alive Whether the connection goes on afterwards.
void append_webhook_response(std::string& out, const webhook_response& response, bool http_1_1,
                             bool keep_alive);

}  // namespace jellyfish::detail
