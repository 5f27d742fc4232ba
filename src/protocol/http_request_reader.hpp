#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// Reads one request after the other from bytes as they come. Keeps its memory from request to
/// request.
class http_request_reader {
public:
    /// @param head_limit The longest request line and headers together, in bytes.
    /// @param body_limit The longest body, in bytes.
    http_request_reader(std::size_t head_limit, std::uint64_t body_limit);
    ~http_request_reader();
    http_request_reader(http_request_reader&&) noexcept;
    http_request_reader& operator=(http_request_reader&&) noexcept;

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
    [[nodiscard]] bool head_done() const noexcept;
    /// Whether the request is whole.
    [[nodiscard]] bool done() const noexcept;

    /// The status with which what came must be refused: it is no request, or too long. The
    /// connection then must end. 0 as long as all is well.
    [[nodiscard]] int failure() const noexcept;
    /// Why, in words that hold nothing of what came.
    [[nodiscard]] const std::string& detail() const noexcept;

    // What the head says, once it is done.
    [[nodiscard]] std::string_view method() const noexcept;
    [[nodiscard]] std::string_view target() const noexcept;
    [[nodiscard]] std::string_view content_type() const noexcept;
    [[nodiscard]] std::string_view content_encoding() const noexcept;
    [[nodiscard]] std::string_view authorization() const noexcept;
    /// Whether it is HTTP/1.1, not 1.0.
    [[nodiscard]] bool http_1_1() const noexcept;
    /// Whether the other side wants the connection to go on after this request.
    [[nodiscard]] bool keep_alive() const;
    /// Whether the other side waits to be told that it may send the body.
    [[nodiscard]] bool expects_continue() const noexcept;

    /// The body of a request that is done. Valid as long as the `input` that it ended in, and until
    /// `reset()`.
    [[nodiscard]] std::string_view body() const noexcept;

private:
    struct parser;

    std::unique_ptr<parser> parser_;
};

}  // namespace jellyfish::detail
