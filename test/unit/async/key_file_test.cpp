#include "async/key_file.hpp"

#include "data/certificates.hpp"
#include "fixtures/temporary_folder.hpp"

#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// Private keys are loaded with and without a pass phrase, and never cause a prompt.
namespace {

namespace data = boost::unit_test::data;
using namespace jellyfish::test;

struct fixture {
    temporary_folder folder;
    certificate identity = make_certificate(make_authority(), certificate_request());
    boost::asio::ssl::context context{boost::asio::ssl::context::tls_server};

    fixture() { context.use_certificate_chain(boost::asio::buffer(identity.pem)); }

    std::string load(const std::string& file, const std::string& passphrase = {}) {
        return jellyfish::detail::load_key_file(context.native_handle(), file, passphrase,
                                                "set the option");
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(key_file, fixture)

BOOST_AUTO_TEST_CASE(a_key_that_is_not_encrypted_needs_no_pass_phrase) {
    const std::string file = folder.write("key.pem", identity.key);
    BOOST_TEST(load(file) == "");
    BOOST_TEST(load(file, "s3cret, which is ignored") == "");
}

BOOST_AUTO_TEST_CASE(an_encrypted_key_is_loaded_with_its_pass_phrase) {
    for (const auto form : {key_form::pkcs8, key_form::traditional}) {
        for (const std::string& passphrase :
             {std::string("s3cret"), std::string(1'024, 'x'), std::string("s3\0cret", 7)}) {
            const std::string file =
                folder.write("key.pem", encrypted(identity.key, passphrase, form));
            BOOST_TEST(load(file, passphrase) == "");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_encrypted_key_without_its_pass_phrase_is_reported_by_name) {
    for (const auto form : {key_form::pkcs8, key_form::traditional}) {
        const std::string file = folder.write("key.pem", encrypted(identity.key, "s3cret", form));
        BOOST_TEST(load(file) == "key file " + file + " is encrypted: set the option");
        for (const std::string& wrong :
             {std::string("s3cre"), std::string("s3cret "), std::string(100'000, 's')})
            BOOST_TEST(load(file, wrong) == "key file " + file +
                                                " is encrypted, and the passphrase is wrong: "
                                                "set the option");
    }
}

BOOST_AUTO_TEST_CASE(an_invalid_key_is_reported_by_name) {
    const std::string rubbish = folder.write("rubbish.pem", "no key");
    for (const std::string& file : {rubbish, std::string("/no/such/key.pem")})
        BOOST_TEST(load(file, "s3cret").starts_with("key file " + file + ": "));
    BOOST_TEST(load("/no/such/key.pem") == "key file /no/such/key.pem: No such file or directory");
    const certificate other = make_certificate(make_authority(), certificate_request());
    const std::string unfit =
        folder.write("key.pem", encrypted(other.key, "s3cret", key_form::pkcs8));
    BOOST_TEST(load(unfit, "s3cret").starts_with("key file " + unfit + ": key values mismatch"));
}

BOOST_AUTO_TEST_CASE(a_key_that_failed_to_load_leaves_no_error_behind) {
    (void)load(folder.write("key.pem", encrypted(identity.key, "s3cret", key_form::pkcs8)));
    BOOST_TEST(ERR_peek_error() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
