#include "protocol/beast_parser.hpp"

#include <cstddef>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace jellyfish::detail {
namespace {

/// Found out by trying: the versions of Beast do not tell.
bool reads_the_last_chunk_by_lines() {
    boost::beast::http::response_parser<boost::beast::http::string_body> parser;
    parser.eager(true);
    constexpr std::string_view head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    constexpr std::string_view unfinished = "0\r\nname: value\r\n";
    error_code code;
    parser.put(asio::buffer(head), code);
    return parser.put(asio::buffer(unfinished), code) != 0;
}

}  // namespace

bool may_parse_chunks(std::string_view bytes) {
    static const bool by_lines = reads_the_last_chunk_by_lines();
    constexpr std::size_t shortest_end = 5;
    return by_lines || bytes.size() >= shortest_end;
}

}  // namespace jellyfish::detail
