#pragma once

#include <jellyfish/detail/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace jellyfish::detail::http {

/// Beast's parser with limits that hold however the bytes arrive. Beast's own apply to what it is
/// given at once, and only from Boost 1.91 on to everything that surrounds a chunked body.
template <bool IsRequest>
class limited_parser
    : public boost::beast::http::parser<IsRequest, boost::beast::http::string_body> {
public:
    /// @param header_limit The longest start line and fields together, in bytes. What surrounds a
    /// chunked body (sizes, extensions, line ends, trailers) may be as long as this and the body.
    /// @param body_limit The longest body, in bytes.
    limited_parser(std::size_t header_limit, std::uint64_t body_limit);

    /// Parses from the beginning of `input`, which is not empty, but not beyond the header, or one
    /// piece of the body. Returns how many bytes were used.
    /// @param code `need_more` when the rest must be given again, with more behind it, and
    /// `header_limit` also for what surrounds a chunked body.
    [[nodiscard]] std::size_t parse(std::string_view input, error_code& code);

    /// How much of the header has been used, in bytes.
    [[nodiscard]] std::size_t header_size() const noexcept { return header_size_; }

private:
    [[nodiscard]] std::size_t parse_header(std::string_view input, error_code& code);
    [[nodiscard]] std::size_t parse_body(std::string_view input, error_code& code);

    std::size_t header_limit_;
    std::size_t header_size_ = 0;
    std::uint64_t framing_size_ = 0;
    std::uint64_t body_size_ = 0;
};

extern template class limited_parser<true>;
extern template class limited_parser<false>;

}  // namespace jellyfish::detail::http
