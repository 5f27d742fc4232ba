#include "websocket/frame_decoder.hpp"

#include "data/random.hpp"
#include "fakes/wire.hpp"

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;

namespace jellyfish::detail::ws {

std::ostream& operator<<(std::ostream& out, frame_event event) {
    constexpr const char* names[] = {"need_more", "fragment", "text",      "binary",  "ping",
                                     "pong",      "close",    "violation", "too_big", "bad_text"};
    return out << names[static_cast<int>(event)];
}

}  // namespace jellyfish::detail::ws

namespace {

using namespace jellyfish::detail;
using namespace jellyfish::test;

constexpr std::size_t limit = 1'000'000;

/// An event of the decoder, with its payload copied.
struct found {
    ws::frame_event event = ws::frame_event::need_more;
    std::string payload;
    std::uint16_t code = 0;

    bool operator==(const found&) const = default;
};

std::ostream& operator<<(std::ostream& out, const found& f) {
    return out << f.event << "(" << f.code << ", " << to_hex(f.payload) << ")";
}

bool is_error(ws::frame_event event) {
    return event == ws::frame_event::violation || event == ws::frame_event::too_big ||
           event == ws::frame_event::bad_text;
}

/// Feeds a decoder in reads of the given sizes, as a socket would.
std::vector<found> decode_in_reads(std::string_view bytes, const std::vector<std::size_t>& reads,
                                   std::size_t max_message_size = limit) {
    ws::frame_decoder decoder(max_message_size);
    std::vector<found> all;
    std::size_t begin = 0;
    std::size_t end = 0;
    for (const std::size_t read : reads) {
        end = std::min(end + read, bytes.size());
        for (;;) {
            // Exact size, so that AddressSanitizer detects overreads.
            const std::string input(bytes.substr(begin, end - begin));
            const ws::frame_result r = decoder.next(input);
            if (r.event == ws::frame_event::need_more) {
                BOOST_TEST_REQUIRE(r.consumed == 0u);
                BOOST_TEST_REQUIRE(r.needed > input.size());
                break;
            }
            all.push_back({r.event, std::string(r.payload), r.code});
            if (is_error(r.event)) {
                BOOST_TEST(std::string_view(r.problem) != "");
                return all;
            }
            BOOST_TEST_REQUIRE(r.consumed > 0u);
            begin += r.consumed;
        }
    }
    return all;
}

std::vector<found> decode(std::string_view bytes, std::size_t max_message_size = limit) {
    return decode_in_reads(bytes, {bytes.size()}, max_message_size);
}

ws::frame_event first_event(std::string_view bytes, std::size_t max_message_size = limit) {
    return ws::frame_decoder(max_message_size).next(bytes).event;
}

/// A stream with every kind of frame that a server may send.
std::string varied_stream() {
    std::string bytes;
    bytes += frame(op_binary, "one");
    bytes += frame(op_ping, "");
    bytes += frame(op_text, "za\xc5\xbc", false);
    bytes += frame(op_ping, "between");
    bytes += frame(op_continuation, "\xc3", false);
    bytes += frame(op_pong, std::string(125, 'p'));
    bytes += frame(op_continuation, "\xb3\xc5\x82w", true);
    bytes += frame(op_binary, std::string(126, 'a'));
    bytes += frame(op_binary, "", false);
    bytes += frame(op_continuation, "", true);
    bytes += frame(op_binary, std::string(300, 'b'), false);
    bytes += frame(op_continuation, std::string(200, 'c'));
    bytes += frame(op_binary, "");
    bytes += frame(op_close, close_payload(1000, "bye"));
    return bytes;
}

std::vector<found> varied_result() {
    using enum ws::frame_event;
    return {{binary, "one", 0},
            {ping, "", 0},
            {fragment, "", 0},
            {ping, "between", 0},
            {fragment, "", 0},
            {pong, std::string(125, 'p'), 0},
            {text, "za\xc5\xbc\xc3\xb3\xc5\x82w", 0},
            {binary, std::string(126, 'a'), 0},
            {fragment, "", 0},
            {binary, "", 0},
            {fragment, "", 0},
            {binary, std::string(300, 'b') + std::string(200, 'c'), 0},
            {binary, "", 0},
            {close, "bye", 1000}};
}

void check_equal(const std::vector<found>& actual, const std::vector<found>& expected) {
    BOOST_TEST(actual == expected, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(frame_decoder)

// ---- unfragmented messages

BOOST_AUTO_TEST_CASE(a_binary_frame_is_a_message) {
    check_equal(decode(frame(op_binary, "abc")), {{ws::frame_event::binary, "abc", 0}});
}

BOOST_AUTO_TEST_CASE(a_text_frame_is_a_message) {
    check_equal(decode(frame(op_text, "abc")), {{ws::frame_event::text, "abc", 0}});
}

BOOST_AUTO_TEST_CASE(every_kind_of_frame_a_server_may_send_is_decoded_in_order) {
    check_equal(decode(varied_stream()), varied_result());
}

BOOST_AUTO_TEST_CASE(an_unfragmented_message_is_not_copied) {
    const std::string bytes = frame(op_binary, "abc");
    jellyfish::detail::ws::frame_decoder decoder(limit);
    const ws::frame_result result = decoder.next(bytes);
    BOOST_TEST(static_cast<const void*>(result.payload.data()) ==
               static_cast<const void*>(bytes.data() + 2));
}

BOOST_AUTO_TEST_CASE(each_call_decodes_only_one_frame) {
    const std::string one = frame(op_binary, "abc");
    jellyfish::detail::ws::frame_decoder decoder(limit);
    BOOST_TEST(decoder.next(one + one).consumed == one.size());
}

// ---- lengths

BOOST_DATA_TEST_CASE(payloads_at_the_limits_of_each_length_form_are_decoded,
                     data::make({0, 1, 124, 125, 126, 127, 65'534, 65'535, 65'536, 65'537}),
                     length) {
    const std::string payload(static_cast<std::size_t>(length), 'x');
    check_equal(decode(frame(op_binary, payload)), {{ws::frame_event::binary, payload, 0}});
}

BOOST_DATA_TEST_CASE(a_length_in_a_longer_form_than_needed_is_rejected, data::make({0, 1, 125}),
                     length) {
    const std::string payload(static_cast<std::size_t>(length), 'x');
    BOOST_TEST(first_event(frame(op_binary, payload, true, length_form::bits_16)) ==
               ws::frame_event::violation);
    BOOST_TEST(first_event(frame(op_binary, payload, true, length_form::bits_64)) ==
               ws::frame_event::violation);
}

BOOST_DATA_TEST_CASE(a_64_bit_length_that_fits_into_16_bits_is_rejected,
                     data::make({126, 127, 65'535}), length) {
    const std::string payload(static_cast<std::size_t>(length), 'x');
    BOOST_TEST(first_event(frame(op_binary, payload, true, length_form::bits_64)) ==
               ws::frame_event::violation);
}

BOOST_AUTO_TEST_CASE(a_64_bit_length_with_its_top_bit_set_is_rejected) {
    BOOST_TEST(first_event(from_hex("827f8000000000000000")) == ws::frame_event::violation);
    BOOST_TEST(first_event(from_hex("827fffffffffffffffff")) == ws::frame_event::violation);
}

BOOST_AUTO_TEST_CASE(the_longest_possible_length_is_rejected_at_once) {
    BOOST_TEST(first_event(from_hex("827f7fffffffffffffff")) == ws::frame_event::too_big);
}

BOOST_AUTO_TEST_CASE(the_decoder_reports_how_many_bytes_it_needs) {
    const std::string bytes = frame(op_binary, std::string(70'000, 'x'));
    jellyfish::detail::ws::frame_decoder decoder(limit);
    BOOST_TEST(decoder.next("").needed == 2u);
    BOOST_TEST(decoder.next(bytes.substr(0, 1)).needed == 2u);
    BOOST_TEST(decoder.next(bytes.substr(0, 2)).needed == 10u);
    BOOST_TEST(decoder.next(bytes.substr(0, 9)).needed == 10u);
    BOOST_TEST(decoder.next(bytes.substr(0, 10)).needed == bytes.size());
    BOOST_TEST(decoder.next(bytes.substr(0, bytes.size() - 1)).needed == bytes.size());
}

// ---- the limit

BOOST_AUTO_TEST_CASE(a_message_as_long_as_the_limit_is_accepted) {
    BOOST_TEST(first_event(frame(op_binary, std::string(1000, 'x')), 1000) ==
               ws::frame_event::binary);
}

BOOST_AUTO_TEST_CASE(a_message_longer_than_the_limit_is_rejected_before_it_has_arrived) {
    const std::string bytes = frame(op_binary, std::string(1001, 'x'));
    BOOST_TEST(first_event(bytes.substr(0, 4), 1000) == ws::frame_event::too_big);
}

BOOST_AUTO_TEST_CASE(fragments_with_a_total_of_the_limit_are_accepted) {
    const std::string bytes = frame(op_binary, std::string(600, 'x'), false) +
                              frame(op_continuation, std::string(400, 'y'));
    BOOST_TEST(decode(bytes, 1000).back().event == ws::frame_event::binary);
}

BOOST_AUTO_TEST_CASE(fragments_with_a_total_above_the_limit_are_rejected) {
    const std::string bytes = frame(op_binary, std::string(600, 'x'), false) +
                              frame(op_continuation, std::string(401, 'y'));
    BOOST_TEST(decode(bytes, 1000).back().event == ws::frame_event::too_big);
}

BOOST_AUTO_TEST_CASE(endless_fragments_are_rejected_at_the_limit) {
    std::string bytes = frame(op_binary, "0123456789", false);
    for (int i = 0; i < 200; ++i)
        bytes += frame(op_continuation, "0123456789", false);
    const std::vector<found> all = decode(bytes, 1000);
    BOOST_TEST(all.back().event == ws::frame_event::too_big);
    BOOST_TEST(all.size() == 101u);
}

BOOST_AUTO_TEST_CASE(the_limit_applies_to_each_message_separately) {
    const std::string fragmented = frame(op_binary, std::string(600, 'x'), false) +
                                   frame(op_continuation, std::string(400, 'y'));
    const std::string bytes = fragmented + fragmented + frame(op_binary, std::string(1000, 'z'));
    BOOST_TEST(decode(bytes, 1000).back().event == ws::frame_event::binary);
}

BOOST_AUTO_TEST_CASE(control_frames_do_not_count_towards_the_limit) {
    const std::string bytes = frame(op_binary, std::string(10, 'x'), false) +
                              frame(op_ping, std::string(125, 'p')) + frame(op_continuation, "");
    BOOST_TEST(decode(bytes, 10).back().event == ws::frame_event::binary);
}

// ---- fragments

BOOST_AUTO_TEST_CASE(a_continuation_without_a_message_is_rejected) {
    BOOST_TEST(first_event(frame(op_continuation, "x")) == ws::frame_event::violation);
    BOOST_TEST(first_event(frame(op_continuation, "x", false)) == ws::frame_event::violation);
}

BOOST_AUTO_TEST_CASE(a_continuation_after_a_finished_message_is_rejected) {
    const std::string bytes =
        frame(op_binary, "a", false) + frame(op_continuation, "b") + frame(op_continuation, "c");
    BOOST_TEST(decode(bytes).back().event == ws::frame_event::violation);
}

BOOST_DATA_TEST_CASE(a_new_message_inside_a_fragmented_one_is_rejected,
                     data::make({1, 2}) * data::make({true, false}), opcode, fin) {
    const std::string bytes =
        frame(op_binary, "a", false) + frame(static_cast<unsigned>(opcode), "b", fin);
    BOOST_TEST(decode(bytes).back().event == ws::frame_event::violation);
}

BOOST_AUTO_TEST_CASE(a_close_frame_between_fragments_is_decoded) {
    const std::string bytes =
        frame(op_binary, "a", false) + frame(op_close, close_payload(1001, "going"));
    check_equal(decode(bytes),
                {{ws::frame_event::fragment, "", 0}, {ws::frame_event::close, "going", 1001}});
}

BOOST_AUTO_TEST_CASE(a_message_in_a_thousand_fragments_is_assembled) {
    std::string bytes = frame(op_binary, "0", false);
    std::string whole = "0";
    for (int i = 1; i < 1000; ++i) {
        const std::string part = std::to_string(i);
        bytes += frame(op_continuation, part, i == 999);
        whole += part;
    }
    check_equal({decode(bytes).back()}, {{ws::frame_event::binary, whole, 0}});
}

BOOST_AUTO_TEST_CASE(a_short_message_after_a_large_fragmented_one_is_decoded) {
    const std::string bytes = frame(op_binary, std::string(200'000, 'x'), false) +
                              frame(op_continuation, std::string(200'000, 'x')) +
                              frame(op_binary, "a", false) + frame(op_continuation, "b");
    check_equal({decode(bytes).back()}, {{ws::frame_event::binary, "ab", 0}});
}

// ---- violations of RFC 6455

BOOST_DATA_TEST_CASE(each_reserved_bit_is_rejected, data::make({0x40, 0x20, 0x10, 0x70}), bits) {
    for (const unsigned opcode : {op_text, op_binary, op_close, op_ping, op_pong}) {
        std::string bytes = frame(opcode, "");
        bytes[0] = static_cast<char>(bytes[0] | bits);
        BOOST_TEST(first_event(bytes) == ws::frame_event::violation);
    }
}

BOOST_DATA_TEST_CASE(each_reserved_opcode_is_rejected,
                     data::make({3, 4, 5, 6, 7, 11, 12, 13, 14, 15}), opcode) {
    BOOST_TEST(first_event(frame(static_cast<unsigned>(opcode), "x")) ==
               ws::frame_event::violation);
}

BOOST_AUTO_TEST_CASE(a_masked_frame_is_rejected) {
    for (const unsigned opcode : {op_text, op_binary, op_close, op_ping, op_pong}) {
        std::string bytes = frame(opcode, "");
        bytes[1] = static_cast<char>(bytes[1] | 0x80);
        BOOST_TEST(first_event(bytes + "mask") == ws::frame_event::violation);
    }
}

BOOST_DATA_TEST_CASE(a_fragmented_control_frame_is_rejected, data::make({8, 9, 10}), opcode) {
    BOOST_TEST(first_event(frame(static_cast<unsigned>(opcode), "", false)) ==
               ws::frame_event::violation);
}

BOOST_DATA_TEST_CASE(a_control_frame_of_over_125_bytes_is_rejected_at_its_header,
                     data::make({8, 9, 10}) * data::make({126, 127, 65'536}), opcode, length) {
    const std::string bytes =
        frame(static_cast<unsigned>(opcode), std::string(static_cast<std::size_t>(length), 'x'));
    BOOST_TEST(first_event(bytes.substr(0, 2)) == ws::frame_event::violation);
}

BOOST_DATA_TEST_CASE(a_control_frame_of_125_bytes_is_accepted, data::make({9, 10}), opcode) {
    const std::string payload(125, 'x');
    const std::vector<found> all = decode(frame(static_cast<unsigned>(opcode), payload));
    BOOST_TEST(all.at(0).payload == payload);
}

// ---- close frames

BOOST_AUTO_TEST_CASE(an_empty_close_frame_has_no_code) {
    check_equal(decode(frame(op_close, "")), {{ws::frame_event::close, "", 1005}});
}

BOOST_AUTO_TEST_CASE(a_close_frame_with_half_a_code_is_rejected) {
    BOOST_TEST(first_event(frame(op_close, "\x03")) == ws::frame_event::violation);
}

BOOST_AUTO_TEST_CASE(only_valid_close_codes_are_accepted) {
    std::vector<unsigned> wrong;
    for (unsigned code = 0; code <= 0xffff; ++code) {
        const bool allowed = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
                             (code >= 3000 && code <= 4999);
        const ws::frame_event expected =
            allowed ? ws::frame_event::close : ws::frame_event::violation;
        if (first_event(frame(op_close, close_payload(code))) != expected) wrong.push_back(code);
    }
    BOOST_TEST(wrong == std::vector<unsigned>(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_close_reason_of_123_bytes_is_accepted) {
    const std::string reason(123, 'r');
    check_equal(decode(frame(op_close, close_payload(1000, reason))),
                {{ws::frame_event::close, reason, 1000}});
}

BOOST_DATA_TEST_CASE(a_close_reason_that_is_not_utf8_is_rejected,
                     data::make({"ff", "c3", "eda080", "c080", "f4908080"}), hex) {
    BOOST_TEST(first_event(frame(op_close, close_payload(1000, from_hex(hex)))) ==
               ws::frame_event::bad_text);
}

// ---- text

BOOST_DATA_TEST_CASE(a_text_message_that_is_not_utf8_is_rejected,
                     data::make({"ff", "c3", "eda080", "c080", "f4908080"}), hex) {
    BOOST_TEST(first_event(frame(op_text, from_hex(hex))) == ws::frame_event::bad_text);
}

BOOST_AUTO_TEST_CASE(a_character_may_be_split_across_fragments) {
    const std::string character = "\xf0\x9f\xaa\xbc";
    for (std::size_t split = 0; split <= character.size(); ++split) {
        const std::string bytes = frame(op_text, character.substr(0, split), false) +
                                  frame(op_continuation, character.substr(split));
        check_equal({decode(bytes).back()}, {{ws::frame_event::text, character, 0}});
    }
}

BOOST_AUTO_TEST_CASE(text_that_ends_inside_a_character_is_rejected) {
    const std::string bytes = frame(op_text, "a\xf0", false) + frame(op_continuation, "\x9f\xaa");
    BOOST_TEST(decode(bytes).back().event == ws::frame_event::bad_text);
}

BOOST_AUTO_TEST_CASE(binary_messages_need_not_be_utf8) {
    BOOST_TEST(first_event(frame(op_binary, "\xff\xfe")) == ws::frame_event::binary);
}

// ---- splits

BOOST_AUTO_TEST_CASE(every_split_into_two_reads_has_the_same_result) {
    const std::string bytes = varied_stream();
    const std::vector<found> expected = varied_result();
    for (std::size_t split = 0; split <= bytes.size(); ++split) {
        BOOST_TEST_CONTEXT("split at " << split) {
            check_equal(decode_in_reads(bytes, {split, bytes.size()}), expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(byte_by_byte_has_the_same_result) {
    const std::string bytes = varied_stream();
    check_equal(decode_in_reads(bytes, std::vector<std::size_t>(bytes.size(), 1)), varied_result());
}

BOOST_AUTO_TEST_CASE(random_splits_have_the_same_result) {
    const std::string bytes = varied_stream();
    const std::vector<found> expected = varied_result();
    for (std::uint32_t seed = 1; seed <= 500; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            random_source random(seed);
            std::vector<std::size_t> reads;
            for (std::size_t sum = 0; sum < bytes.size(); sum += reads.back()) {
                reads.push_back(random.below(seed % 2 == 0 ? 8 : 400));
            }
            check_equal(decode_in_reads(bytes, reads), expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_error_is_the_same_in_every_split) {
    const std::string bytes = frame(op_binary, "good") + frame(op_text, "bad\xff") + "rest";
    for (std::size_t split = 0; split <= bytes.size(); ++split) {
        check_equal(decode_in_reads(bytes, {split, bytes.size()}),
                    {{ws::frame_event::binary, "good", 0}, {ws::frame_event::bad_text, "", 0}});
    }
}

BOOST_AUTO_TEST_CASE(random_bytes_are_handled_safely) {
    for (std::uint32_t seed = 1; seed <= 20'000; ++seed) {
        random_source random(seed);
        std::string bytes(random.below(64), '\0');
        for (char& byte : bytes)
            byte = static_cast<char>(random());
        // A plausible first byte, to get past the first check.
        if (!bytes.empty() && seed % 2 == 0) bytes[0] = static_cast<char>(bytes[0] & 0x8f);
        BOOST_TEST_CONTEXT("seed " << seed) {
            const std::vector<found> whole = decode(bytes, 40);
            const std::size_t split = random.below(bytes.size() + 1);
            BOOST_TEST_REQUIRE((whole == decode_in_reads(bytes, {split, bytes.size()}, 40)));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
