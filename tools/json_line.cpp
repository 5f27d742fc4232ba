#include "json_line.hpp"

#include <jellyfish/error.hpp>
#include <jellyfish/metrics.hpp>

#include <algorithm>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace tool {
namespace {

/// Whether a text is JSON, at any depth and with numbers of any size.
bool is_json(std::string_view text) {
    try {
        const auto report =
            jellyfish::parse_metrics({std::string(R"({"value":)").append(text).append("}")});
        return report.rooms.empty() && report.other.size() == 1;
    } catch (const jellyfish::error&) {
        return false;
    }
}

}  // namespace

json json_of(std::string_view text) {
    return {boost::json::serialize(boost::json::string(text.data(), text.size()))};
}

json json_of_text(std::string_view text) {
    if (!is_json(text)) return json_of(text);
    // Line breaks occur only between values: in strings they are escaped.
    json out{std::string(text)};
    std::ranges::replace_if(
        out.text, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return out;
}

}  // namespace tool
