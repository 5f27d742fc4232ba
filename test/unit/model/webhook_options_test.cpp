#include <jellyfish/webhook_options.hpp>

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

using jellyfish::log_level;
using options_under_test = jellyfish::webhook_options;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(webhook_options)

BOOST_AUTO_TEST_CASE(defaults_accept_only_local_connections) {
    const options_under_test options;
    BOOST_TEST(options.address() == "127.0.0.1");
    BOOST_TEST(options.port() == 0);
    BOOST_TEST(options.path() == "/webhook");
    BOOST_TEST(options.target() == "/webhook");
    BOOST_TEST(options.secret() == "");
    BOOST_TEST(!options.user());
    BOOST_TEST(options.password() == "");
    BOOST_TEST(options.signature_secrets().empty());
    BOOST_TEST(!options.secure());
    BOOST_TEST(!options.logger());
}

BOOST_AUTO_TEST_CASE(by_default_limits_end_before_a_server_gives_up) {
    const options_under_test options;
    BOOST_TEST(options.queue_limit() == 65'536U);
    BOOST_TEST((options.full_queue_timeout() == 4s));
    BOOST_TEST(options.body_limit() == 1'048'576U);
    BOOST_TEST(options.header_limit() == 8'192U);
    BOOST_TEST(options.max_connections() == 256U);
    BOOST_TEST((options.handshake_timeout() == 5s));
    BOOST_TEST((options.header_timeout() == 5s));
    BOOST_TEST((options.body_timeout() == 5s));
    BOOST_TEST((options.write_timeout() == 5s));
    BOOST_TEST((options.idle_timeout() == 300s));
    BOOST_TEST((options.close_timeout() == 5s));
}

BOOST_AUTO_TEST_CASE(setters_have_getters) {
    std::string logged;
    const options_under_test options =
        options_under_test()
            .address("::")
            .port(5'003)
            .path("/p")
            .secret("s")
            .credentials("u", "w")
            .certificate("c.pem", "k.pem")
            .queue_limit(1)
            .full_queue_timeout(2ms)
            .body_limit(3)
            .header_limit(4)
            .max_connections(5)
            .handshake_timeout(6ms)
            .header_timeout(7ms)
            .body_timeout(8ms)
            .write_timeout(9ms)
            .idle_timeout(10ms)
            .close_timeout(11ms)
            .logger([&](log_level, std::string_view text) { logged = text; });
    BOOST_TEST(options.address() == "::");
    BOOST_TEST(options.port() == 5'003);
    BOOST_TEST(options.path() == "/p");
    BOOST_TEST(options.secret() == "s");
    BOOST_TEST(options.user().value() == "u");
    BOOST_TEST(options.password() == "w");
    BOOST_TEST(options.certificate_file() == "c.pem");
    BOOST_TEST(options.key_file() == "k.pem");
    BOOST_TEST(options.secure());
    BOOST_TEST(options.queue_limit() == 1U);
    BOOST_TEST((options.full_queue_timeout() == 2ms));
    BOOST_TEST(options.body_limit() == 3U);
    BOOST_TEST(options.header_limit() == 4U);
    BOOST_TEST(options.max_connections() == 5U);
    BOOST_TEST((options.handshake_timeout() == 6ms));
    BOOST_TEST((options.header_timeout() == 7ms));
    BOOST_TEST((options.body_timeout() == 8ms));
    BOOST_TEST((options.write_timeout() == 9ms));
    BOOST_TEST((options.idle_timeout() == 10ms));
    BOOST_TEST((options.close_timeout() == 11ms));
    options.logger()(log_level::info, "line");
    BOOST_TEST(logged == "line");
}

BOOST_AUTO_TEST_CASE(signature_secrets_are_added) {
    const auto options = options_under_test().signature_secret("old").signature_secret("new");
    BOOST_TEST((options.signature_secrets() == std::vector<std::string>{"old", "new"}));
}

BOOST_AUTO_TEST_CASE(the_environment_has_the_signature_secret) {
    unsetenv("FISHJAM_WEBHOOK_SECRET");
    BOOST_TEST(options_under_test::from_environment().signature_secrets().empty());
    // An empty one is an error for listen(), see option_checks.
    for (const char* const secret : {"s3cret", ""}) {
        setenv("FISHJAM_WEBHOOK_SECRET", secret, 1);
        BOOST_TEST((options_under_test::from_environment().signature_secrets() ==
                    std::vector<std::string>{secret}));
    }
    unsetenv("FISHJAM_WEBHOOK_SECRET");
}

BOOST_AUTO_TEST_CASE(the_target_is_the_path_and_the_secret) {
    BOOST_TEST(options_under_test().path("/a").secret("s").target() == "/a/s");
    BOOST_TEST(options_under_test().path("/a/").secret("s").target() == "/a/s");
    BOOST_TEST(options_under_test().path("/").secret("s").target() == "/s");
    BOOST_TEST(options_under_test().path("/a/").target() == "/a/");
}

BOOST_AUTO_TEST_CASE(one_file_is_enough_to_request_tls) {
    BOOST_TEST(options_under_test().certificate("c", "").secure());
    BOOST_TEST(options_under_test().certificate("", "k").secure());
    BOOST_TEST(!options_under_test().certificate("", "").secure());
}

BOOST_AUTO_TEST_SUITE_END()
