#pragma once

#include <jellyfish/error.hpp>

#include "http/response_reader.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// What a status means for the call: no error when it is a success (2xx).
[[nodiscard]] error_code code_of_status(int status) noexcept;

/// What an answer means for the call with this target. A 404 that is not the text of a Jellyfish
/// server's call says that the path is unknown there: `detail` then asks for the path prefix, and
/// without anything in the target that may be missing it is no `errc::not_found`.
[[nodiscard]] error_code code_of_response(const http::response& response, std::string_view target,
                                          std::string& detail);

/// Whether an answer says that what was asked for is elsewhere, and where.
[[nodiscard]] bool is_redirect(const http::response& response) noexcept;

/// The longest text of a server that is kept, in bytes.
inline constexpr std::size_t server_message_limit = 512;

/// The server's own text in the body of an answer that is no success: its `errors`, or the body
/// itself when it is no such JSON, in one line, shortened, without URLs' passwords and without
/// `secret`: an error page may repeat the request.
[[nodiscard]] std::string server_message_of(std::string_view body, std::string_view secret);

}  // namespace jellyfish::detail
