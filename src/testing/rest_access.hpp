#pragma once

#include "testing/http_message.hpp"
#include "testing/json.hpp"

#include <string>

/// @file
/// What every call passes before it is looked at, as the plugs of the real server see to it.

namespace jellyfish::testing::detail {

/// What a request's body is read as.
enum class body_format { none, json, form, multipart };

/// How the real server reads the body of a request of this method and content type.
[[nodiscard]] body_format body_kind(const http_request& request);

/// The method that counts: a POST may name another one in its body, and HEAD is a GET.
[[nodiscard]] std::string effective_method(const http_request& request, const json_value& body);

/// Whether the request accepts JSON as an answer.
[[nodiscard]] bool accepts_json(const http_request& request, const json_value& params);

/// Whether this is a browser's question before a call from a foreign page.
[[nodiscard]] bool is_preflight(const http_request& request);
[[nodiscard]] http_answer preflight_answer();

/// A path to a static file that tries to leave its folder.
[[nodiscard]] bool is_bad_static_path(const http_request& request);

/// Adds the headers that all answers have.
void finish_answer(http_answer& answer, const http_request& request, std::string request_id);

}  // namespace jellyfish::testing::detail
