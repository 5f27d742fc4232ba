#include "net/tls_source.hpp"

#include <jellyfish/error.hpp>

#include "fixtures/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

// When TLS files are read again, and what is used when they are invalid. Here a "context" is the
// text of its files.
namespace {

using namespace jellyfish;
namespace fs = std::filesystem;

using source = detail::tls_source<const std::string>;

std::string text_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

struct fixture {
    test::temporary_folder folder;
    std::string certificate = folder.write("certificate", "1");
    std::string key = folder.write("key", "1");
    std::vector<std::string> log;
    int reads = 0;
    bool memory = true;
    source subject{{certificate, key},
                   [this] { return read(); },
                   [this](log_level level, const std::string& text) {
                       log.push_back(std::string(name_of(level)) + ' ' + text);
                   }};

    /// A certificate and a key match if they are equal.
    source::context_ptr read() {
        ++reads;
        if (!memory) throw std::bad_alloc();
        const std::string text = text_of(certificate);
        if (text.empty() || text != text_of(key))
            throw error(errc::tls_configuration, {"connect", "a:1", "they do not fit", 0, ""});
        return std::make_shared<const std::string>(text);
    }

    /// As a secrets manager does it.
    void replace(const std::string& file, const std::string& text) const {
        const std::string fresh = folder.write("fresh", text);
        fs::rename(fresh, file);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tls_source, fixture)

BOOST_AUTO_TEST_CASE(unchanged_files_are_read_once) {
    const auto first = subject.current();
    BOOST_TEST(*first == "1");
    for (int n = 0; n < 100; ++n)
        BOOST_TEST(subject.current() == first);
    BOOST_TEST(reads == 1);
    BOOST_TEST(log.empty());
}

BOOST_AUTO_TEST_CASE(invalid_files_are_an_error_at_first) {
    replace(key, "another");
    BOOST_CHECK_THROW((void)subject.current(), error);
    replace(key, "1");
    BOOST_TEST(*subject.current() == "1");
}

BOOST_AUTO_TEST_CASE(a_replaced_file_is_read_for_the_next_connection) {
    (void)subject.current();
    for (const char* text : {"2", "3", "2"}) {  // All have the same length.
        replace(certificate, text);
        replace(key, text);
        BOOST_TEST(*subject.current() == text);
    }
    BOOST_TEST(reads == 4);
    BOOST_TEST(log == std::vector<std::string>(3, "info TLS files changed and were reloaded"),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_overwritten_file_is_read_for_the_next_connection) {
    (void)subject.current();
    std::ofstream(certificate) << "22";
    std::ofstream(key) << "22";
    BOOST_TEST(*subject.current() == "22");
}

BOOST_AUTO_TEST_CASE(a_changed_symlink_is_followed) {
    const fs::path link = folder.path() / "data";
    const auto lead_to = [&](const std::string& where, const std::string& text) {
        (void)folder.write(where + "/certificate", text);
        fs::create_directory_symlink(where, folder.path() / "fresh");
        fs::rename(folder.path() / "fresh", link);
    };
    lead_to("one", "1");
    source mounted(
        {link / "certificate"},
        [&] { return std::make_shared<const std::string>(text_of(link / "certificate")); },
        [](log_level, const std::string&) {});
    BOOST_TEST(*mounted.current() == "1");
    lead_to("two", "2");
    BOOST_TEST(*mounted.current() == "2");
}

BOOST_AUTO_TEST_CASE(the_last_valid_pair_is_used_while_only_one_file_is_new) {
    const auto good = subject.current();
    replace(certificate, "2");
    for (int n = 0; n < 3; ++n)
        BOOST_TEST(subject.current() == good);
    BOOST_TEST(reads == 4);  // Retried for each connection, and logged once.
    BOOST_TEST_REQUIRE(log.size() == 1U);
    BOOST_TEST(log.front().starts_with("warning "));
    BOOST_TEST(log.front().find("they do not fit") != std::string::npos);
    replace(key, "2");
    BOOST_TEST(*subject.current() == "2");
}

BOOST_AUTO_TEST_CASE(the_last_valid_file_is_used_while_a_file_is_missing) {
    const auto good = subject.current();
    fs::rename(key, key + ".away");
    BOOST_TEST(subject.current() == good);
    fs::rename(key + ".away", key);
    BOOST_TEST(*subject.current() == "1");
    fs::remove(key);
    BOOST_TEST(*subject.current() == "1");
    BOOST_TEST(subject.current() == subject.current());
}

BOOST_AUTO_TEST_CASE(each_invalid_change_is_logged_once) {
    (void)subject.current();
    for (const char* text : {"22", "333"}) {
        replace(certificate, text);
        (void)subject.current();
        (void)subject.current();
    }
    BOOST_TEST(log.size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_last_valid_files_are_used_when_memory_is_exhausted) {
    const auto good = subject.current();
    replace(key, "1");
    memory = false;
    BOOST_TEST(subject.current() == good);
    memory = true;
    BOOST_TEST(subject.current() != good);
}

BOOST_AUTO_TEST_CASE(reload_also_reads_unchanged_files_at_once) {
    subject.reload("reload TLS");
    const auto first = subject.current();
    subject.reload("reload TLS");
    BOOST_TEST(subject.current() != first);
    BOOST_TEST(reads == 2);
}

BOOST_AUTO_TEST_CASE(reload_throws_for_invalid_files_and_keeps_the_previous_ones) {
    const auto good = subject.current();
    replace(key, "2");
    const auto is_reported = [](const error& e) {
        return e.code() == errc::tls_configuration && e.info().operation == "reload TLS" &&
               e.info().detail == "they do not fit";
    };
    BOOST_CHECK_EXCEPTION(subject.reload("reload TLS"), error, is_reported);
    BOOST_TEST(subject.current() == good);
}

BOOST_AUTO_TEST_CASE(a_logger_may_use_the_source) {
    source* self = nullptr;
    source talkative(
        {certificate}, [&] { return std::make_shared<const std::string>(text_of(certificate)); },
        [&](log_level, const std::string&) { self->reload("reload TLS"); });
    self = &talkative;
    (void)talkative.current();
    replace(certificate, "2");
    BOOST_TEST(*talkative.current() == "2");
}

BOOST_AUTO_TEST_SUITE_END()
