#include "webhook/webhook_signature.hpp"

#include <jellyfish/error.hpp>
#include <jellyfish/webhook.hpp>

#include "fakes/signature.hpp"
#include "fakes/wire.hpp"
#include "fixtures/quiet_protobuf.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/test/unit_test.hpp>

using namespace jellyfish;
using namespace jellyfish::test;

namespace {

/// A signature that Fishjam sends.
struct vector_of_fishjam {
    std::string body;  ///< In hexadecimal digits.
    notification first;
    std::string header;
};

const std::string secret = "webhook-secret";

const std::vector<vector_of_fishjam> vectors = {
    {"52040a027231", room_created{"r1"},
     "sha256=5f41cd3d02ec060d4030a5bce5ad593a75944245f007fd137bef04b2f62472b5"},
    {"8a02160a0652040a0272310a0c120a0a027231120270311801", room_created{"r1"},
     "sha256=8c8557ef629ba5564b7003f134b5eac152ce998fd256d29b398810327e11cd19"},
};

const std::string body = from_hex(vectors[0].body);
const std::string header = vectors[0].header;
const std::string hex = header.substr(7);

std::string in_upper_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

bool verified(std::string_view signature, const std::vector<std::string>& secrets = {secret}) {
    return verify_webhook_signature(secrets, body, std::string(signature));
}

webhook_request signed_request(std::string_view bytes, std::string_view signature) {
    webhook_request request;
    request.method = "POST";
    request.target = "/webhook";
    request.content_type = "application/x-protobuf";
    request.signature = signature;
    request.body = bytes;
    return request;
}

/// The response of a webhook with this secret to a body with this signature.
webhook_response response_to(std::string_view bytes, std::string_view signature) {
    return handle_webhook(signed_request(bytes, signature),
                          webhook_options().signature_secret(secret));
}

void check_rejected(const webhook_response& response, std::string_view detail) {
    BOOST_TEST(response.status == 401);
    BOOST_TEST(response.detail == detail);
    BOOST_TEST(response.header_name == "WWW-Authenticate");
    BOOST_TEST(response.header_value == "x-fishjam-signature-256");
    BOOST_TEST(response.received.empty());
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(webhook_signature, quiet_protobuf)

// ---- the signature

BOOST_AUTO_TEST_CASE(signatures_of_fishjam_are_verified) {
    for (const vector_of_fishjam& each : vectors) {
        const std::string bytes = from_hex(each.body);
        BOOST_TEST(verify_webhook_signature({secret}, bytes, each.header), each.body);
        const webhook_response response = response_to(bytes, each.header);
        BOOST_TEST(response.accepted());
        BOOST_REQUIRE(!response.received.empty());
        BOOST_TEST(response.received[0] == each.first);
    }
}

BOOST_AUTO_TEST_CASE(a_signature_of_another_body_or_with_another_secret_is_wrong) {
    BOOST_TEST(!verified(vectors[1].header));
    BOOST_TEST(!verified(header, {"webhook-secre"}));
    BOOST_TEST(!verified(header, {"webhook-secret\n"}));
    BOOST_TEST(!verified(header, {}));
    BOOST_TEST(!verify_webhook_signature({secret}, body + '\0', header));
    BOOST_TEST(!verify_webhook_signature({secret}, std::string(), header));
}

BOOST_AUTO_TEST_CASE(every_bit_of_the_signature_counts) {
    for (std::size_t digit = 0; digit < hex.size(); ++digit) {
        for (const int bit : {1, 2, 4, 8}) {
            std::string changed = hex;
            const int value = std::stoi(hex.substr(digit, 1), nullptr, 16) ^ bit;
            changed[digit] = "0123456789abcdef"[value];
            BOOST_TEST(!verified(changed), changed);
        }
    }
}

BOOST_AUTO_TEST_CASE(white_space_prefix_and_case_may_differ) {
    for (const std::string& value :
         {hex, " " + header + "\r\n", "\t" + hex + " ", in_upper_case(hex),
          "sha256=" + in_upper_case(hex), "\v\f" + header})
        BOOST_TEST(verified(value), value);
}

BOOST_AUTO_TEST_CASE(anything_else_is_malformed) {
    const std::string nul(1, '\0');
    for (const std::string& value : {std::string(),
                                     std::string(" "),
                                     std::string("sha256="),
                                     header.substr(0, 70),
                                     hex + "0",
                                     hex.substr(1),
                                     "sha256= " + hex,
                                     "SHA256=" + hex,
                                     "sha512=" + hex,
                                     "sha256=" + header,
                                     "sha256:" + hex,
                                     hex + ", " + hex,
                                     hex + nul,
                                     nul + hex.substr(1),
                                     hex.substr(2) + "-1",
                                     hex.substr(2) + "0x",
                                     hex.substr(2) + " 1",
                                     hex.substr(2) + "\xc3\xa4",
                                     std::string(64, 'g'),
                                     std::string(64, ' '),
                                     std::string(64, '\xff'),
                                     std::string(100'000, '0'),
                                     "0x" + hex.substr(2)}) {
        BOOST_TEST(!detail::parse_signature(value).has_value(), value);
        BOOST_TEST(!verified(value), value);
    }
}

BOOST_AUTO_TEST_CASE(any_of_several_secrets_verifies) {
    for (const std::vector<std::string>& secrets : std::vector<std::vector<std::string>>{
             {"next", secret}, {secret, "next"}, {"a", secret, "b"}, {secret, secret}})
        BOOST_TEST(verified(header, secrets));
    BOOST_TEST(!verified(header, {"next", "other"}));
}

BOOST_AUTO_TEST_CASE(a_secret_is_any_bytes) {
    for (const std::string& each :
         {std::string("\0s3cret\xff\n", 9), std::string("ä€"), std::string(1'000, 'k')})
        BOOST_TEST(verified(signature_of(body, each), {each}));
    // What follows a NUL counts.
    BOOST_TEST(!verified(signature_of(body, std::string("a\0b", 3)), {std::string("a\0c", 3)}));
}

BOOST_AUTO_TEST_CASE(an_empty_secret_is_an_error) {
    const auto check = [](auto call) {
        try {
            call();
            BOOST_FAIL("no exception");
        } catch (const error& e) {
            BOOST_TEST((e.code() == errc::invalid_option));
            BOOST_TEST(e.info().detail == "signature_secret must not be empty");
        }
    };
    const std::string signature = signature_of(body, "");
    check([&] { static_cast<void>(verified(signature, {""})); });
    check([&] { static_cast<void>(verified(header, {secret, ""})); });
    check([&] {
        static_cast<void>(handle_webhook(signed_request(body, signature),
                                         webhook_options().signature_secret("")));
    });
}

BOOST_AUTO_TEST_CASE(bodies_are_any_contiguous_bytes_and_buffers) {
    std::vector<std::byte> bytes;
    for (const char c : body)
        bytes.push_back(static_cast<std::byte>(c));
    BOOST_TEST(verify_webhook_signature({secret}, bytes, header));
    BOOST_TEST(verify_webhook_signature({secret}, std::string_view(body), header));
    const std::array<boost::asio::const_buffer, 2> parts = {
        boost::asio::buffer(body.data(), 2), boost::asio::buffer(body.data() + 2, body.size() - 2)};
    BOOST_TEST(verify_webhook_signature({secret}, parts, header));
}

// ---- a program's own server

BOOST_AUTO_TEST_CASE(a_request_without_a_matching_signature_is_rejected) {
    check_rejected(response_to(body, ""), "no signature");
    check_rejected(response_to(body, "sha256"), "a malformed signature");
    check_rejected(response_to(body, std::string(64, '0')), "a wrong signature");
    check_rejected(response_to(body, vectors[1].header), "a wrong signature");
}

BOOST_AUTO_TEST_CASE(a_signature_is_ignored_without_a_secret) {
    BOOST_TEST(handle_webhook(signed_request(body, "x"), webhook_options()).status == 200);
}

BOOST_AUTO_TEST_CASE(a_body_is_decoded_only_after_its_signature_was_verified) {
    const std::string truncated = from_hex(vectors[1].body).substr(0, 20);
    const std::string signature = signature_of(truncated, secret);
    BOOST_TEST(response_to(truncated, signature).status == 400);
    check_rejected(response_to(truncated, header), "a wrong signature");
}

BOOST_AUTO_TEST_CASE(the_other_checks_apply_to_signed_requests) {
    webhook_options options =
        webhook_options().secret("s3cret").credentials("u", "p").signature_secret(secret);
    webhook_request request = signed_request(body, "");
    BOOST_TEST(handle_webhook(request, options).status == 404);
    request.target = "/webhook/s3cret";
    BOOST_TEST(handle_webhook(request, options).detail == "no credentials");
    request.authorization = "Basic dTpw";
    BOOST_TEST(handle_webhook(request, options).detail == "no signature");
    const std::string zeros(64, '0');
    request.signature = zeros;
    options.body_limit(body.size() - 1);
    BOOST_TEST(handle_webhook(request, options).status == 413);
    options.body_limit(body.size());
    BOOST_TEST(handle_webhook(request, options).detail == "a wrong signature");
    request.signature = header;
    BOOST_TEST(handle_webhook(request, options).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
