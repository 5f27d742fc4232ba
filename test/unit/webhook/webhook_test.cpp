#include <jellyfish/error.hpp>
#include <jellyfish/webhook.hpp>

#include "data/recordings.hpp"
#include "fakes/wire.hpp"
#include "fixtures/quiet_protobuf.hpp"
#include "model/names.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/multi_buffer.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace jellyfish;
using namespace jellyfish::test;

namespace {

const std::string bytes = notification_bytes(peer_added{"r", "p"});
const notification meaning = peer_added{"r", "p"};

template <class Byte>
std::vector<Byte> bytes_as() {
    std::vector<Byte> all;
    for (const char c : bytes)
        all.push_back(static_cast<Byte>(c));
    return all;
}

/// The error for a rejected body.
diagnostics rejection_of(std::string_view body) {
    const std::string input(body);  // Exact size, so that AddressSanitizer detects overreads.
    try {
        const notification decoded = receive_binary(input);
        BOOST_FAIL("decoded as " << decoded);
    } catch (const error& e) {
        BOOST_TEST(e.code() == error_code(errc::malformed_message));
        BOOST_TEST((e.code() == condition::protocol_error));
        BOOST_TEST(std::string_view(e.what()).starts_with("receive_binary: "));
        return e.info();
    }
    return {};
}

void check_rejected(std::string_view body, std::string_view detail) {
    const diagnostics info = rejection_of(body);
    BOOST_TEST(info.operation == "receive_binary");
    BOOST_TEST(info.address == "");
    BOOST_TEST(info.detail == detail);
    BOOST_TEST(info.status == 0);
}

template <class T>
concept receivable = requires(const T& value) {
    receive_binary(value);
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(webhook, quiet_protobuf)

// ---- byte ranges

BOOST_AUTO_TEST_CASE(a_string_is_decoded) { BOOST_TEST(receive_binary(bytes) == meaning); }

BOOST_AUTO_TEST_CASE(a_string_view_is_decoded) {
    BOOST_TEST(receive_binary(std::string_view(bytes)) == meaning);
}

BOOST_AUTO_TEST_CASE(vectors_of_every_byte_type_are_decoded) {
    BOOST_TEST(receive_binary(bytes_as<char>()) == meaning);
    BOOST_TEST(receive_binary(bytes_as<unsigned char>()) == meaning);
    BOOST_TEST(receive_binary(bytes_as<signed char>()) == meaning);
    BOOST_TEST(receive_binary(bytes_as<std::byte>()) == meaning);
}

BOOST_AUTO_TEST_CASE(spans_and_arrays_are_decoded) {
    const std::vector<std::byte> owner = bytes_as<std::byte>();
    BOOST_TEST(receive_binary(std::span(owner)) == meaning);
    std::vector<unsigned char> writable = bytes_as<unsigned char>();
    BOOST_TEST(receive_binary(std::span(writable)) == meaning);
    const std::array<unsigned char, 5> room{0x52, 3, 0x0a, 1, 'r'};
    BOOST_TEST(receive_binary(room) == notification(room_created{"r"}));
}

BOOST_AUTO_TEST_CASE(other_types_do_not_compile) {
    BOOST_TEST(receivable<std::string>);
    BOOST_TEST(!receivable<std::vector<int>>);
    BOOST_TEST(!receivable<std::u16string>);
    BOOST_TEST(!receivable<int>);
}

// ---- notifications

BOOST_DATA_TEST_CASE(every_kind_of_notification_is_decoded, data::make(sample_notifications()),
                     each) {
    BOOST_TEST(receive_binary(notification_bytes(each)) == each);
}

BOOST_AUTO_TEST_CASE(recorded_webhook_bodies_are_decoded) {
    BOOST_TEST(recorded_notifications().size() > 200U);
    for (const recorded_notification& each : recorded_notifications())
        BOOST_TEST(receive_binary(each.bytes) == each.expected, each.scenario);
}

BOOST_AUTO_TEST_CASE(bodies_recorded_for_all_kinds_of_urls_are_decoded) {
    BOOST_TEST(recorded_webhooks().size() == 84U);
    for (const recorded_webhook& each : recorded_webhooks()) {
        BOOST_TEST(receive_binary(each.body) == each.expected, each.scenario);
        BOOST_TEST((receive_batch(each.body) == std::vector<notification>{each.expected}));
    }
}

BOOST_AUTO_TEST_CASE(a_batch_is_returned_unchanged) {
    const std::string batch = batch_bytes({bytes});
    BOOST_TEST(receive_binary(batch) == notification(unknown_notification{batch}));
}

BOOST_AUTO_TEST_CASE(unknown_content_is_returned_unchanged) {
    const std::string later = bytes_field(35, bytes_field(1, "later"));
    BOOST_TEST(receive_binary(later) == notification(unknown_notification{later}));
}

BOOST_AUTO_TEST_CASE(unknown_fields_are_ignored) {
    const std::string later = bytes_field(10, bytes_field(1, "r") + bytes_field(9, "new"));
    BOOST_TEST(receive_binary(later) == notification(room_created{"r"}));
}

BOOST_AUTO_TEST_CASE(the_result_does_not_refer_to_the_bytes) {
    std::optional<notification> received;
    {
        const std::string body = notification_bytes(room_created{std::string(100, 'r')});
        received = receive_binary(body);
    }
    BOOST_TEST(*received == notification(room_created{std::string(100, 'r')}));
}

// ---- invalid bodies

BOOST_AUTO_TEST_CASE(an_empty_body_is_rejected) {
    check_rejected("", "a message without content");
    BOOST_CHECK_THROW(static_cast<void>(receive_binary(std::vector<char>())), error);
    BOOST_CHECK_THROW(static_cast<void>(receive_binary(std::string_view())), error);
}

BOOST_AUTO_TEST_CASE(a_truncated_body_is_rejected) {
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        check_rejected(std::string_view(bytes).substr(0, size),
                       "invalid ServerMessage of " + std::to_string(size) + " bytes");
    }
}

BOOST_AUTO_TEST_CASE(an_unrelated_body_is_rejected) {
    for (const std::string_view body :
         {"{\"type\":\"room_created\"}", "hello", "\xff\xff\xff", "<html></html>"}) {
        check_rejected(body, "invalid ServerMessage of " + std::to_string(body.size()) + " bytes");
    }
}

BOOST_AUTO_TEST_CASE(a_string_that_is_not_utf8_is_rejected) {
    check_rejected(bytes_field(10, bytes_field(1, "\xff")), "invalid ServerMessage of 5 bytes");
}

BOOST_AUTO_TEST_CASE(messages_of_a_socket_session_are_rejected) {
    for (const std::string& body : {authenticated_bytes(), auth_request_bytes("secret"),
                                    subscribe_request_bytes(1), subscribe_response_bytes(2)}) {
        check_rejected(body, "an authentication or subscription message");
    }
}

BOOST_AUTO_TEST_CASE(a_rejection_does_not_print_a_token) {
    try {
        static_cast<void>(receive_binary(auth_request_bytes("secret")));
        BOOST_FAIL("not rejected");
    } catch (const error& e) {
        BOOST_TEST(std::string_view(e.what()).find("secret") == std::string_view::npos);
    }
}

// ---- buffer sequences of Asio and Beast

BOOST_AUTO_TEST_CASE(buffer_sequences_are_decoded) {
    boost::beast::flat_buffer flat;
    flat.commit(boost::asio::buffer_copy(flat.prepare(bytes.size()), boost::asio::buffer(bytes)));
    BOOST_TEST(receive_binary(flat.data()) == meaning);
    BOOST_TEST(receive_binary(flat.cdata()) == meaning);
    BOOST_TEST((receive_batch(flat.data()) == std::vector<notification>{meaning}));
    const std::array<boost::asio::const_buffer, 3> parts{
        boost::asio::buffer(bytes.data(), 2), boost::asio::const_buffer(),
        boost::asio::buffer(bytes.data() + 2, bytes.size() - 2)};
    BOOST_TEST(receive_binary(parts) == meaning);
    boost::beast::multi_buffer multi;
    multi.commit(boost::asio::buffer_copy(multi.prepare(bytes.size()), boost::asio::buffer(bytes)));
    BOOST_TEST(receive_binary(multi.data()) == meaning);
    BOOST_TEST((receive_batch(multi.data()) == std::vector<notification>{meaning}));
}

// ---- batches

BOOST_AUTO_TEST_CASE(one_message_is_a_batch_of_one) {
    for (const notification& each : sample_notifications())
        BOOST_TEST((receive_batch(notification_bytes(each)) == std::vector<notification>{each}));
}

BOOST_AUTO_TEST_CASE(a_batch_returns_all_in_order) {
    std::string all;
    for (const notification& each : sample_notifications())
        all += bytes_field(1, notification_bytes(each));
    BOOST_TEST((receive_batch(bytes_field(33, all)) == sample_notifications()));
}

BOOST_AUTO_TEST_CASE(messages_of_fishjam_are_decoded) {
    BOOST_TEST((receive_batch(from_hex("8a02160a0652040a0272310a0c120a0a027231120270311801")) ==
                std::vector<notification>{room_created{"r1"},
                                          peer_connected{"r1", "p1", peer_type::webrtc}}));
    BOOST_TEST(receive_binary(from_hex("92020c0a047265633110021a027b7d")) ==
               notification(recording_status_changed{"rec1", recording_status::finished, "{}"}));
}

BOOST_AUTO_TEST_CASE(an_unknown_notification_can_be_read_as_a_batch) {
    const std::string batch = bytes_field(33, bytes_field(1, bytes) + bytes_field(1, bytes));
    const notification whole = receive_binary(batch);
    const auto& unknown = std::get<unknown_notification>(whole);
    BOOST_TEST((receive_batch(unknown.bytes) == std::vector<notification>{meaning, meaning}));
}

BOOST_AUTO_TEST_CASE(an_empty_batch_returns_nothing) {
    BOOST_TEST(receive_batch(bytes_field(33, "")).empty());
}

BOOST_AUTO_TEST_CASE(other_fields_of_a_batch_are_ignored) {
    const std::string inner = varint_field(2, 7) + bytes_field(1, bytes) + bytes_field(3, "x");
    BOOST_TEST((receive_batch(varint_field(40, 1) + bytes_field(33, inner)) ==
                std::vector<notification>{meaning}));
}

BOOST_AUTO_TEST_CASE(a_repeated_batch_field_is_one_batch) {
    const std::string part = bytes_field(33, bytes_field(1, bytes));
    BOOST_TEST((receive_batch(part + part) == std::vector<notification>{meaning, meaning}));
}

BOOST_AUTO_TEST_CASE(unknown_content_that_is_not_a_batch_is_returned_unchanged) {
    const std::string later = bytes_field(35, bytes_field(1, bytes));
    BOOST_TEST((receive_batch(later) == std::vector<notification>{unknown_notification{later}}));
    const std::string number = varint_field(33, 1);
    BOOST_TEST((receive_batch(number) == std::vector<notification>{unknown_notification{number}}));
}

BOOST_AUTO_TEST_CASE(parts_that_are_no_notifications_are_left_out) {
    BOOST_TEST((receive_batch(batch_bytes({"", bytes, authenticated_bytes(), bytes})) ==
                std::vector<notification>{meaning, meaning}));
}

BOOST_AUTO_TEST_CASE(a_part_with_unknown_content_is_returned_unchanged) {
    const std::string later = bytes_field(35, "");
    BOOST_TEST((receive_batch(batch_bytes({later})) ==
                std::vector<notification>{unknown_notification{later}}));
}

BOOST_AUTO_TEST_CASE(a_batch_is_decoded_completely_or_not_at_all) {
    for (const std::string& part :
         {std::string("x"), bytes.substr(0, bytes.size() - 1), batch_bytes({bytes})}) {
        const std::string batch = bytes_field(33, bytes_field(1, bytes) + bytes_field(1, part));
        try {
            static_cast<void>(receive_batch(batch));
            BOOST_FAIL("not rejected");
        } catch (const error& e) {
            BOOST_TEST((e.code() == errc::malformed_message));
            BOOST_TEST(e.info().operation == "receive_batch");
        }
    }
    BOOST_CHECK_THROW(static_cast<void>(receive_batch(bytes_field(33, "\x0a\x05x"))), error);
    BOOST_CHECK_THROW(static_cast<void>(receive_batch(std::string())), error);
}

BOOST_AUTO_TEST_SUITE_END()
