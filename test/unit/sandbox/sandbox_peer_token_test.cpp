#include "sandbox/rooms/peer_token.hpp"
#include "sandbox/server/digest.hpp"
#include "text/base64.hpp"

#include <chrono>
#include <string>

#include <boost/test/unit_test.hpp>

namespace {

using namespace std::chrono_literals;
using jellyfish::detail::base64;
using jellyfish::testing::detail::from_base64_url;
using jellyfish::testing::detail::peer_tokens;
using jellyfish::testing::detail::to_base64_url;
using kind = peer_tokens::verdict::kind;

struct fixture {
    peer_tokens tokens{"a key"};
    peer_tokens::time now{std::chrono::hours(500'000)};
    std::string token = tokens.make("room-1", "peer-1", now);
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_peer_token, fixture)

BOOST_AUTO_TEST_CASE(a_token_identifies_its_peer) {
    const auto verdict = tokens.check(token, now + 1h);
    BOOST_TEST((verdict.result == kind::good));
    BOOST_TEST(verdict.room_id == "room-1");
    BOOST_TEST(verdict.peer_id == "peer-1");
    BOOST_TEST(token.starts_with("SFMyNTY."));
}

BOOST_AUTO_TEST_CASE(a_token_is_valid_for_a_day) {
    BOOST_TEST((tokens.check(token, now + 24h).result == kind::good));
    BOOST_TEST((tokens.check(token, now + 24h + 1ms).result == kind::expired));
}

BOOST_AUTO_TEST_CASE(any_changed_character_makes_a_token_invalid) {
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string other = token;
        other[i] = other[i] == 'A' ? 'B' : 'A';
        BOOST_TEST((tokens.check(other, now).result == kind::invalid), i);
    }
}

BOOST_AUTO_TEST_CASE(malformed_tokens_are_invalid) {
    for (const char* text : {"", ".", "SFMyNTY.", "SFMyNTY..", "SFMyNTY.a.b", "development"}) {
        BOOST_TEST((tokens.check(text, now).result == kind::invalid), text);
    }
    BOOST_TEST((tokens.check(token + 'A', now).result == kind::invalid));
    BOOST_TEST((peer_tokens("other").check(token, now).result == kind::invalid));
}

BOOST_AUTO_TEST_CASE(base64_survives_the_round_trip) {
    BOOST_TEST(base64("a") == "YQ==");
    BOOST_TEST(base64("ab") == "YWI=");
    BOOST_TEST(base64("abc") == "YWJj");
    for (std::size_t size = 0; size < 260; ++size) {
        std::string bytes;
        while (bytes.size() < size)
            bytes += static_cast<char>(251 - bytes.size());
        BOOST_TEST((from_base64_url(to_base64_url(bytes)) == bytes));
    }
    BOOST_TEST(!from_base64_url("a!").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
