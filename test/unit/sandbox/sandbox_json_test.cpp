#include "sandbox/json/json.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using jellyfish::testing::detail::float_text;
using jellyfish::testing::detail::parse_integer;
using jellyfish::testing::detail::parse_json;
using jellyfish::testing::detail::to_elixir_text;
using jellyfish::testing::detail::to_json;
namespace data = boost::unit_test::data;

/// Parses and serializes a text; `none` when it is not JSON.
std::string again(std::string_view text) {
    const auto value = parse_json(text);
    if (!value) return "none";
    return to_json(*value).value_or("unwritable");
}

std::string printed(std::string_view text) {
    const auto value = parse_json(text);
    BOOST_REQUIRE(value);
    return to_elixir_text(*value).value_or("fails");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_json)

BOOST_DATA_TEST_CASE(canonical_json_survives_the_round_trip,
                     data::make({"null", "true", "false", "0", "-1", "[]", "{}", "\"\"",
                                 "[1,[2,{\"a\":null}],\"x\"]", "{\"a\":{\"b\":[]},\"c\":1.5}",
                                 "1000000000000000000000000000000", "\"\\\"\\\\\\n\\u0001/\"",
                                 "\"\xc3\xa4\xf0\x9f\x98\x80\""}),
                     text) {
    BOOST_TEST(again(text) == text);
}

BOOST_DATA_TEST_CASE(invalid_json_is_rejected,
                     data::make({"",        " ",        "{",        "[1",     "[1,]",
                                 "{\"a\"}", "{\"a\":}", "{a:1}",    "01",     "1.",
                                 ".5",      "-",        "+1",       "1e",     "nul",
                                 "{} x",    "\"\\x\"",  "\"\xff\"", "\"\n\"", "\xef\xbb\xbf{}",
                                 "'a'",     "[1 2]",    "]"}),
                     text) {
    BOOST_TEST(again(text) == "none");
}

BOOST_AUTO_TEST_CASE(space_is_skipped_and_keys_are_sorted) {
    BOOST_TEST(again(" { \"b\" : 1 ,\n\"a\":\t[ ] } ") == "{\"a\":[],\"b\":1}");
}

BOOST_AUTO_TEST_CASE(the_first_of_duplicate_keys_wins) {
    BOOST_TEST(again("{\"a\":1,\"b\":2,\"a\":3}") == "{\"a\":1,\"b\":2}");
}

BOOST_AUTO_TEST_CASE(escapes_are_read) {
    BOOST_TEST(again("\"\\u00e4\\ud83d\\ude00\\/\\u0041\"") == "\"\xc3\xa4\xf0\x9f\x98\x80/A\"");
}

BOOST_AUTO_TEST_CASE(a_number_that_fits_no_double_keeps_its_text) {
    BOOST_TEST(again("[1e999,-1.5e-999]") == "[1e999,-1.5e-999]");
}

BOOST_AUTO_TEST_CASE(nesting_of_any_depth_is_read) {
    constexpr std::size_t depth = 1'000'000;
    std::string text = "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + '}';
    const auto value = parse_json(text);
    BOOST_REQUIRE(value);
    BOOST_TEST(value->find("a")->array() != nullptr);
    BOOST_TEST((to_json(*value) == text));
    text.pop_back();
    text.pop_back();
    BOOST_TEST(!parse_json(text).has_value());
}

BOOST_AUTO_TEST_CASE(floats_are_printed_as_erlang_prints_them) {
    BOOST_TEST(float_text(1.0) == "1.0");
    BOOST_TEST(float_text(-1.5) == "-1.5");
    BOOST_TEST(float_text(0.1) == "0.1");
    BOOST_TEST(float_text(0.0) == "0.0");
    BOOST_TEST(float_text(1e30) == "1.0e30");
    BOOST_TEST(float_text(1.5e-7) == "1.5e-7");
    BOOST_TEST(float_text(123456.789) == "123456.789");
}

BOOST_AUTO_TEST_CASE(values_are_interpolated_as_elixir_does) {
    BOOST_TEST(printed("null").empty());
    BOOST_TEST(printed("true") == "true");
    BOOST_TEST(printed("-1") == "-1");
    BOOST_TEST(printed("1.0") == "1.0");
    BOOST_TEST(printed("\"abc\"") == "abc");
    BOOST_TEST(printed("[]").empty());
    BOOST_TEST(printed("[97,\"bc\",[228]]") == "abc\xc3\xa4");
}

BOOST_AUTO_TEST_CASE(values_that_elixir_cannot_interpolate_fail) {
    for (const char* text : {"{}", "[{}]", "[null]", "[true]", "[1.5]", "[-1]", "[55296]",
                             "[1114112]", "[99999999999999999999]"}) {
        BOOST_TEST(printed(text) == "fails", text);
    }
}

BOOST_AUTO_TEST_CASE(integers_in_text_are_read_completely_or_not_at_all) {
    BOOST_TEST(parse_integer("20")->digits == "20");
    BOOST_TEST(parse_integer("+007")->digits == "7");
    BOOST_TEST(parse_integer("-0")->digits == "0");
    BOOST_TEST(parse_integer("-12")->digits == "-12");
    for (const char* text : {"", "-", "1.0", " 1", "1 ", "x"}) {
        BOOST_TEST(!parse_integer(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
