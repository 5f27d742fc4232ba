#pragma once

#include <jellyfish/detail/config.hpp>

#include "model/names.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/optional/optional.hpp>

namespace jellyfish::detail::http {

/// Like Beast's `string_body`, except that a declared length alone allocates at most 64 KiB: a peer
/// sends the length before any of the body.
struct growing_body {
    using value_type = std::string;

    class reader {
    public:
        template <bool IsRequest, class Fields>
        reader(boost::beast::http::header<IsRequest, Fields>&, value_type& body) : body_(body) {}

        void init(const boost::optional<std::uint64_t>& length, error_code& code) {
            constexpr std::uint64_t most = 65'536;
            if (length) body_.reserve(static_cast<std::size_t>(std::min(*length, most)));
            code = {};
        }

        template <class ConstBufferSequence>
        std::size_t put(const ConstBufferSequence& buffers, error_code& code) {
            const std::size_t before = body_.size();
            const auto end = asio::buffer_sequence_end(buffers);
            for (auto at = asio::buffer_sequence_begin(buffers); at != end; ++at) {
                const asio::const_buffer piece = *at;
                body_.append(static_cast<const char*>(piece.data()), piece.size());
            }
            code = {};
            return body_.size() - before;
        }

        void finish(error_code& code) { code = {}; }

    private:
        value_type& body_;
    };
};

/// Beast's parser with limits that do not depend on how the input is split. Beast's own limits
/// apply to each input separately, and cover the framing of a chunked body only since Boost 1.91.
template <bool IsRequest>
class limited_parser : public boost::beast::http::parser<IsRequest, growing_body> {
public:
    /// @param header_limit The maximum size of start line and fields together, in bytes. Framing of
    /// a chunked body (sizes, extensions, line ends, trailers) may be as long as this and the body.
    /// @param body_limit The maximum size of the body, in bytes.
    limited_parser(std::size_t header_limit, std::uint64_t body_limit);

    /// Parses the beginning of `input`, which must not be empty: at most the header, or one piece
    /// of the body. Returns the number of bytes consumed.
    /// @param code `need_more` if the rest must be passed again with more bytes appended;
    /// `header_limit` also if the framing of a chunked body is too long.
    [[nodiscard]] std::size_t parse(std::string_view input, error_code& code);

    /// Returns the number of header bytes consumed.
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
