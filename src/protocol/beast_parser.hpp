#pragma once

#include <jellyfish/detail/config.hpp>

#include <string_view>

#include <boost/beast/core/string_type.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/field.hpp>

namespace jellyfish::detail {

/// What is the same in all of our parsers of HTTP, with every Beast: newer ones tell trailers apart
/// from fields. Nobody here looks at them.
template <bool IsRequest>
class beast_parser : public boost::beast::http::basic_parser<IsRequest> {
private:
    // An override, or a function that nobody calls: so it is marked as neither.
    void on_trailer_field_impl(boost::beast::http::field, boost::beast::string_view,
                               boost::beast::string_view, error_code&) {}
};

/// Whether Beast's parser may be given these bytes of a chunked body, from where it stopped. The
/// older ones read the last chunk with all trailers at once, and with less than the shortest of
/// that their assertions may fail; newer ones read it line by line, and wait for these bytes.
[[nodiscard]] bool may_parse_chunks(std::string_view bytes);

}  // namespace jellyfish::detail
