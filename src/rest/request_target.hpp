#pragma once

#include "http/request.hpp"
#include "model/server_rules.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// The maximum size of a text in a request, more than any call needs. The server accepts 8 MB.
inline constexpr std::size_t longest_text = 65'536;

/// The maximum number of ids in a request.
inline constexpr std::size_t max_ids = 10'000;

/// Throws `jellyfish::error` with `errc::invalid_argument`.
[[noreturn]] void reject_argument(std::string operation, std::string detail);

/// Returns why an id is invalid, or nothing.
[[nodiscard]] std::optional<std::string> problem_of_id(std::string_view id);

/// Whether a text for a request is non-empty UTF-8 of at most the maximum size.
[[nodiscard]] bool is_usable_text(std::string_view text);

/// Builds a request target from words and ids. Ids are percent-encoded, so that an id is always
/// exactly one path segment.
class request_target {
public:
    explicit request_target(http::method method, feature_set features = {})
        : method_(method), features_(features) {}

    request_target& word(std::string_view text) {
        path_.append("/").append(text);
        return *this;
    }

    /// @param what The name of the id, for messages.
    request_target& id(std::string_view what, std::string_view value);

    /// Adds a member of the query. Name and value are percent-encoded.
    request_target& query(std::string_view name, std::string_view value);

    [[nodiscard]] http::request request(std::string body = {});

    /// Returns a request for a file.
    [[nodiscard]] http::request file();

private:
    http::method method_;
    feature_set features_;
    std::string path_;
    char separator_ = '?';
};

}  // namespace jellyfish::detail
