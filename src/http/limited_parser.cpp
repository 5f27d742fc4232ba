#include "http/limited_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/version.hpp>

namespace jellyfish::detail::http {
namespace {

namespace beast_http = boost::beast::http;

/// Before Boost 1.87, Beast parses the last chunk together with all trailers, and asserts that the
/// input holds at least the shortest end of a body: 0, CR, LF, CR, LF.
constexpr std::size_t least_chunk_input = BOOST_VERSION < 108700 ? 5 : 1;

/// Before Boost 1.90, Beast adds trailers to the fields, which throw if one is longer than this.
constexpr std::size_t most_chunk_input = 0xffff;

}  // namespace

template <bool IsRequest>
limited_parser<IsRequest>::limited_parser(std::size_t header_limit, std::uint64_t body_limit)
    : header_limit_(header_limit) {
    this->header_limit(static_cast<std::uint32_t>(header_limit));
    this->body_limit(body_limit);
}

template <bool IsRequest>
std::size_t limited_parser<IsRequest>::parse(std::string_view input, error_code& code) {
    return this->is_header_done() ? parse_body(input, code) : parse_header(input, code);
}

template <bool IsRequest>
std::size_t limited_parser<IsRequest>::parse_header(std::string_view input, error_code& code) {
    const std::size_t used = this->put(asio::buffer(input), code);
    header_size_ += used;
    const std::size_t pending = code == beast_http::error::need_more ? input.size() - used : 0;
    if (header_size_ + pending > header_limit_) code = beast_http::error::header_limit;
    return used;
}

template <bool IsRequest>
std::size_t limited_parser<IsRequest>::parse_body(std::string_view input, error_code& code) {
    if (this->chunked()) {
        if (input.size() < least_chunk_input) {
            code = beast_http::error::need_more;
            return 0;
        }
        input = input.substr(0, most_chunk_input);
    }
    const std::size_t body_before = this->get().body().size();
    const std::size_t used = this->put(asio::buffer(input), code);
    const std::size_t body = this->get().body().size() - body_before;
    const std::size_t framing = used - body;
    body_size_ += body;
    framing_size_ += framing;
    // Since Boost 1.91, Beast rejects an unterminated line of 8 KiB as a bad extension.
    const std::string_view rest = input.substr(used);
    const bool incomplete =
        code == beast_http::error::need_more ||
        (code == beast_http::error::bad_chunk_extension && rest.find('\n', 2) == rest.npos);
    if (framing > header_limit_ || framing_size_ > header_limit_ + body_size_ ||
        (incomplete && rest.size() >= header_limit_))
        code = beast_http::error::header_limit;
    return used;
}

template class limited_parser<true>;
template class limited_parser<false>;

}  // namespace jellyfish::detail::http
