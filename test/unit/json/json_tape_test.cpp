#include "json/tape.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/system/error_code.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace data = boost::unit_test::data;
namespace json = jellyfish::detail::json;

/// Whether a text is JSON, according to a reader that shares no code with ours.
bool is_json(std::string_view text) {
    boost::system::error_code code;
    (void)boost::json::parse(text, code);
    return !code;
}

bool is_indexed(std::string_view text) {
    json::tape places;
    std::string problem;
    return json::build_tape(text, places, problem);
}

/// All tokens as `begin+length/tokens`, with an `e` for a string that has escapes.
std::string places_of(std::string_view text) {
    json::tape places;
    std::string problem;
    BOOST_REQUIRE_MESSAGE(json::build_tape(text, places, problem), problem);
    std::string out;
    for (const auto& each : places) {
        out += std::to_string(each.begin) + '+' + std::to_string(each.length) + '/' +
               std::to_string(each.places) + (each.escaped ? "e " : " ");
    }
    return out;
}

std::string problem_of(std::string_view text) {
    json::tape places;
    std::string problem;
    BOOST_TEST(!json::build_tape(text, places, problem), text);
    return problem;
}

const std::string_view valid[] = {
    R"({})",
    R"([])",
    R"( { } )",
    R"(12)",
    "\t[\r\n[ ] ,{ }, [[ ]]\n] ",
    R"({"a":1,"b":[true,false,null],"c":{"d":"e"}})",
    R"({ "a" : -0 , "b" : -1.50 , "c" : 0.0 , "d" : 10 })",
    R"([[],[[]],{},{"a":{}},"","/:,{}[]"])",
    R"(["\u00e4\n", 1.5e+3, -0e0, "\/"])",
    "[\"\xc3\xa9\", true]",
    R"(["0123456789abcdefghijkl","\"2345678\\012345678"])",
    "[\"0123456\xc3\xa9,\xe2\x82\xac-0123456\x7f\"]",
};

}  // namespace

BOOST_AUTO_TEST_SUITE(json_tape)

BOOST_AUTO_TEST_CASE(each_value_has_its_token_and_the_count_up_to_the_next) {
    BOOST_TEST(places_of(R"({"a": [1, "x\n"], "b": null})") ==
               "0+28/7 1+3/1 6+10/3 7+1/1 10+5/1e 18+3/1 23+4/1 ");
}

BOOST_AUTO_TEST_CASE(a_string_of_any_length_ends_at_its_closing_quote) {
    for (std::size_t n = 0; n < 40; ++n) {
        const std::string plain(n, 'x');
        BOOST_TEST(places_of('"' + plain + '"') == "0+" + std::to_string(n + 2) + "/1 ");
        BOOST_TEST(places_of('"' + plain + R"(\"y")") == "0+" + std::to_string(n + 5) + "/1e ");
    }
}

BOOST_DATA_TEST_CASE(a_text_with_a_changed_byte_is_indexed_only_if_it_is_json, data::make(valid)) {
    for (std::size_t at = 0; at < sample.size(); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string changed(sample);
            changed[at] = static_cast<char>(byte);
            BOOST_TEST(is_indexed(changed) == is_json(changed), changed);
        }
    }
}

BOOST_DATA_TEST_CASE(a_text_with_a_part_removed_is_indexed_only_if_it_is_json, data::make(valid)) {
    for (std::size_t from = 0; from <= sample.size(); ++from) {
        for (std::size_t to = from; to <= sample.size(); ++to) {
            const std::string changed =
                std::string(sample.substr(0, from)).append(sample.substr(to));
            BOOST_TEST(is_indexed(changed) == is_json(changed), changed);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_error_reports_what_is_missing_and_where) {
    BOOST_TEST(problem_of("") == "expected a value at byte 0");
    BOOST_TEST(problem_of("[1,]") == "expected a value at byte 3");
    BOOST_TEST(problem_of("[1 2]") == "expected a comma or a closing bracket at byte 3");
    BOOST_TEST(problem_of("{1:2}") == "expected a key at byte 1");
    BOOST_TEST(problem_of("{} {}") == "expected the end of the text at byte 3");
    BOOST_TEST(problem_of("[\"\xff\"]") == "the text is not UTF-8");
}

BOOST_AUTO_TEST_SUITE_END()
