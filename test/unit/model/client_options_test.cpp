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
using jellyfish::tls_options;
using options_type = jellyfish::client_options;

namespace {

/// A fixture that unsets the variables and restores them afterwards.
class clean_environment {
public:
    clean_environment() {
        for (const char* name : {"JELLYFISH_SERVER_ADDRESS", "JELLYFISH_SERVER_API_TOKEN",
                                 "JELLYFISH_SECURE", "JELLYFISH_CA_FILE"}) {
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

// ---- the environment

BOOST_AUTO_TEST_CASE(an_empty_environment_changes_nothing) {
    check_defaults(options_type::from_environment());
}

BOOST_AUTO_TEST_CASE(empty_variables_change_nothing) {
    for (const char* name : {"JELLYFISH_SERVER_ADDRESS", "JELLYFISH_SERVER_API_TOKEN",
                             "JELLYFISH_SECURE", "JELLYFISH_CA_FILE"}) {
        set(name, "");
    }
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
