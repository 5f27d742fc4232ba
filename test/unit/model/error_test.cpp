#include <jellyfish/error.hpp>

#include <array>
#include <exception>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/lexical_cast.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using jellyfish::api_error;
using jellyfish::condition;
using jellyfish::diagnostics;
using jellyfish::errc;
using boost_code = boost::system::error_code;

namespace {

/// A code, and the conditions that it equals.
struct code_and_conditions {
    errc code;
    std::set<condition> met;
};

std::ostream& operator<<(std::ostream& out, const code_and_conditions& each) {
    return out << boost_code(each.code).message();
}

std::vector<code_and_conditions> all_codes() {
    using enum condition;
    return {
        {errc::invalid_address, {}},
        {errc::invalid_option, {}},
        {errc::invalid_argument, {bad_request}},
        {errc::not_supported, {not_supported}},
        {errc::already_connected, {}},
        {errc::not_connected, {}},
        {errc::closed, {}},
        {errc::timeout, {timeout}},
        {errc::resolve_failed, {connect_failed, retryable}},
        {errc::connect_failed, {connect_failed, retryable}},
        {errc::connect_timeout, {connect_failed, timeout, retryable}},
        {errc::tls_handshake_failed, {connect_failed}},
        {errc::certificate_untrusted, {connect_failed, certificate}},
        {errc::certificate_expired, {connect_failed, certificate}},
        {errc::certificate_host_mismatch, {connect_failed, certificate}},
        {errc::tls_configuration, {}},
        {errc::upgrade_refused, {connect_failed}},
        {errc::malformed_upgrade, {connect_failed, protocol_error}},
        {errc::authentication_refused, {unauthorized}},
        {errc::authentication_timeout, {timeout, retryable}},
        {errc::unexpected_message, {protocol_error}},
        {errc::connection_lost, {connection_lost, retryable}},
        {errc::closed_by_server, {connection_lost, retryable}},
        {errc::idle_timeout, {connection_lost, timeout, retryable}},
        {errc::websocket_protocol, {protocol_error}},
        {errc::message_too_big, {protocol_error}},
        {errc::malformed_message, {protocol_error}},
        {errc::slow_consumer, {}},
        {errc::handler_failed, {}},
        {errc::bad_request, {bad_request}},
        {errc::unauthorized, {unauthorized}},
        {errc::quota_exceeded, {quota_exceeded}},
        {errc::not_found, {not_found}},
        {errc::conflict, {conflict}},
        {errc::service_unavailable, {service_unavailable, retryable}},
        {errc::server_error, {}},
        {errc::unexpected_status, {protocol_error}},
        {errc::malformed_response, {protocol_error}},
        {errc::response_too_large, {protocol_error}},
        {errc::outcome_unknown, {connection_lost}},
        {errc::already_listening, {}},
        {errc::address_in_use, {}},
        {errc::listen_failed, {}},
    };
}

constexpr std::array all_conditions = {
    condition::unauthorized,        condition::not_found,      condition::bad_request,
    condition::not_supported,       condition::quota_exceeded, condition::conflict,
    condition::service_unavailable, condition::timeout,        condition::connection_lost,
    condition::connect_failed,      condition::certificate,    condition::protocol_error,
    condition::retryable,
};

const diagnostics everything{"GET /room/a", "http://localhost:5002/room/a", "more", 404,
                             "Room a does not exist"};

std::string message_of(errc code) { return boost_code(code).message(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(error)

// ---- codes

BOOST_AUTO_TEST_CASE(the_test_table_holds_every_code) {
    int expected = 1;
    for (const code_and_conditions& each : all_codes())
        BOOST_TEST(static_cast<int>(each.code) == expected++);
    BOOST_TEST(jellyfish::error_category().message(expected) == "unknown error");
    BOOST_TEST(jellyfish::error_category().message(0) == "unknown error");
    BOOST_TEST(jellyfish::error_category().message(-1) == "unknown error");
}

BOOST_AUTO_TEST_CASE(every_code_has_its_own_message) {
    std::set<std::string> messages;
    for (const code_and_conditions& each : all_codes()) {
        const std::string message = message_of(each.code);
        BOOST_TEST(!message.empty());
        BOOST_TEST(message != "unknown error");
        BOOST_TEST(message.find('\n') == std::string::npos);
        BOOST_TEST(messages.insert(message).second, message);
    }
}

BOOST_AUTO_TEST_CASE(a_message_can_be_read_without_allocation) {
    std::array<char, 8> small{};
    const auto& category = jellyfish::error_category();
    for (const code_and_conditions& each : all_codes()) {
        const int value = static_cast<int>(each.code);
        BOOST_TEST(category.message(value, small.data(), small.size()) == category.message(value));
    }
}

BOOST_AUTO_TEST_CASE(codes_belong_to_the_librarys_category) {
    const boost_code code = errc::not_found;
    BOOST_TEST((code.category() == jellyfish::error_category()));
    BOOST_TEST(std::string_view(code.category().name()) == "jellyfish");
    BOOST_TEST(bool(code));
    BOOST_TEST((code == errc::not_found));
    BOOST_TEST((code != errc::bad_request));
    BOOST_TEST(std::string_view(jellyfish::condition_category().name()) == "jellyfish.condition");
}

// ---- conditions

BOOST_DATA_TEST_CASE(a_code_equals_its_conditions_and_no_others, data::make(all_codes()), each) {
    const boost_code code = each.code;
    for (const condition value : all_conditions) {
        BOOST_TEST_CONTEXT(jellyfish::make_error_condition(value).message())
        BOOST_TEST((code == value) == each.met.contains(value));
    }
}

BOOST_AUTO_TEST_CASE(success_and_foreign_codes_equal_no_condition) {
    const boost_code same_value(static_cast<int>(errc::unauthorized),
                                boost::system::generic_category());
    for (const condition value : all_conditions) {
        BOOST_TEST((boost_code() != value));
        BOOST_TEST((same_value != value));
        BOOST_TEST((boost_code(boost::asio::error::operation_aborted) != value));
    }
}

BOOST_AUTO_TEST_CASE(every_condition_has_its_own_message) {
    std::set<std::string> messages;
    for (const condition value : all_conditions)
        messages.insert(jellyfish::make_error_condition(value).message());
    BOOST_TEST(messages.size() == all_conditions.size());
    const auto next = static_cast<condition>(static_cast<int>(all_conditions.size()) + 1);
    BOOST_TEST(jellyfish::make_error_condition(next).message() == "unknown condition");
    BOOST_TEST((boost_code(errc::not_found) != next));
}

// ---- exceptions

BOOST_AUTO_TEST_CASE(an_error_reports_everything_known_in_one_line) {
    const jellyfish::error e(errc::not_found, everything);
    BOOST_TEST(e.what() ==
               "GET /room/a (http://localhost:5002/room/a): " + message_of(errc::not_found) +
                   "; status 404; server message: Room a does not exist; more");
    BOOST_TEST((e.code() == errc::not_found));
    BOOST_TEST(e.info().operation == everything.operation);
    BOOST_TEST(e.info().address == everything.address);
    BOOST_TEST(e.info().detail == everything.detail);
    BOOST_TEST(e.info().status == everything.status);
    BOOST_TEST(e.info().server_message == everything.server_message);
}

BOOST_AUTO_TEST_CASE(unknown_parts_leave_no_gap) {
    const std::string message = message_of(errc::closed);
    const auto what = [](diagnostics info) {
        return std::string(jellyfish::error(errc::closed, std::move(info)).what());
    };
    BOOST_TEST(what({}) == message);
    BOOST_TEST(what({"close", "", "", 0, ""}) == "close: " + message);
    BOOST_TEST(what({"", "ws://h:1", "", 0, ""}) == "(ws://h:1): " + message);
    BOOST_TEST(what({"", "", "why", 0, ""}) == message + "; why");
    BOOST_TEST(what({"", "", "", 500, ""}) == message + "; status 500");
    BOOST_TEST(what({"", "", "", 0, "no"}) == message + "; server message: no");
}

BOOST_AUTO_TEST_CASE(a_servers_text_does_not_break_the_line) {
    const jellyfish::error e(errc::bad_request,
                             {"POST /room", "", "a\nb", 400, "one\r\ntwo\tza\xc5\xbc\x7f"});
    const std::string_view text = e.what();
    for (const char c : text)
        BOOST_TEST((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
    BOOST_TEST(text.find("one  two za\xc5\xbc ; a b") != std::string_view::npos);
    BOOST_TEST(e.info().server_message == "one\r\ntwo\tza\xc5\xbc\x7f");  // Unchanged.
}

BOOST_AUTO_TEST_CASE(foreign_codes_can_be_reported) {
    const boost_code reset = boost::asio::error::connection_reset;
    const jellyfish::error e(reset, {"connect", "", "", 0, ""});
    BOOST_TEST(e.what() == "connect: " + reset.message());
    BOOST_TEST(e.code() == reset);
}

BOOST_AUTO_TEST_CASE(copies_share_their_text_and_copying_cannot_throw) {
    static_assert(std::is_nothrow_copy_constructible_v<jellyfish::error>);
    static_assert(std::is_nothrow_copy_assignable_v<jellyfish::error>);
    static_assert(std::is_nothrow_copy_constructible_v<api_error>);
    std::optional<jellyfish::error> first(std::in_place, errc::not_found, everything);
    const jellyfish::error second = *first;
    BOOST_TEST((first->what() == second.what()));  // The very same text.
    BOOST_TEST(&first->info() == &second.info());
    first.reset();
    BOOST_TEST(std::string_view(second.what()).starts_with("GET /room/a "));
    jellyfish::error third(errc::closed, {});
    third = second;
    BOOST_TEST((third.what() == second.what()));
    BOOST_TEST((third.code() == errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_moved_from_error_still_has_its_text) {
    jellyfish::error first(errc::not_found, everything);
    const jellyfish::error second = std::move(first);
    BOOST_TEST(std::string_view(second.what()).starts_with("GET /room/a "));
}

BOOST_AUTO_TEST_CASE(an_error_can_be_caught_as_any_of_its_bases) {
    const std::string expected = jellyfish::error(errc::not_found, everything).what();
    const auto thrown = [] { throw api_error(errc::not_found, everything); };
    BOOST_CHECK_EXCEPTION(thrown(), jellyfish::error,
                          [&](const auto& e) { return e.what() == expected; });
    BOOST_CHECK_EXCEPTION(thrown(), boost::system::system_error, [&](const auto& e) {
        return e.what() == expected && e.code() == errc::not_found;
    });
    BOOST_CHECK_EXCEPTION(thrown(), std::exception,
                          [&](const auto& e) { return e.what() == expected; });
}

BOOST_AUTO_TEST_CASE(an_api_error_has_the_servers_response) {
    const api_error e(errc::not_found, everything);
    BOOST_TEST(e.status() == 404);
    BOOST_TEST(e.server_message() == "Room a does not exist");
}

// ---- exceptions of operations

BOOST_AUTO_TEST_CASE(a_failure_with_a_status_throws_an_api_error) {
    const auto info = std::make_shared<const diagnostics>(everything);
    const std::exception_ptr thrown = jellyfish::detail::make_exception(errc::not_found, info);
    BOOST_CHECK_EXCEPTION(std::rethrow_exception(thrown), api_error,
                          [](const api_error& e) { return e.status() == 404; });
}

BOOST_AUTO_TEST_CASE(a_failure_without_a_status_is_not_an_api_error) {
    for (const auto& info :
         {std::make_shared<const diagnostics>(diagnostics{"connect", "", "", 0, ""}),
          std::shared_ptr<const diagnostics>()}) {
        try {
            std::rethrow_exception(jellyfish::detail::make_exception(errc::closed, info));
        } catch (const api_error&) {
            BOOST_ERROR("an api_error");
        } catch (const jellyfish::error& e) {
            BOOST_TEST((e.code() == errc::closed));
            BOOST_TEST(e.info().operation == (info ? "connect" : ""));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_cancelled_call_is_not_an_api_error) {
    const auto info = std::make_shared<const diagnostics>(everything);
    try {
        std::rethrow_exception(
            jellyfish::detail::make_exception(boost::asio::error::operation_aborted, info));
    } catch (const api_error&) {
        BOOST_ERROR("an api_error");
    } catch (const jellyfish::error& e) {
        BOOST_TEST((e.code() == boost::asio::error::operation_aborted));
    }
}

BOOST_AUTO_TEST_CASE(codes_and_conditions_print_their_names) {
    BOOST_TEST(boost::lexical_cast<std::string>(errc::invalid_address) == "invalid_address");
    BOOST_TEST(boost::lexical_cast<std::string>(errc::listen_failed) == "listen_failed");
    BOOST_TEST(boost::lexical_cast<std::string>(errc(1'000)) == "unknown");
    BOOST_TEST(boost::lexical_cast<std::string>(condition::unauthorized) == "unauthorized");
    BOOST_TEST(boost::lexical_cast<std::string>(condition::retryable) == "retryable");
}

BOOST_AUTO_TEST_CASE(diagnostics_are_printed_like_an_error_without_its_code) {
    const auto printed = [](const jellyfish::diagnostics& value) {
        std::ostringstream out;
        out << value;
        return out.str();
    };
    BOOST_TEST(printed({"GET /room/a", "http://h", "a\nb", 404, "gone"}) ==
               "GET /room/a (http://h): status 404; server message: gone; a b");
    BOOST_TEST(printed({"connect", "", "refused", 0, ""}) == "connect: refused");
    BOOST_TEST(printed({"", "h:1", "", 0, ""}) == "(h:1)");
    BOOST_TEST(printed({"", "", "refused", 0, ""}) == "refused");
    BOOST_TEST(printed({}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
