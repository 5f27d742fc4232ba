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
protected:
    /// Whether the value of a field that was read goes on in another line (RFC 9112, section 5.2).
    /// The parser has replaced that by a space. The byte behind a line has come with it.
    /// @param name Where it lies in the input.
    [[nodiscard]] static bool is_folded(boost::beast::string_view name) noexcept {
        const char* at = name.data() + name.size();
        while (*at != '\n')
            ++at;
        return at[1] == ' ' || at[1] == '\t';
    }

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
