#include "json_line.hpp"

#include <algorithm>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/system/error_code.hpp>

namespace tool {

json json_of(std::string_view text) {
    return {boost::json::serialize(boost::json::string(text.data(), text.size()))};
}

json json_of_text(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = 256;
    boost::system::error_code problem;
    (void)boost::json::parse({text.data(), text.size()}, problem, {}, options);
    if (problem) return json_of(text);
    // Line ends stand only between values: in strings they are escaped.
    json out{std::string(text)};
    std::ranges::replace_if(
        out.text, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return out;
}

}  // namespace tool
