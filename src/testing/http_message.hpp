#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::testing::detail {

/// A request, as the real server's HTTP layer hands it on: header names in lower case, equal ones
/// joined with a comma.
struct http_request {
    std::string method;
    std::string path;   ///< As sent, without query and fragment.
    std::string query;  ///< As sent, without the question mark.
    bool http_1_0 = false;
    std::map<std::string, std::string> headers;
    std::string body;

    /// A header's value, or nothing.
    [[nodiscard]] const std::string* header(const std::string& name) const;
};

/// An answer, before it is written.
struct http_answer {
    int status = 200;
    std::map<std::string, std::string> headers;  ///< Written in this order.
    std::string body;
    bool without_length = false;  ///< Neither content-length nor body: 204.
    bool bare = false;            ///< Has no more than every answer has: failures outside of calls.
};

/// The reason phrase that the real server gives to a status.
[[nodiscard]] std::string_view reason_of(int status);

/// The bytes of an answer; to a HEAD request without the body.
[[nodiscard]] std::string to_bytes(const http_answer& answer, bool head_only = false);

/// What the HTTP layer itself says, before it hangs up: an empty body.
[[nodiscard]] std::string refusal_bytes(int status);

/// The time now, as in a `date` header.
[[nodiscard]] std::string http_date();

/// The elements of a comma-separated header, trimmed and in lower case.
[[nodiscard]] std::vector<std::string> header_list(std::string_view value);

[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace jellyfish::testing::detail
