#include "model/server_rules.hpp"

#include <boost/lexical_cast.hpp>
#include <boost/test/unit_test.hpp>

using jellyfish::server_api;
using jellyfish::detail::feature_set;
using jellyfish::detail::problem_of;
using jellyfish::detail::server_feature;

BOOST_AUTO_TEST_SUITE(server_rules)

BOOST_AUTO_TEST_CASE(what_both_servers_have_is_no_problem) {
    for (const server_api api : {server_api::jellyfish, server_api::fishjam})
        BOOST_TEST(!problem_of(feature_set(), api));
}

BOOST_AUTO_TEST_CASE(each_server_has_its_own_features) {
    for (const auto each : {server_feature::components, server_feature::health,
                            server_feature::metrics, server_feature::simulcast}) {
        BOOST_TEST(!problem_of(each, server_api::jellyfish));
        BOOST_TEST(problem_of(each, server_api::fishjam).has_value());
    }
    for (const auto each : {server_feature::fishjam_rooms, server_feature::livestreams,
                            server_feature::recordings, server_feature::moq}) {
        BOOST_TEST(!problem_of(each, server_api::fishjam));
        BOOST_TEST(problem_of(each, server_api::jellyfish).has_value());
    }
}

BOOST_AUTO_TEST_CASE(a_problem_names_the_server_and_the_feature) {
    BOOST_TEST(problem_of(server_feature::sip, server_api::fishjam).value() ==
               "Fishjam does not support SIP calls");
    BOOST_TEST(problem_of(server_feature::moq, server_api::jellyfish).value() ==
               "Jellyfish does not support fishjam::moq_api; to use Fishjam, set "
               "client_options::fishjam_id");
}

BOOST_AUTO_TEST_CASE(one_missing_feature_of_several_is_a_problem) {
    feature_set both = server_feature::fishjam_rooms;
    both.add_if(false, server_feature::components);
    BOOST_TEST(!problem_of(both, server_api::fishjam));
    both.add_if(true, server_feature::components);
    BOOST_TEST(problem_of(both, server_api::fishjam).value() ==
               "Fishjam does not support components");
}

BOOST_AUTO_TEST_CASE(an_api_is_printed_by_name) {
    BOOST_TEST(boost::lexical_cast<std::string>(server_api::jellyfish) == "jellyfish");
    BOOST_TEST(boost::lexical_cast<std::string>(server_api::fishjam) == "fishjam");
}

BOOST_AUTO_TEST_SUITE_END()
