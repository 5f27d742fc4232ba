#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jellyfish::detail::http {

/// Reads a sequence of requests incrementally.
class request_reader {
public:
    /// @param max_header_size The maximum size of request line and headers together, in bytes.
    /// @param body_limit The maximum size of the body, in bytes.
    request_reader(std::size_t max_header_size, std::uint64_t body_limit);
    ~request_reader();
    request_reader(request_reader&&) noexcept;
    request_reader& operator=(request_reader&&) noexcept;

    /// Reads from the beginning of `input` and returns the number of bytes consumed. Unless the
    /// request is `done()`, the rest must be passed again with more bytes appended; otherwise it
    /// belongs to the next request. A `done()` or failed reader consumes nothing.
    [[nodiscard]] std::size_t read(std::string_view input);

    /// Prepares for the next request.
    void reset();

    /// Discards the body as it arrives.
    void discard_body();

    /// Whether any byte of the request was read.
    [[nodiscard]] bool begun() const noexcept;
    /// Whether request line and headers are complete.
    [[nodiscard]] bool header_done() const noexcept;
    /// Whether the request is complete.
    [[nodiscard]] bool done() const noexcept;

    /// Returns the status with which to reject an invalid or too long request, or 0. The connection
    /// must then be closed.
    [[nodiscard]] int failure() const noexcept;
    /// Returns the reason, which contains no part of the input.
    [[nodiscard]] const std::string& detail() const noexcept;

    // The header, once it is done.
    [[nodiscard]] std::string_view method() const;
    [[nodiscard]] std::string_view target() const;
    [[nodiscard]] std::string_view content_type() const;
    [[nodiscard]] std::string_view content_encoding() const;
    [[nodiscard]] std::string_view authorization() const;
    /// Returns the value of any other header. Joins several lines of that name to one list.
    [[nodiscard]] std::string field(std::string_view name) const;
    /// Whether the version is HTTP/1.1, not 1.0.
    [[nodiscard]] bool http_1_1() const noexcept;
    /// Whether the client keeps the connection open after this request.
    [[nodiscard]] bool keep_alive() const;
    /// Whether the client waits for status 100 before it sends the body.
    [[nodiscard]] bool expects_continue() const;

    /// Returns the body of a request that is done. Valid until `reset()`.
    [[nodiscard]] std::string_view body() const;

private:
    struct message;

    std::size_t header_limit_;
    std::uint64_t body_limit_;
    std::unique_ptr<message> message_;
};

}  // namespace jellyfish::detail::http
