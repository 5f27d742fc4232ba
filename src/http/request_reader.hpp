#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jellyfish::detail::http {

/// Reads one request after the other from bytes as they come.
class request_reader {
public:
    /// @param max_header_size The longest request line and headers together, in bytes.
    /// @param body_limit The longest body, in bytes.
    request_reader(std::size_t max_header_size, std::uint64_t body_limit);
    ~request_reader();
    request_reader(request_reader&&) noexcept;
    request_reader& operator=(request_reader&&) noexcept;

    /// Reads from the beginning of `input`, and returns how many bytes were used up. The rest must
    /// be given again, with more behind it, unless the request is `done()`: then it belongs to the
    /// next one. A `done()` or failed reader uses nothing.
    [[nodiscard]] std::size_t read(std::string_view input);

    /// Makes ready for the next request.
    void reset();

    /// Throws the body away as it comes, without keeping it.
    void discard_body();

    /// Whether any byte of the request has come.
    [[nodiscard]] bool begun() const noexcept;
    /// Whether request line and headers are whole.
    [[nodiscard]] bool header_done() const noexcept;
    /// Whether the request is whole.
    [[nodiscard]] bool done() const noexcept;

    /// The status with which what came must be refused: it is no request, or too long. The
    /// connection then must end. 0 as long as all is well.
    [[nodiscard]] int failure() const noexcept;
    /// Why, in words that hold nothing of what came.
    [[nodiscard]] const std::string& detail() const noexcept;

    // The header, once it is done.
    [[nodiscard]] std::string_view method() const;
    [[nodiscard]] std::string_view target() const;
    [[nodiscard]] std::string_view content_type() const;
    [[nodiscard]] std::string_view content_encoding() const;
    [[nodiscard]] std::string_view authorization() const;
    /// Whether it is HTTP/1.1, not 1.0.
    [[nodiscard]] bool http_1_1() const noexcept;
    /// Whether the client keeps the connection open after this request.
    [[nodiscard]] bool keep_alive() const;
    /// Whether the client waits for 100 before it sends the body.
    [[nodiscard]] bool expects_continue() const;

    /// The body of a request that is done. Valid until `reset()`.
    [[nodiscard]] std::string_view body() const;

private:
    struct message;

    std::size_t header_limit_;
    std::uint64_t body_limit_;
    std::unique_ptr<message> message_;
};

}  // namespace jellyfish::detail::http
