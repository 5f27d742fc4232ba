#include "data/rest_recordings.hpp"
#include "json/document.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace boost_json = boost::json;
namespace json = jellyfish::detail::json;
using document = jellyfish::detail::json::document;
using text = jellyfish::detail::json::value;

document parsed(std::string_view from) {
    std::string problem;
    auto value = document::parse(from, problem);
    BOOST_REQUIRE_MESSAGE(value.has_value(), std::string(from) << ": " << problem);
    return std::move(*value);
}

bool empty(const document& in, bool members) {
    return members ? in.root().members().empty() : in.root().elements().empty();
}

bool is_json(std::string_view from) {
    std::string problem;
    const bool good = document::parse(from, problem).has_value();
    BOOST_TEST(good == problem.empty());
    return good;
}

std::optional<std::int64_t> number(std::string_view from) {
    return parsed(from).root().whole_number();
}

/// Rebuilds the tree from what the walker finds.
boost_json::value tree_of(text from) {
    if (from.kind() == json::kind::object) {
        boost_json::object out;
        for (const auto& [key, value] : from.members())
            out[key.string()] = tree_of(value);
        return out;
    }
    if (from.kind() == json::kind::array) {
        boost_json::array out;
        for (const text each : from.elements())
            out.push_back(tree_of(each));
        return out;
    }
    return boost_json::parse(from.text());
}

const char* const tricky[] = {
    R"({})",
    R"([])",
    R"( [ ] )",
    "\t{\r\n\"a\" : 1 ,\n\"b\":[ 1 , {\"c\" : \"}\"} , \"]\" ]\n}\n",
    R"({"a\"b":"c\\","d":"\\\"","e":"","":0})",
    R"([[],[[]],{},{"a":{}},"",0,-1.5e3,true,false,null])",
    R"({"a":{"b":{"c":[{"d":[1,[2,[3]]]}]}}})",
    R"(["{","}","[","]",",",":","\u005c","\u0022"])",
    R"("alone")",
    R"(  -0  )",
    R"(null)",
};

}  // namespace

BOOST_AUTO_TEST_SUITE(json_document)

BOOST_AUTO_TEST_CASE(the_parsed_tree_equals_that_of_another_json_library) {
    for (const std::string_view each : tricky)
        BOOST_TEST((tree_of(parsed(each).root()) == boost_json::parse(each)), each);
}

BOOST_AUTO_TEST_CASE(all_recorded_bodies_are_parsed_to_the_same_tree) {
    int bodies = 0;
    for (const auto& row : jellyfish::test::recorded_exchanges()) {
        if (!row.body.starts_with('{')) continue;
        ++bodies;
        BOOST_TEST((tree_of(parsed(row.body).root()) == boost_json::parse(row.body)), row.name);
    }
    BOOST_TEST(bodies > 80);
}

BOOST_AUTO_TEST_CASE(truncated_text_is_not_json) {
    for (const std::string_view each : tricky) {
        if (each.front() != '{' && each.front() != '[') continue;
        const auto end = each.find_last_of("]}");
        for (std::size_t n = 0; n <= end; ++n)
            BOOST_TEST(!is_json(each.substr(0, n)), each.substr(0, n));
    }
}

BOOST_AUTO_TEST_CASE(invalid_json_is_rejected) {
    for (const char* each : {"",           " ",
                             "{",          "}",
                             "nul",        "nulll",
                             "{} {}",      "[1,]",
                             "{\"a\":1,}", "{a:1}",
                             "'a'",        "01",
                             "+1",         ".5",
                             "1.",         "NaN",
                             "Infinity",   "\"\n\"",
                             "\"\\x\"",    "\"\\ud80\"",
                             "// c\n1",    "\xef\xbb\xbf{}",
                             "<html>",     "\"\xff\"",
                             "\"\xc3\"",   "\"\\u123g\""})
        BOOST_TEST(!is_json(each), each);
    BOOST_TEST(!is_json(std::string_view("\0", 1)));
}

BOOST_AUTO_TEST_CASE(nesting_is_limited_only_by_the_length) {
    constexpr std::size_t depth = 1'000'000;
    const std::string open(depth, '[');
    const std::string close(depth, ']');
    const std::string whole = R"({"id":"a","metadata":)" + open + close + R"(,"type":"webrtc"})";
    const document from = parsed(whole);
    std::vector<std::string> texts;
    for (const auto& member : from.root().members())
        texts.emplace_back(member.value.text());
    BOOST_REQUIRE(texts.size() == 3U);
    BOOST_TEST((texts[1] == open + close));
    BOOST_TEST(texts[2] == "\"webrtc\"");
    BOOST_TEST(!is_json(open));
    BOOST_TEST(!is_json(open + close + "]"));
    std::string objects;
    for (std::size_t n = 0; n < depth; ++n)
        objects += R"({"a":)";
    BOOST_TEST(is_json(objects + "1" + std::string(depth, '}')));
    BOOST_TEST(!is_json(objects + "1" + std::string(depth, ']')));
}

BOOST_AUTO_TEST_CASE(numbers_of_any_size_are_accepted) {
    for (const std::string& each :
         {std::string("1e999999"), std::string("-1e99999999999999999999"), std::string("1e-999999"),
          "1" + std::string(400, '0'), "0." + std::string(400, '0') + "1",
          std::string(100'000, '7')}) {
        const std::string within = "[" + each + "]";
        BOOST_TEST((*parsed(within).root().elements().begin()).text() == each);
    }
}

BOOST_AUTO_TEST_CASE(an_unpaired_surrogate_is_kept_as_text_and_replaced_in_a_string) {
    for (const auto& [input, expected] :
         {std::pair(R"("\ud800")", "\xef\xbf\xbd"),
          std::pair(R"("a\udc00b")",
                    "a\xef\xbf\xbd"
                    "b"),
          std::pair(R"("\ud800\ud83d\ude00")", "\xef\xbf\xbd\xf0\x9f\x98\x80"),
          std::pair(R"("\ud800\u0041")",
                    "\xef\xbf\xbd"
                    "A"),
          std::pair(R"("\ud83d\ude00")", "\xf0\x9f\x98\x80")}) {
        BOOST_TEST(parsed(input).root().text() == input);
        BOOST_TEST(parsed(input).root().string() == expected);
    }
}

BOOST_AUTO_TEST_CASE(a_value_keeps_its_exact_text) {
    const document from =
        parsed(R"({"a": {"x":1.50, "y":[1e2,10000000000000000000000]} , "b":-0})");
    std::vector<std::string_view> texts;
    for (const auto& member : from.root().members())
        texts.push_back(member.value.text());
    BOOST_REQUIRE(texts.size() == 2U);
    BOOST_TEST(texts[0] == R"({"x":1.50, "y":[1e2,10000000000000000000000]})");
    BOOST_TEST(texts[1] == "-0");
}

BOOST_AUTO_TEST_CASE(keys_and_strings_are_unescaped) {
    const document from = parsed(R"({"\u0069d":"a\n\u00e4\"\\\/"})");
    BOOST_REQUIRE(!from.root().members().empty());
    const auto member = *from.root().members().begin();
    BOOST_TEST((member.key == "id"));
    BOOST_TEST(!(member.key == "i"));
    BOOST_TEST(member.key.string() == "id");
    BOOST_TEST(member.value.string() == "a\nä\"\\/");
    BOOST_TEST(parsed(R"("\b\f\n\r\t\u07ff\u20ac")").root().string() == "\b\f\n\r\t\u07ff\u20ac");
    const std::string nul = parsed(R"("a\u0000b")").root().string();
    BOOST_TEST(nul.size() == 3U);
}

BOOST_AUTO_TEST_CASE(members_and_elements_of_other_types_are_empty) {
    for (const char* each : {"1", "\"a\"", "null", "true", "[1]"})
        BOOST_TEST(empty(parsed(each), true), each);
    for (const char* each : {"1", "\"a\"", "null", "true", "{\"a\":1}"})
        BOOST_TEST(empty(parsed(each), false), each);
    BOOST_TEST(parsed("1").root().string() == "");
}

BOOST_AUTO_TEST_CASE(whole_numbers_are_read_in_every_notation) {
    using limits = std::numeric_limits<std::int64_t>;
    BOOST_TEST((number("0") == 0));
    BOOST_TEST((number("-12") == -12));
    BOOST_TEST((number("9223372036854775807") == limits::max()));
    BOOST_TEST((number("1.0") == 1));
    BOOST_TEST((number("1e3") == 1'000));
    BOOST_TEST((number("1500e-2") == 15));
}

BOOST_AUTO_TEST_CASE(a_whole_number_out_of_range_is_clamped) {
    using limits = std::numeric_limits<std::int64_t>;
    BOOST_TEST((number("9223372036854775808") == limits::max()));
    BOOST_TEST((number("1000000000000000000000000000000") == limits::max()));
    BOOST_TEST((number("-1000000000000000000000000000000") == limits::min()));
    BOOST_TEST((number("1e30") == limits::max()));
    BOOST_TEST((number("-1e30") == limits::min()));
    BOOST_TEST((number("9223372036854775808.0") == limits::max()));
    BOOST_TEST((number("1e999") == limits::max()));
    BOOST_TEST((number("-1.5e24444") == limits::min()));
    BOOST_TEST((number("1e99999999999999999999") == limits::max()));
    BOOST_TEST((number("0.0001e999") == limits::max()));
}

BOOST_AUTO_TEST_CASE(fractions_and_other_types_are_not_whole_numbers) {
    for (const char* each : {"1.5", "-0.1", "1e-1", "1e-999", "1e-99999999999999999999",
                             "1000.5e-999", "\"1\"", "null", "true", "[1]", "{}"})
        BOOST_TEST(!number(each).has_value(), each);
}

BOOST_AUTO_TEST_SUITE_END()
