#include "sandbox/rest/request_failures.hpp"

#include <stdexcept>
#include <string>

#include <boost/test/unit_test.hpp>

namespace {

using jellyfish::testing::request_failure;
using jellyfish::testing::detail::request_failures;

struct fixture {
    /// The status with which a request fails, or 0.
    int status(const char* method, const char* target, const char* prefix = "") {
        const auto failure = failures.take(method, target, prefix);
        return failure ? failure->status() : 0;
    }

    request_failures failures;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_request_failures, fixture)

BOOST_AUTO_TEST_CASE(without_conditions_every_request_fails_until_cleared) {
    failures.add(request_failure(500));
    for (const char* target : {"/room", "/room?a=b", "%", ""})
        BOOST_TEST(status("GET", target) == 500, target);
    failures.clear();
    BOOST_TEST(status("GET", "/room") == 0);
}

BOOST_AUTO_TEST_CASE(a_failure_applies_a_number_of_times) {
    failures.add(request_failure(500).times(2));
    BOOST_TEST(status("GET", "/room") == 500);
    BOOST_TEST(status("POST", "/room") == 500);
    BOOST_TEST(status("GET", "/room") == 0);
}

BOOST_AUTO_TEST_CASE(a_method_may_be_in_upper_or_lower_case) {
    for (const char* method : {"POST", "post", "Post"}) {
        failures.clear();
        failures.add(request_failure(500).method(method));
        BOOST_TEST(status("GET", "/room") == 0, method);
        BOOST_TEST(status("POST", "/room") == 500, method);
    }
}

BOOST_AUTO_TEST_CASE(a_method_replaces_the_same_in_another_case) {
    failures.add(request_failure(500).method("POST"));
    failures.add(request_failure(503).method("post").times(1));
    BOOST_TEST(status("POST", "/room") == 503);
    BOOST_TEST(status("POST", "/room") == 0);
}

BOOST_AUTO_TEST_CASE(a_path_matches_segment_by_segment) {
    struct row {
        const char* pattern;
        const char* target;
        bool matches;
    };
    for (const row& each : {
             row{"/room", "/room", true},
             row{"/room", "/room/", true},
             row{"/room", "/room?a=b", true},
             row{"/room", "/rooms", false},
             row{"/room", "/room/r", false},
             row{"/room/r", "/room", false},
             row{"/room/a b", "/room/a%20b", true},
             row{"/room/*/peer", "/room/r/peer", true},
             row{"/room/*/peer", "/room/r/peer/p", false},
             row{"/room/*/peer", "/room/r/component", false},
             row{"/room/*/peer", "/room/peer", false},
             row{"/room/**", "/room", true},
             row{"/room/**", "/room/r/peer/p", true},
             row{"/room/**", "/recording", false},
             row{"/**", "/recording", true},
             row{"/", "/", true},
             row{"/", "/room", false},
             row{"/**", "%", false},
         }) {
        failures.clear();
        failures.add(request_failure(500).path(each.pattern));
        BOOST_TEST((status("GET", each.target) == 500) == each.matches,
                   each.pattern << " and " << each.target);
    }
}

BOOST_AUTO_TEST_CASE(a_path_does_not_include_the_prefix_of_the_server) {
    failures.add(request_failure(500).path("/room"));
    BOOST_TEST(status("GET", "/prefix/room", "/prefix") == 500);
    BOOST_TEST(status("GET", "/room", "/prefix") == 0);
}

BOOST_AUTO_TEST_CASE(of_several_failures_the_last_added_applies) {
    failures.add(request_failure(500));
    failures.add(request_failure(503).path("/room").times(1));
    BOOST_TEST(status("GET", "/health") == 500);
    BOOST_TEST(status("GET", "/room") == 503);
    BOOST_TEST(status("GET", "/room") == 500);
}

BOOST_AUTO_TEST_CASE(the_same_method_and_path_replace_a_failure) {
    failures.add(request_failure(500).path("/room"));
    failures.add(request_failure(503).path("/room").times(1));
    BOOST_TEST(status("GET", "/room") == 503);
    BOOST_TEST(status("GET", "/room") == 0);
    failures.add(request_failure(500));
    failures.add(request_failure(500).times(0));
    BOOST_TEST(status("GET", "/room") == 0);
}

BOOST_AUTO_TEST_CASE(a_failure_that_cannot_be_sent_is_rejected) {
    BOOST_CHECK_THROW(failures.add(request_failure(199)), std::invalid_argument);
    BOOST_CHECK_THROW(failures.add(request_failure(1'000)), std::invalid_argument);
    BOOST_CHECK_THROW(failures.add(request_failure(500).text("\xff")), std::invalid_argument);
    BOOST_TEST(status("GET", "/room") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
