#include "model/notification_table.hpp"

#include <cstdint>
#include <fstream>
#include <map>
#include <regex>
#include <string>

#include <boost/test/unit_test.hpp>

using namespace jellyfish;

namespace {

using kinds_by_number = std::map<std::uint32_t, std::string>;

/// The members of the oneof of `ServerMessage`, as the .proto file declares them.
kinds_by_number declared_kinds() {
    std::ifstream file(JELLYFISH_SERVER_NOTIFICATIONS_PROTO);
    BOOST_TEST_REQUIRE(file.is_open());
    kinds_by_number all;
    const std::regex member(R"(\s+\w+ (\w+) = (\d+);)");
    bool content = false;
    for (std::string line; std::getline(file, line);) {
        content = (content || line == "  oneof content {") && line != "  }";
        std::smatch found;
        if (content && std::regex_match(line, found, member))
            all.emplace(std::stoul(found[2]), found[1]);
    }
    return all;
}

/// Messages that the session handles itself.
const kinds_by_number handled_elsewhere{{6, "authenticated"},
                                        {7, "auth_request"},
                                        {8, "subscribe_request"},
                                        {9, "subscribe_response"},
                                        {33, "notification_batch"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(notification_table)

BOOST_AUTO_TEST_CASE(every_kind_in_the_schema_has_a_row_or_is_handled_elsewhere) {
    kinds_by_number known = handled_elsewhere;
    detail::notification_table::for_each_sent([&]<class Kind>(Kind) {
        BOOST_TEST(known.emplace(Kind::number, Kind::name).second, "a number of its own");
    });
    const kinds_by_number declared = declared_kinds();
    for (const auto& [number, name] : declared)
        BOOST_TEST(known[number] == name, name << " = " << number << " has no row");
    BOOST_TEST(known.size() == declared.size());
}

BOOST_AUTO_TEST_SUITE_END()
