#include <jellyfish/client_options.hpp>
#include <jellyfish/error.hpp>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using jellyfish::condition;
using jellyfish::errc;
using jellyfish::server_api;
using jellyfish::tls_options;
using options_type = jellyfish::client_options;

namespace {

constexpr const char* variables[] = {"JELLYFISH_SERVER_ADDRESS",
                                     "JELLYFISH_SERVER_API_TOKEN",
                                     "JELLYFISH_SECURE",
                                     "JELLYFISH_CA_FILE",
                                     "FISHJAM_ID",
                                     "FISHJAM_MANAGEMENT_TOKEN"};

/// A fixture that unsets the variables and restores them afterwards.
class clean_environment {
public:
    clean_environment() {
        for (const char* name : variables) {
            const char* value = std::getenv(name);
            before_[name] = value != nullptr ? std::optional<std::string>(value) : std::nullopt;
            ::unsetenv(name);
        }
    }

    ~clean_environment() {
        for (const auto& [name, value] : before_) {
            if (value) {
                ::setenv(name, value->c_str(), 1);
            } else {
                ::unsetenv(name);
            }
        }
    }

    clean_environment(const clean_environment&) = delete;
    clean_environment& operator=(const clean_environment&) = delete;

    static void set(const char* name, const char* value) { ::setenv(name, value, 1); }

private:
    std::map<const char*, std::optional<std::string>> before_;
};

void check_defaults(const options_type& options) {
    BOOST_TEST(options.server_address() == "localhost:5002");
    BOOST_TEST(options.server_api_token() == "development");
    BOOST_TEST(!options.secure());
    BOOST_TEST(options.tls().ca_file() == "");
    BOOST_TEST(options.tls().ca_pem() == "");
    BOOST_TEST(options.tls().certificate_file() == "");
    BOOST_TEST(options.tls().key_file() == "");
    BOOST_TEST(options.tls().verify());
    BOOST_TEST((options.connect_timeout() == 5s));
    BOOST_TEST((options.request_timeout() == 10s));
    BOOST_TEST(options.max_connections() == 8U);
    BOOST_TEST(!options.logger());
    BOOST_TEST(!options.fishjam_id());
    BOOST_TEST((options.server_api() == server_api::jellyfish));
}

/// Returns the text of the problem in the environment, or an empty string.
std::string problem_of_environment() {
    try {
        static_cast<void>(options_type::from_environment());
        return "";
    } catch (const jellyfish::error& e) {
        BOOST_TEST((e.code() == errc::invalid_option));
        BOOST_TEST(std::string_view(e.what()).find("secret") == std::string_view::npos);
        return e.info().detail;
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_options, clean_environment)

BOOST_AUTO_TEST_CASE(defaults_are_those_of_a_development_server) { check_defaults(options_type()); }

BOOST_AUTO_TEST_CASE(setters_can_be_chained_and_have_getters_of_the_same_name) {
    int lines = 0;
    const options_type options =
        options_type()
            .server_address("media:443/a")
            .server_api_token("t")
            .secure(true)
            .tls(tls_options().ca_file("ca.pem").client_certificate("c.pem", "k.pem").verify(false))
            .connect_timeout(1s)
            .request_timeout(2ms)
            .max_connections(3)
            .logger([&](jellyfish::log_level, std::string_view) { ++lines; });
    BOOST_TEST(options.server_address() == "media:443/a");
    BOOST_TEST(options.server_api_token() == "t");
    BOOST_TEST(options.secure());
    BOOST_TEST(options.tls().ca_file() == "ca.pem");
    BOOST_TEST(options.tls().certificate_file() == "c.pem");
    BOOST_TEST(options.tls().key_file() == "k.pem");
    BOOST_TEST(!options.tls().verify());
    BOOST_TEST((options.connect_timeout() == 1s));
    BOOST_TEST((options.request_timeout() == 2ms));
    BOOST_TEST(options.max_connections() == 3U);
    options.logger()(jellyfish::log_level::info, "x");
    BOOST_TEST(lines == 1);
}

BOOST_AUTO_TEST_CASE(addresses_may_be_set_as_text) {
    BOOST_TEST(tls_options().ca_pem("-----BEGIN").ca_pem() == "-----BEGIN");
}

BOOST_AUTO_TEST_CASE(a_copy_is_independent) {
    options_type first;
    const options_type second = first;
    first.server_api_token("another");
    BOOST_TEST(second.server_api_token() == "development");
}

// ---- URLs and Fishjam

BOOST_AUTO_TEST_CASE(the_scheme_of_the_address_enables_tls) {
    for (const char* const address : {"https://a", "wss://a", "HTTPS://a"})
        BOOST_TEST(options_type().server_address(address).secure(), address);
    for (const char* const address : {"http://a", "ws://a", "a", "a/https", ""})
        BOOST_TEST(!options_type().server_address(address).secure(), address);
    BOOST_TEST(!options_type().server_address("https://a").secure(false).secure());
    BOOST_TEST(options_type().secure(true).server_address("http://a").secure());
}

BOOST_AUTO_TEST_CASE(a_fishjam_id_determines_address_tls_and_api) {
    const auto options = options_type().fishjam_id("abc");
    BOOST_TEST(options.server_address() == "https://fishjam.io/api/v1/connect/abc");
    BOOST_TEST(options.secure());
    BOOST_TEST((options.server_api() == server_api::fishjam));
    BOOST_TEST(options.fishjam_id().value() == "abc");
}

BOOST_AUTO_TEST_CASE(a_fishjam_id_that_is_a_url_is_the_address) {
    const std::string url = "http://localhost:4000/api/v1/connect/local-id";
    const auto options = options_type().fishjam_id(url);
    BOOST_TEST(options.server_address() == url);
    BOOST_TEST(!options.secure());
    BOOST_TEST((options.server_api() == server_api::fishjam));
}

BOOST_AUTO_TEST_CASE(the_api_of_a_server_at_any_address_can_be_set) {
    const auto options = options_type().server_address("media").server_api(server_api::fishjam);
    BOOST_TEST(options.server_address() == "media");
    BOOST_TEST((options.server_api() == server_api::fishjam));
    BOOST_TEST(!options.fishjam_id());
}

// ---- the environment

BOOST_AUTO_TEST_CASE(the_variables_of_fishjam_set_id_and_token) {
    set("FISHJAM_ID", "abc");
    set("FISHJAM_MANAGEMENT_TOKEN", "t");
    const auto options = options_type::from_environment();
    BOOST_TEST(options.server_address() == "https://fishjam.io/api/v1/connect/abc");
    BOOST_TEST(options.server_api_token() == "t");
    BOOST_TEST((options.server_api() == server_api::fishjam));
}

BOOST_AUTO_TEST_CASE(the_token_of_either_name_is_used) {
    set("FISHJAM_ID", "abc");
    set("JELLYFISH_SERVER_API_TOKEN", "t");
    BOOST_TEST(options_type::from_environment().server_api_token() == "t");
}

BOOST_AUTO_TEST_CASE(variables_of_both_servers_may_agree) {
    set("FISHJAM_ID", "abc");
    set("JELLYFISH_SERVER_ADDRESS", "https://fishjam.io/api/v1/connect/abc");
    set("FISHJAM_MANAGEMENT_TOKEN", "t");
    set("JELLYFISH_SERVER_API_TOKEN", "t");
    BOOST_TEST(problem_of_environment() == "");
}

BOOST_AUTO_TEST_CASE(addresses_that_contradict_each_other_are_an_error) {
    set("FISHJAM_ID", "abc");
    set("JELLYFISH_SERVER_ADDRESS", "localhost");
    BOOST_TEST(problem_of_environment() ==
               "JELLYFISH_SERVER_ADDRESS and FISHJAM_ID contradict each other: unset one");
}

BOOST_AUTO_TEST_CASE(tokens_that_contradict_each_other_are_an_error) {
    set("FISHJAM_MANAGEMENT_TOKEN", "a secret");
    set("JELLYFISH_SERVER_API_TOKEN", "another secret");
    BOOST_TEST(problem_of_environment() ==
               "JELLYFISH_SERVER_API_TOKEN and FISHJAM_MANAGEMENT_TOKEN contradict each other: "
               "unset one");
}

BOOST_AUTO_TEST_CASE(an_empty_environment_changes_nothing) {
    check_defaults(options_type::from_environment());
}

BOOST_AUTO_TEST_CASE(empty_variables_change_nothing) {
    for (const char* name : variables)
        set(name, "");
    check_defaults(options_type::from_environment());
}

BOOST_AUTO_TEST_CASE(each_variable_sets_its_option) {
    set("JELLYFISH_SERVER_ADDRESS", "media:5003/prefix");
    set("JELLYFISH_SERVER_API_TOKEN", "a token");
    set("JELLYFISH_SECURE", "true");
    set("JELLYFISH_CA_FILE", "/etc/ca.pem");
    const options_type options = options_type::from_environment();
    BOOST_TEST(options.server_address() == "media:5003/prefix");
    BOOST_TEST(options.server_api_token() == "a token");
    BOOST_TEST(options.secure());
    BOOST_TEST(options.tls().ca_file() == "/etc/ca.pem");
    BOOST_TEST(options.tls().verify());
    BOOST_TEST((options.connect_timeout() == 5s));
}

BOOST_AUTO_TEST_CASE(a_ca_file_enables_tls_unless_it_is_disabled) {
    set("JELLYFISH_CA_FILE", "/etc/ca.pem");
    BOOST_TEST(options_type::from_environment().secure());
    set("JELLYFISH_SECURE", "false");
    BOOST_TEST(!options_type::from_environment().secure());
}

BOOST_DATA_TEST_CASE_F(clean_environment, these_words_turn_tls_on,
                       data::make({"true", "TRUE", "True", "1", "yes", "YES", "on", "oN"}), word) {
    set("JELLYFISH_SECURE", word);
    BOOST_TEST(options_type::from_environment().secure());
}

BOOST_DATA_TEST_CASE_F(clean_environment, these_words_leave_it_off,
                       data::make({"false", "FALSE", "False", "0", "no", "No", "off", "OFF"}),
                       word) {
    set("JELLYFISH_SECURE", word);
    BOOST_TEST(!options_type::from_environment().secure());
}

BOOST_DATA_TEST_CASE_F(clean_environment, any_other_word_is_an_error_that_names_the_variable,
                       data::make({"maybe", "2", "tru", "true ", " true", "truee", "y", "t", "-"}),
                       word) {
    set("JELLYFISH_SECURE", word);
    set("JELLYFISH_SERVER_API_TOKEN", "a secret");
    try {
        static_cast<void>(options_type::from_environment());
        BOOST_FAIL("accepted");
    } catch (const jellyfish::error& e) {
        BOOST_TEST((e.code() == errc::invalid_option));
        BOOST_TEST(e.info().operation == "read the environment");
        BOOST_TEST(e.info().detail ==
                   "JELLYFISH_SECURE must be true or false, 1 or 0, yes or no, on or off, not '" +
                       std::string(word) + "'");
        BOOST_TEST(std::string_view(e.what()).find("secret") == std::string_view::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
