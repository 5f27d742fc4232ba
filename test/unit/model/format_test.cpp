#include <jellyfish/fishjam/fishjam.hpp>
#include <jellyfish/format.hpp>
#include <jellyfish/jellyfish.hpp>

#if __has_include(<fmt/std.h>)
#define FMT_HEADER_ONLY
#include <jellyfish/fmt.hpp>

#include <fmt/std.h>  // Has a formatter for variants.
#endif

#include <sstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;

template <class T>
std::string printed(const T& value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

/// Calls `check(value)` with a value of each kind of type that has `<<`.
template <class Check>
void for_each_printable(Check check) {
    check(errc::closed);
    check(condition::retryable);
    check(diagnostics{"connect", "host:80", "refused", 0, ""});
    check(room_created{"a\nroom"});
    check(notification(room_created{"a"}));
    check(room_event(room_refreshed{"a"}));
    check(room_change{room_refreshed{"a"}, {}, true});
    check(component(component_hls{}));
    check(component_sip{});
    check(room{});
    check(peer{});
    check(track{"a", track_type::video, "null"});
    check(track_type::audio);
    check(open_enum<track_type>("7"));
    check(track_endpoint{endpoint_kind::peer, "a"});
    check(room_config().max_peers(3));
    check(health_report{});
    check(session_state::ready);
    check(server_api::fishjam);
    check(fishjam::room{});
    check(fishjam::peer{});
    check(fishjam::room_type::livestream);
    check(fishjam::moq_access{});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(format)

BOOST_AUTO_TEST_CASE(only_types_of_the_library_with_a_stream_operator_are_printable) {
    BOOST_TEST(detail::printable<room>);
    BOOST_TEST(detail::printable<errc>);
    BOOST_TEST(detail::printable<fishjam::room>);
    BOOST_TEST(detail::printable<fishjam::peer>);
    BOOST_TEST(detail::printable<fishjam::room_type>);
    BOOST_TEST(!detail::printable<fishjam::room_api>);
    BOOST_TEST(!detail::printable<notifier>);
    BOOST_TEST(!detail::printable<int>);
    BOOST_TEST(!detail::printable<std::string>);
    BOOST_TEST(!detail::printable<std::vector<room>>);
}

#if defined(__cpp_lib_format)

BOOST_AUTO_TEST_CASE(std_format_prints_like_a_stream) {
    for_each_printable(
        [](const auto& value) { BOOST_TEST(std::format("{}", value) == printed(value)); });
}

BOOST_AUTO_TEST_CASE(std_format_takes_the_width_of_a_string) {
    BOOST_TEST(std::format("{:>8}", errc::closed) == "  closed");
}

#endif

#if __has_include(<fmt/std.h>)

BOOST_AUTO_TEST_CASE(fmt_prints_like_a_stream) {
    for_each_printable(
        [](const auto& value) { BOOST_TEST(fmt::format("{}", value) == printed(value)); });
}

BOOST_AUTO_TEST_CASE(fmt_takes_the_width_of_a_string) {
    BOOST_TEST(fmt::format("{:>8}", errc::closed) == "  closed");
}

#endif

BOOST_AUTO_TEST_SUITE_END()
