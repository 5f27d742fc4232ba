#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace jellyfish::testing {

/// Selects which REST requests fail, and how. Passed to `server::fail_requests`.
///
/// Setters return the object, so calls can be chained. Each setter has a getter of the same name.
/// @code
/// server.fail_requests(request_failure(503).method("POST").path("/room/*/peer").times(3));
/// @endcode
class request_failure {
public:
    /// @param status The status of the responses, from 200 to 999.
    explicit request_failure(int status) : status_(status) {}

    /// Returns the status.
    [[nodiscard]] int status() const noexcept { return status_; }

    /// Fails only requests with this method, ignoring case. Default: any.
    request_failure& method(std::string value) {
        method_ = std::move(value);
        return *this;
    }
    /// Returns the method; empty for any.
    [[nodiscard]] const std::string& method() const noexcept { return method_; }

    /// Fails only requests whose path matches. Compares segment by segment: `*` matches any one
    /// segment, and `**` at the end any number of them. Ignores the prefix
    /// `server_options::path_prefix` and the query. Default: any.
    request_failure& path(std::string pattern) {
        path_ = std::move(pattern);
        return *this;
    }
    /// Returns the pattern; empty for any path.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// The number of requests to fail. Default: all, until `server::clear_request_failures`.
    request_failure& times(std::size_t count) {
        times_ = count;
        return *this;
    }
    /// Returns the number of requests to fail.
    [[nodiscard]] std::size_t times() const noexcept { return times_; }

    /// The server's text: the body is `{"errors":"…"}`, as for most errors of the real server.
    /// Default: none; the body is `{"errors":{"detail":"…"}}` with the name of the status.
    request_failure& text(std::string value) {
        text_ = std::move(value);
        return *this;
    }
    /// Returns the server's text.
    [[nodiscard]] const std::optional<std::string>& text() const noexcept { return text_; }

    /// The exact body instead of JSON, such as the page of a proxy. Default: none.
    request_failure& body(std::string value) {
        body_ = std::move(value);
        return *this;
    }
    /// Returns the exact body.
    [[nodiscard]] const std::optional<std::string>& body() const noexcept { return body_; }

private:
    int status_;
    std::string method_;
    std::string path_;
    std::size_t times_ = std::numeric_limits<std::size_t>::max();
    std::optional<std::string> text_;
    std::optional<std::string> body_;
};

}  // namespace jellyfish::testing
