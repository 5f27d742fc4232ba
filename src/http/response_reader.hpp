#pragma once

#include <jellyfish/error.hpp>

#include "http/request.hpp"
#include "model/names.hpp"
#include "model/server_address.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jellyfish::detail::http {

/// Serializes requests to one server.
class request_writer {
public:
    request_writer() = default;

    /// @param scheme `http` or `https`.
    /// @param token Must be valid in a header.
    /// @param user_agent The value of `User-Agent`; must be printable ASCII.
    /// @param api With `fishjam`, requests contain the header `x-fishjam-api-client`.
    request_writer(const server_address& address, std::string_view scheme, std::string_view token,
                   std::string_view user_agent, server_api api = server_api::jellyfish);

    /// Returns the bytes of a request: header and body.
    [[nodiscard]] std::string write(const http::request& request) const;

private:
    // The parts common to all headers.
    std::string before_target_;
    std::string behind_target_;
    std::string authorization_;
};

/// A response with any status.
struct response {
    int status = 0;
    std::string content_type;
    std::string content_range;
    std::string location;
    std::string body;
    std::string deprecation = {};  ///< The value of `x-fishjam-api-deprecated`, or empty.
};

/// Reads one response incrementally, and ignores interim responses (1xx). The framing of a chunked
/// body may be as long as a header and the body.
class response_reader {
public:
    /// The maximum size of the header, including preceding interim responses, in bytes.
    static constexpr std::uint32_t max_header_size = 16'384;

    /// The default maximum size of the body, in bytes.
    static constexpr std::uint64_t normal_body_limit = std::uint64_t{16} * 1024 * 1024;

    /// @param method The method of the request: a response to HEAD has no body.
    explicit response_reader(http::method method = method::get,
                             std::uint64_t body_limit = normal_body_limit);
    ~response_reader();
    response_reader(response_reader&&) noexcept;
    response_reader& operator=(response_reader&&) noexcept;

    /// Prepares for the next response.
    void begin(http::method method, std::uint64_t body_limit);

    /// Reads from the beginning of `input` and returns the number of bytes consumed. Unless the
    /// response is `done()`, the rest must be passed again with more bytes appended; otherwise it
    /// does not belong to the response.
    [[nodiscard]] std::size_t read(std::string_view input);

    /// Handles the end of the stream. Returns true if the response is complete, false if truncated.
    [[nodiscard]] bool read_end();

    /// Whether any byte of the response was read.
    [[nodiscard]] bool begun() const noexcept { return begun_; }

    /// Whether the response is complete.
    [[nodiscard]] bool done() const noexcept { return done_; }

    /// Returns why reading failed, if it did: `errc::malformed_response` or
    /// `errc::response_too_large`, with `detail()`.
    [[nodiscard]] error_code failure() const noexcept { return failure_; }
    [[nodiscard]] const std::string& detail() const noexcept { return detail_; }

    /// Whether the connection may be reused after this complete response.
    [[nodiscard]] bool keep_alive() const;

    /// Moves the complete response out.
    [[nodiscard]] http::response take();

private:
    struct parser;

    void finish_header();
    void fail(const error_code& code);
    void fail(errc code, std::string detail);

    std::unique_ptr<parser> parser_;
    http::response response_;  // Without its body, once the header is done.
    http::method method_{};
    std::uint64_t body_limit_ = 0;
    std::size_t interim_size_ = 0;
    bool begun_ = false;
    bool done_ = false;
    error_code failure_;
    std::string detail_;
};

}  // namespace jellyfish::detail::http
