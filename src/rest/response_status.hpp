#pragma once

#include <jellyfish/error.hpp>

#include "http/response_reader.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

/// Returns the error for a status; no error for 2xx.
[[nodiscard]] error_code code_of_status(int status) noexcept;

/// Returns the error for a response to a call with this target. If it is not that of a Jellyfish
/// server, `detail` suggests what to check: for a successful web page, a 400 without an error text,
/// and a 404 without the error text of a call. The latter means that the path is unknown: if the
/// target names no resource, the error is not `errc::not_found`.
[[nodiscard]] error_code code_of_response(const http::response& response, std::string_view target,
                                          std::string& detail);

/// Whether a response is a redirection with a location.
[[nodiscard]] bool is_redirect(const http::response& response) noexcept;

/// The maximum size of a server's text that is kept, in bytes.
inline constexpr std::size_t server_message_limit = 512;

/// Returns the server's text in the body of an error response: its `detail` or `errors`, or the
/// body itself if it is not such JSON. The text is a single line, shortened, and contains neither
/// passwords of URLs nor any of the secrets, since an error page may repeat the request.
[[nodiscard]] std::string server_message_of(std::string_view body,
                                            const std::vector<std::string>& secrets);

/// Returns a warning for the header with which Fishjam announces the end of support for this
/// client,
/// `{"status":"unsupported"|"deprecated","message":"…"}`; nothing if the header is malformed.
[[nodiscard]] std::optional<std::string> deprecation_of(std::string_view header,
                                                        const std::vector<std::string>& secrets);

}  // namespace jellyfish::detail
