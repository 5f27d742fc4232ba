#include "protocol/json_index.hpp"

#include "support/rest_recordings.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/system/error_code.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using jellyfish::detail::index_json;
using jellyfish::detail::index_plain;
using jellyfish::detail::json_places;

bool is_plain(std::string_view text) {
    json_places ignored;
    return index_plain(text, ignored);
}

bool is_json(std::string_view text) {
    boost::system::error_code code;
    (void)boost::json::parse(text, code);
    return !code;
}

/// What one line says of all places, so that two lists can be compared and printed.
std::string line(const json_places& places) {
    std::string out;
    for (const auto& each : places) {
        out += std::to_string(each.begin) + '+' + std::to_string(each.length) + '/' +
               std::to_string(each.places) + (each.escaped ? "e " : " ");
    }
    return out;
}

std::string plain_places(std::string_view text) {
    json_places out;
    BOOST_REQUIRE(index_plain(text, out));
    return line(out);
}

std::string checked_places(std::string_view text) {
    json_places out;
    std::string problem;
    BOOST_REQUIRE_MESSAGE(index_json(text, out, problem), problem);
    return line(out);
}

/// Why a text is no JSON.
std::string problem_of(std::string_view text) {
    json_places out;
    std::string problem;
    BOOST_TEST(!index_json(text, out, problem), text);
    return problem;
}

const std::string_view plain[] = {
    R"({})",
    R"([])",
    R"( { } )",
    "\t[\r\n[ ] ,{ }, [[ ]]\n] ",
    R"({"a":1,"b":[true,false,null],"c":{"d":"e"}})",
    R"({ "a" : -0 , "b" : -1.50 , "c" : 0.0 , "d" : 10 })",
    R"([[],[[]],{},{"a":{}},"","/:,{}[]"])",
    R"(["longer than a word of the processor"])",
};

}  // namespace

BOOST_AUTO_TEST_SUITE(json_index)

BOOST_AUTO_TEST_CASE(a_plain_text_is_indexed_as_one_that_was_checked) {
    for (const std::string_view each : plain)
        BOOST_TEST(plain_places(each) == checked_places(each), each);
}

BOOST_AUTO_TEST_CASE(what_a_server_answered_is_plain_mostly) {
    int bodies = 0;
    int plain_ones = 0;
    for (const auto& row : jellyfish::test::recorded_exchanges()) {
        if (!row.body.starts_with('{')) continue;
        ++bodies;
        if (!is_plain(row.body)) continue;
        ++plain_ones;
        BOOST_TEST(plain_places(row.body) == checked_places(row.body), row.name);
    }
    BOOST_TEST(plain_ones > bodies * 3 / 4);
}

BOOST_AUTO_TEST_CASE(json_with_escapes_exponents_or_other_than_ascii_is_not_plain) {
    for (const std::string_view each :
         {R"(["escaped\n"])", R"({"escaped\"":1})", "[\"\xc3\xa9\"]", "[1e5]", "[1E5]",
          "{\"a\":-1.5e+3}", "[12345678901234567890123456]"}) {
        BOOST_TEST(is_json(each), each);
        BOOST_TEST(!is_plain(each), each);
    }
}

BOOST_AUTO_TEST_CASE(what_holds_no_others_is_not_plain) {
    for (const std::string_view each : {"12", "\"text\"", "true", " null "}) {
        BOOST_TEST(is_json(each), each);
        BOOST_TEST(!is_plain(each), each);
    }
}

BOOST_AUTO_TEST_CASE(what_is_nested_deeply_is_not_plain) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    BOOST_TEST(is_plain(nested(32)));
    BOOST_TEST(!is_plain(nested(33)));
}

BOOST_AUTO_TEST_CASE(no_change_of_a_byte_makes_plain_what_is_no_json) {
    for (const std::string_view each : plain) {
        for (std::size_t at = 0; at < each.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string changed(each);
                changed[at] = static_cast<char>(byte);
                if (!is_plain(changed)) continue;
                BOOST_TEST(is_json(changed), changed);
                BOOST_TEST(plain_places(changed) == checked_places(changed), changed);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(no_part_that_was_left_out_makes_plain_what_is_no_json) {
    for (const std::string_view each : plain) {
        for (std::size_t from = 0; from <= each.size(); ++from) {
            for (std::size_t to = from; to <= each.size(); ++to) {
                const std::string changed =
                    std::string(each.substr(0, from)).append(each.substr(to));
                if (is_plain(changed)) BOOST_TEST(is_json(changed), changed);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_changed_byte_is_json_for_the_general_walk_where_it_is_for_a_json_library) {
    const std::string_view others[] = {R"(["\u00e4\n", 1.5e+3, -0e0, "\/"])",
                                       "[\"\xc3\xa9\", true]"};
    const auto check = [](std::string_view each) {
        for (std::size_t at = 0; at < each.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string changed(each);
                changed[at] = static_cast<char>(byte);
                json_places places;
                std::string problem;
                BOOST_TEST(index_json(changed, places, problem) == is_json(changed), changed);
            }
        }
    };
    for (const std::string_view each : plain)
        check(each);
    for (const std::string_view each : others)
        check(each);
}

BOOST_AUTO_TEST_CASE(a_problem_says_what_is_missing_and_where) {
    BOOST_TEST(problem_of("") == "expected a value at byte 0");
    BOOST_TEST(problem_of("[1,]") == "expected a value at byte 3");
    BOOST_TEST(problem_of("[1 2]") == "expected a comma or a closing bracket at byte 3");
    BOOST_TEST(problem_of("{1:2}") == "expected a key at byte 1");
    BOOST_TEST(problem_of("{} {}") == "expected the end at byte 3");
    BOOST_TEST(problem_of("[\"\xff\"]") == "it is not UTF-8");
}

BOOST_AUTO_TEST_SUITE_END()
