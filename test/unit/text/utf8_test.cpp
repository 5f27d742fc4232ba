#include "text/utf8.hpp"

#include "fakes/wire.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using jellyfish::detail::is_ascii;
using jellyfish::detail::is_utf8;
using jellyfish::test::from_hex;

namespace {

/// Encodes a code point in `length` bytes, valid or not.
std::string in_bytes(std::uint32_t code_point, unsigned length) {
    if (length == 1) return std::string(1, static_cast<char>(code_point));
    std::string out;
    for (unsigned i = length; i-- > 0;) {
        const std::uint32_t bits = code_point >> (6 * i);
        const std::uint32_t lead = 0xf00u >> length & 0xff;
        out.push_back(static_cast<char>(i + 1 == length ? lead | bits : 0x80 | (bits & 0x3f)));
    }
    return out;
}

unsigned shortest(std::uint32_t code_point) {
    return code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(empty_text_is_valid) { BOOST_TEST(is_utf8("")); }

BOOST_AUTO_TEST_CASE(every_position_of_a_long_text_is_checked) {
    const std::string text(300, 'a');
    BOOST_TEST(is_utf8(text));
    BOOST_TEST(is_ascii(text));
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string bad = text;
        bad[at] = '\x80';
        BOOST_TEST(!is_utf8(bad), at);
        BOOST_TEST(!is_ascii(bad), at);
        std::string good = text;
        good.replace(at, 1, "\xc3\xa9");
        BOOST_TEST(is_utf8(good), at);
        BOOST_TEST(!is_ascii(good), at);
        BOOST_TEST(is_utf8(std::string_view(good).substr(0, at)), at);
        BOOST_TEST(!is_utf8(std::string_view(good).substr(0, at + 1)), at);
    }
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += "\xe2\x82\xac";
    BOOST_TEST(is_utf8(many + text + many));
}

BOOST_AUTO_TEST_CASE(only_the_shortest_form_of_each_code_point_is_accepted_and_no_surrogates) {
    std::size_t wrong = 0;
    for (std::uint32_t c = 0; c <= 0x10ffff; ++c) {
        const bool surrogate = c >= 0xd800 && c <= 0xdfff;
        for (unsigned length = shortest(c); length <= 4; ++length) {
            const bool allowed = length == shortest(c) && !surrogate;
            if (is_utf8(in_bytes(c, length)) != allowed) ++wrong;
        }
    }
    BOOST_TEST(wrong == 0u);
}

BOOST_AUTO_TEST_CASE(code_points_above_the_maximum_are_rejected) {
    std::size_t accepted = 0;
    for (std::uint32_t c = 0x110000; c <= 0x1fffff; ++c)
        accepted += is_utf8(in_bytes(c, 4));
    BOOST_TEST(accepted == 0u);
}

BOOST_AUTO_TEST_CASE(every_pair_of_bytes_is_classified_by_the_standard) {
    std::size_t wrong = 0;
    for (unsigned a = 0; a < 256; ++a) {
        for (unsigned b = 0; b < 256; ++b) {
            const bool allowed =
                (a < 0x80 && b < 0x80) || (a >= 0xc2 && a <= 0xdf && b >= 0x80 && b <= 0xbf);
            const char bytes[] = {static_cast<char>(a), static_cast<char>(b)};
            if (is_utf8(std::string_view(bytes, 2)) != allowed) ++wrong;
        }
    }
    BOOST_TEST(wrong == 0u);
}

BOOST_DATA_TEST_CASE(a_truncated_sequence_is_rejected,
                     data::make({"c5", "e2", "e282", "f0", "f09f", "f09f98"}), hex) {
    BOOST_TEST(!is_utf8(from_hex(hex)));
    BOOST_TEST(!is_utf8(from_hex(hex) + "abc"));
    BOOST_TEST(!is_utf8("abc" + from_hex(hex)));
}

BOOST_AUTO_TEST_CASE(an_invalid_byte_is_found_at_every_position) {
    for (std::size_t length = 1; length < 80; ++length) {
        for (std::size_t at = 0; at < length; ++at) {
            std::string text(length, 'a');
            BOOST_TEST_REQUIRE(is_utf8(text));
            text[at] = '\xff';
            BOOST_TEST_REQUIRE(!is_utf8(text));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
