#pragma once

#include <jellyfish/error.hpp>

#include "http/request.hpp"
#include "model/server_address.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jellyfish::detail::http {

/// Writes requests to one server.
class request_writer {
public:
    request_writer() = default;

    /// @param scheme `http` or `https`.
    /// @param token It must be header-safe.
    /// @param user_agent The value of the header; it must be printable ASCII.
    request_writer(const server_address& address, std::string_view scheme, std::string_view token,
                   std::string_view user_agent);

    /// The bytes of a request, head and body, as they are sent.
    [[nodiscard]] std::string write(const http::request& request) const;

private:
    // What is the same in all heads.
    std::string before_target_;
    std::string behind_target_;
    std::string authorization_;
};

/// An answer, whatever its status.
struct response {
    int status = 0;
    std::string content_type;
    std::string content_range;
    std::string location;
    std::string body;
};

/// Reads one response from bytes as they come, and ignores interim responses (1xx). What surrounds
/// a chunked body may be as long as a header and the body.
class response_reader {
public:
    /// The longest head that is accepted, with the interim answers before it, in bytes.
    static constexpr std::uint32_t max_header_size = 16'384;

    /// The longest body that is accepted when nothing else is said, in bytes.
    static constexpr std::uint64_t normal_body_limit = std::uint64_t{16} * 1024 * 1024;

    /// @param method Of the request: the answer to HEAD has no body.
    explicit response_reader(http::method method = method::get,
                             std::uint64_t body_limit = normal_body_limit);
    ~response_reader();
    response_reader(response_reader&&) noexcept;
    response_reader& operator=(response_reader&&) noexcept;

    /// Begins with the next answer.
    void begin(http::method method, std::uint64_t body_limit);

    /// Reads from the beginning of `input`, and returns how many bytes were used up. The rest must
    /// be given again, with more behind it, unless the answer is `done()`: then it is no part of
    /// it.
    [[nodiscard]] std::size_t read(std::string_view input);

    /// The server's bytes have ended. True when that ends the answer; false when it is cut off.
    [[nodiscard]] bool read_end();

    /// Whether any byte of the answer has come.
    [[nodiscard]] bool begun() const noexcept { return begun_; }

    /// Whether the answer is whole.
    [[nodiscard]] bool done() const noexcept { return done_; }

    /// Why it never will be: `errc::malformed_response` or `errc::response_too_large`, with
    /// `detail()`.
    [[nodiscard]] error_code failure() const noexcept { return failure_; }
    [[nodiscard]] const std::string& detail() const noexcept { return detail_; }

    /// Whether the connection may be used again after this answer, which is whole.
    [[nodiscard]] bool keep_alive() const;

    /// Gives the answer, which is whole, away.
    [[nodiscard]] http::response take();

private:
    struct parser;

    void finish_header();
    void fail(const error_code& code);
    void fail(errc code, std::string detail);

    std::unique_ptr<parser> parser_;
    http::response response_;  // Its header, once that is done.
    http::method method_{};
    std::uint64_t body_limit_ = 0;
    std::size_t interim_size_ = 0;
    bool begun_ = false;
    bool done_ = false;
    error_code failure_;
    std::string detail_;
};

}  // namespace jellyfish::detail::http
