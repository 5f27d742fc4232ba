#include "webhook/webhook_signature.hpp"

#include <jellyfish/webhook.hpp>

#include "fakes/signature.hpp"
#include "fakes/wire.hpp"
#include "support/fuzz_input.hpp"
#include "support/require.hpp"
#include "text/characters.hpp"
#include "webhook/webhook_session.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

/// @file
/// Whatever stands in the header of a signature, it is read as a regular expression reads it, and a
/// body is decoded only if that is its HMAC with one of the secrets.

namespace jellyfish::fuzz {
namespace {

const std::vector<std::string> secrets = {"s3cret", std::string("\0\xff", 2)};
constexpr std::size_t longest = 512;
constexpr std::size_t limit = 4'096;

/// The digits of a signature in lower case, or nothing.
std::optional<std::string> digits_of(const std::string& value) {
    static const std::regex form(
        "[ \\t\\r\\n\\v\\f]*(?:sha256=)?([0-9a-fA-F]{64})[ \\t\\r\\n\\v\\f]*");
    std::smatch found;
    if (!std::regex_match(value, found, form)) return std::nullopt;
    std::string digits = found[1];
    std::ranges::transform(digits, digits.begin(), detail::in_lower_case);
    return digits;
}

bool is_signature(const std::string& value, std::string_view body) {
    const auto digits = digits_of(value);
    return digits && std::ranges::any_of(secrets, [&](const std::string& secret) {
               return "sha256=" + *digits == test::signature_of(body, secret);
           });
}

/// The same through HTTP, in pieces.
void check_session(const std::string& value, const std::string& body, bool right,
                   const std::vector<std::uint8_t>& sizes) {
    webhook_options options;
    for (const std::string& each : secrets)
        options.signature_secret(each);
    detail::webhook_rules rules(options);
    detail::webhook_session session(rules, limit, limit);
    const std::string bytes =
        "POST /webhook HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-protobuf\r\n"
        "X-Fishjam-Signature-256: " +
        value + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    unused_bytes unused;
    detail::notification_slots received;
    for (pieces each(bytes, sizes); !each.empty();) {
        unused.append(each.next());
        unused.consume(session.read(unused.view(), SIZE_MAX, received));
    }
    const bool accepted = session.output().starts_with("HTTP/1.1 200");
    require(right || (!accepted && received.empty()), "nothing is accepted without a signature");
    if (std::ranges::any_of(value, detail::is_control_character)) return;  // Or another header.
    const auto rejections = session.take_rejections();
    require(accepted == rejections.empty(), "what is not accepted is rejected");
    if (!accepted)
        require(rejections[0].invalid_signature != right, "and the reason is the right one");
}

void run(fuzz_input input) {
    const bool sign = input.flag();
    const std::vector<std::uint8_t> sizes = input.numbers(4);
    const std::vector<std::string> texts = input.texts(2);
    const std::string& body = texts[1];
    std::string value = texts[0].substr(0, longest);
    if (sign) value += test::signature_of(body, secrets[value.size() % 2]);

    const auto digits = digits_of(value);
    const auto parsed = detail::parse_signature(value);
    require(digits.has_value() == parsed.has_value(), "the same values are well-formed");
    if (parsed) {
        const std::string bytes(parsed->begin(), parsed->end());
        require(test::to_hex(bytes) == *digits, "and mean the same");
    }
    const bool right = is_signature(value, body);
    require(verify_webhook_signature(secrets, body, value) == right, "it is verified");
    check_session(value, body, right, sizes);
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
