#include "rest/rest_request.hpp"

#include <jellyfish/error.hpp>

#include "data/random.hpp"
#include "data/rest_recordings.hpp"
#include "model/names.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::peer_options_webrtc;
using jellyfish::room_config;
using jellyfish::video_codec;
namespace http = jellyfish::detail::http;
using jellyfish::test::recorded_exchange_named;

namespace detail = jellyfish::detail;
namespace json = boost::json;

/// The error that a builder throws: its code and its complete message.
struct rejection {
    jellyfish::error_code code;
    std::string what;
    std::string operation;
};

rejection rejection_of(const std::function<http::request()>& build) {
    try {
        const http::request built = build();
        return {{}, "nothing was thrown, but made: " + built.name(), ""};
    } catch (const jellyfish::error& e) {
        return {e.code(), e.what(), e.info().operation};
    }
}

rejection rejection_of(const room_config& config) {
    return rejection_of([&] { return detail::create_room_request(config); });
}

rejection rejection_of_url(const std::string& url) {
    return rejection_of(room_config().webhook_url(url));
}

bool mentions(const rejection& from, const std::string& text) {
    return from.what.find(text) != std::string::npos;
}

/// Decodes percent-encoding.
std::string decoded(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// Whether every character of a text is literal in a path segment.
bool is_one_segment(const std::string& text) {
    return text.find_first_not_of(
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
               "-._~%") == std::string::npos;
}

void check_same(const http::request& built, const std::string& recorded) {
    const auto& row = recorded_exchange_named(recorded);
    BOOST_TEST(std::string(http::name_of(built.method)) == row.method);
    BOOST_TEST(built.target == row.target);
    if (row.request_body.empty()) {
        BOOST_TEST(built.body == "");
    } else {
        BOOST_TEST((json::parse(built.body) == json::parse(row.request_body)), built.body);
    }
}

const std::vector<std::string> hostile_ids = {"a/b",
                                              "../health",
                                              "..a",
                                              "a?b=c",
                                              "a#b",
                                              "%2e%2e",
                                              "%",
                                              std::string("a\0b", 3),
                                              "a\r\nX: y\r\n\r\n",
                                              "a b",
                                              " ",
                                              "\t",
                                              "ä€𝄞",
                                              "a;b",
                                              "a\\b",
                                              "//",
                                              ":@!$&'()*+,=",
                                              "\"<>^`{|}\x7f"};

}  // namespace

BOOST_AUTO_TEST_SUITE(rest_request)

BOOST_AUTO_TEST_CASE(requests_match_those_that_a_real_server_accepted) {
    check_same(detail::health_request(), "health ok");
    check_same(detail::get_room_request("full-1"), "room get");
    check_same(detail::get_all_rooms_request(), "rooms list one");
    check_same(detail::delete_room_request("full-1"), "room delete");
    check_same(detail::add_peer_request("p-1", peer_options_webrtc().enable_simulcast(true)),
               "peer create");
    check_same(detail::delete_peer_request("p-1", "0e28639a-1d5d-4306-a3c5-2bcf449c66ff"),
               "peer delete");
    check_same(detail::create_room_request(room_config()), "room create {}");
}

BOOST_AUTO_TEST_CASE(a_full_config_matches_one_that_a_real_server_accepted) {
    const auto config = room_config()
                            .room_id("full-1")
                            .max_peers(10)
                            .video_codec(video_codec::h264)
                            .webhook_url("http://localhost:5003/webhook")
                            .peerless_purge_timeout(std::chrono::seconds(3'600))
                            .peer_disconnected_timeout(std::chrono::seconds(7'200));
    const auto& row = recorded_exchange_named("room create full");
    json::object requested = json::parse(detail::create_room_request(config).body).as_object();
    json::object recorded = json::parse(row.request_body).as_object();
    requested.erase("webhookUrl");  // Differs in the recording.
    recorded.erase("webhookUrl");
    BOOST_TEST((requested == recorded), row.request_body);
}

BOOST_AUTO_TEST_CASE(only_posts_are_not_idempotent) {
    BOOST_TEST(detail::get_room_request("a").idempotent());
    BOOST_TEST(detail::delete_room_request("a").idempotent());
    BOOST_TEST(detail::delete_peer_request("a", "b").idempotent());
    BOOST_TEST(!detail::create_room_request(room_config()).idempotent());
    BOOST_TEST(!detail::add_peer_request("a", peer_options_webrtc()).idempotent());
}

BOOST_AUTO_TEST_CASE(a_call_is_named_by_its_method_and_target) {
    BOOST_TEST(detail::get_room_request("a b").name() == "GET /room/a%20b");
    BOOST_TEST(detail::add_peer_request("a", peer_options_webrtc()).name() == "POST /room/a/peer");
    BOOST_TEST(detail::delete_peer_request("a", "b").name() == "DELETE /room/a/peer/b");
}

BOOST_AUTO_TEST_CASE(an_id_is_always_a_single_segment) {
    for (const std::string& id : hostile_ids) {
        const std::string target = detail::get_room_request(id).target;
        BOOST_TEST_CONTEXT(target) {
            BOOST_REQUIRE(target.starts_with("/room/"));
            const std::string segment = target.substr(6);
            BOOST_TEST(is_one_segment(segment));
            BOOST_TEST((segment != "." && segment != ".."));
            BOOST_TEST(decoded(segment) == id);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_byte_of_an_id_is_encoded_safely) {
    for (int byte = 0; byte < 128; ++byte) {
        const std::string id = std::string("x") + static_cast<char>(byte) + "y";
        const std::string target = detail::delete_peer_request(id, id).target;
        BOOST_TEST_CONTEXT("byte " << byte) {
            const auto middle = target.find("/peer/");
            BOOST_REQUIRE(middle != std::string::npos);
            BOOST_TEST(decoded(target.substr(6, middle - 6)) == id);
            BOOST_TEST(decoded(target.substr(middle + 6)) == id);
            BOOST_TEST(is_one_segment(target.substr(middle + 6)));
        }
    }
}

BOOST_AUTO_TEST_CASE(random_ids_survive_encoding_and_decoding) {
    constexpr std::uint32_t seed = 20'261'124;
    jellyfish::test::random_source random(seed);
    for (int round = 0; round < 500; ++round) {
        std::string id;
        for (std::size_t n = 1 + random.below(20); n > 0; --n)
            id += static_cast<char>(random.below(128));
        if (id == "." || id == "..") continue;
        const std::string target = detail::get_room_request(id).target;
        BOOST_TEST_CONTEXT("seed " << seed << ", round " << round) {
            BOOST_TEST(decoded(target.substr(6)) == id);
            BOOST_TEST(is_one_segment(target.substr(6)));
        }
    }
}

BOOST_AUTO_TEST_CASE(ambiguous_ids_are_rejected) {
    for (const std::string& id :
         {std::string(), std::string("."), std::string(".."), std::string("\xff"),
          std::string("a\xc3"), std::string(1'025, 'a')}) {
        const rejection get = rejection_of([&] { return detail::get_room_request(id); });
        const rejection peer = rejection_of([&] { return detail::delete_peer_request("a", id); });
        const rejection room = rejection_of([&] { return detail::delete_peer_request(id, "a"); });
        const rejection created = rejection_of(room_config().room_id(id));
        BOOST_TEST_CONTEXT(get.what) {
            BOOST_TEST(get.code == error_code(errc::invalid_argument));
            BOOST_TEST(get.operation == "GET /room/{room_id}");
            BOOST_TEST(mentions(get, "room_id is "));
            BOOST_TEST(peer.code == error_code(errc::invalid_argument));
            BOOST_TEST(peer.operation == "DELETE /room/a/peer/{peer_id}");
            BOOST_TEST(mentions(peer, "peer_id is "));
            BOOST_TEST(room.code == error_code(errc::invalid_argument));
            BOOST_TEST(created.code == error_code(errc::invalid_argument));
            BOOST_TEST(created.operation == "POST /room");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_id_of_the_maximum_length_fits_a_request_line) {
    const auto request =
        detail::delete_peer_request(std::string(1'024, ' '), std::string(1'024, ' '));
    BOOST_TEST(request.target.size() < 8'000U);
}

BOOST_AUTO_TEST_CASE(timeouts_below_a_second_or_beyond_a_servers_clock_are_rejected) {
    using std::chrono::seconds;
    for (const seconds bad : {seconds(0), seconds(-1), seconds::min(), seconds::max()}) {
        const rejection purge = rejection_of(room_config().peerless_purge_timeout(bad));
        const rejection peer = rejection_of(room_config().peer_disconnected_timeout(bad));
        BOOST_TEST(purge.code == error_code(errc::invalid_argument));
        BOOST_TEST(mentions(purge, "peerless_purge_timeout must be from 1 s"), purge.what);
        BOOST_TEST(peer.code == error_code(errc::invalid_argument));
        BOOST_TEST(mentions(peer, "peer_disconnected_timeout must be from 1 s"), peer.what);
    }
    const auto least = detail::create_room_request(
        room_config().peerless_purge_timeout(seconds(1)).peer_disconnected_timeout(seconds(1)));
    BOOST_TEST(least.body == R"({"peerlessPurgeTimeout":1,"peerDisconnectedTimeout":1})");
}

BOOST_AUTO_TEST_CASE(zero_and_the_maximum_number_of_peers_are_sent) {
    BOOST_TEST(detail::create_room_request(room_config().max_peers(0)).body == R"({"maxPeers":0})");
    BOOST_TEST(detail::create_room_request(room_config().max_peers(4'294'967'295)).body ==
               R"({"maxPeers":4294967295})");
}

BOOST_AUTO_TEST_CASE(valid_webhook_urls_are_sent) {
    for (const char* url :
         {"http://x/", "https://host/p?q=1", "http://localhost:5003/webhook", "http://[::1]:1/a",
          "http://10.0.0.1:65535/", "http://user:pass@host/hook", "https://h/a%20b/c?d=e&f=g",
          "http://h:00080/p", "http://h//"}) {
        const auto body = detail::create_room_request(room_config().webhook_url(url)).body;
        BOOST_TEST(std::string(json::parse(body).at("webhookUrl").as_string()) == url);
    }
}

BOOST_AUTO_TEST_CASE(webhook_urls_that_stop_a_servers_webhooks_are_rejected) {
    for (const char* url : {"http:///p", "https:///p", "http://:80/p", "http://h:/p",
                            "http://h:abc/p", "http://h:-1/p", "http://h:0/p", "http://h:65536/p",
                            "http://h:99999999999999999999/p", "http://h:8 0/p", "HTTP://h/p",
                            "Https://h/p", "http://user:pass@/p", "http://user:pass@:80/p"}) {
        const rejection rejected = rejection_of_url(url);
        BOOST_TEST(rejected.code == error_code(errc::invalid_argument), url);
        BOOST_TEST(mentions(rejected, "invalid webhook_url: "), rejected.what);
    }
}

BOOST_AUTO_TEST_CASE(invalid_webhook_urls_are_rejected) {
    for (const char* url : {"",
                            "nope",
                            "/p",
                            "mailto:a@b",
                            "ftp://h/p",
                            "http://h",
                            "http://h?q",
                            "http://h#f",
                            "http:/h/p",
                            "http:h/p",
                            "http://h/a b",
                            "http://h/\r\nX: y",
                            "http://h/\x01",
                            "http://h/%zz",
                            "http://[::1/p",
                            "http://h\\p",
                            "ws://h/p",
                            " http://h/p",
                            "http://h:80p",
                            "http://user@h@p",
                            "http://[::1]p"}) {
        BOOST_TEST(rejection_of_url(url).code == error_code(errc::invalid_argument), url);
    }
    BOOST_TEST(rejection_of_url("http://h/" + std::string(5'000, 'a')).code ==
               error_code(errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(a_rejection_does_not_print_the_password_of_a_webhook_url) {
    for (const char* url : {"http://user:s3cret@h:abc/p", "user:s3cret@h/p", "http://s3cret@:1/p"})
        BOOST_TEST(!mentions(rejection_of_url(url), "s3cret"));
}

BOOST_AUTO_TEST_CASE(a_secret_query_is_not_printed) {
    jellyfish::detail::http::request request;
    request.target = "/file?signature=s3cret";
    BOOST_TEST(request.name() == "GET /file?signature=s3cret");
    request.secret_query = true;
    BOOST_TEST(request.name() == "GET /file");
}

BOOST_AUTO_TEST_SUITE_END()
