#include "rest/component_json.hpp"

#include <jellyfish/error.hpp>

#include "model/names.hpp"
#include "rest/rest_request.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using namespace std::chrono_literals;

namespace boost_json = boost::json;

boost_json::value written(const component_options& options) {
    return boost_json::parse(detail::write_json(options));
}

s3_credentials s3() {
    return s3_credentials().access_key_id("id").secret_access_key("s3cret").region("eu").bucket(
        "b");
}

/// The error for an invalid component, before anything is sent.
std::string rejection_of(const component_options& options) {
    try {
        (void)detail::add_component_request("room", options);
        return "(nothing)";
    } catch (const error& e) {
        BOOST_TEST(e.code() == error_code(errc::invalid_argument));
        BOOST_TEST(std::string(e.what()).find("s3cret") == std::string::npos);
        return e.info().detail;
    }
}

component read(const std::string& text) {
    std::string problem;
    const auto document = detail::json::document::parse(text, problem).value();
    return detail::component_of(document.root());
}

std::string malformed(const std::string& text) {
    try {
        (void)read(text);
        return "(nothing)";
    } catch (const error& e) {
        BOOST_TEST(e.code() == error_code(errc::malformed_response));
        return e.info().detail;
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(component_json)

// ---- to JSON

BOOST_AUTO_TEST_CASE(unset_options_are_left_out) {
    BOOST_TEST(written(component_options_hls()) ==
               boost_json::parse(R"({"type":"hls","options":{}})"));
    BOOST_TEST(written(component_options_recording()) ==
               boost_json::parse(R"({"type":"recording","options":{}})"));
    BOOST_TEST(written(component_options_rtsp("rtsp://x")) ==
               boost_json::parse(R"({"type":"rtsp","options":{"sourceUri":"rtsp://x"}})"));
    BOOST_TEST(written(component_options_file("a.ogg")) ==
               boost_json::parse(R"({"type":"file","options":{"filePath":"a.ogg"}})"));
}

BOOST_AUTO_TEST_CASE(all_options_of_hls_are_written) {
    BOOST_TEST(written(component_options_hls()
                           .low_latency(true)
                           .persistent(false)
                           .target_window_duration(60s)
                           .subscribe_mode(subscribe_mode::manual)
                           .s3(s3())) ==
               boost_json::parse(R"({"type":"hls","options":{"lowLatency":true,"persistent":false,
                   "targetWindowDuration":60,"subscribeMode":"manual","s3":{"accessKeyId":"id",
                   "secretAccessKey":"s3cret","region":"eu","bucket":"b"}}})"));
}

BOOST_AUTO_TEST_CASE(all_options_of_rtsp_are_written) {
    BOOST_TEST(
        written(component_options_rtsp("rtsp://x")
                    .rtp_port(30'000)
                    .reconnect_delay(1500ms)
                    .keep_alive_interval(2s)
                    .pierce_nat(false)) ==
        boost_json::parse(R"({"type":"rtsp","options":{"sourceUri":"rtsp://x","rtpPort":30000,
                   "reconnectDelay":1500,"keepAliveInterval":2000,"pierceNat":false}})"));
}

BOOST_AUTO_TEST_CASE(all_options_of_file_sip_and_recording_are_written) {
    BOOST_TEST(
        written(component_options_file("a.h264").framerate(24)) ==
        boost_json::parse(R"({"type":"file","options":{"filePath":"a.h264","framerate":24}})"));
    BOOST_TEST(
        written(component_options_sip("host", "user", "s3cret")) ==
        boost_json::parse(R"({"type":"sip","options":{"registrarCredentials":{"address":"host",
                   "username":"user","password":"s3cret"}}})"));
    BOOST_TEST(
        written(component_options_recording().path_prefix("p/").credentials(s3()).subscribe_mode(
            subscribe_mode::automatic)) ==
        boost_json::parse(
            R"({"type":"recording","options":{"pathPrefix":"p/","subscribeMode":"auto",
                   "credentials":{"accessKeyId":"id","secretAccessKey":"s3cret","region":"eu",
                   "bucket":"b"}}})"));
}

BOOST_AUTO_TEST_CASE(origins_and_numbers_are_written) {
    BOOST_TEST(boost_json::parse(detail::write_origins({"a", "\"b"})) ==
               boost_json::parse(R"({"origins":["a","\"b"]})"));
    BOOST_TEST(boost_json::parse(detail::write_origins({})) ==
               boost_json::parse(R"({"origins":[]})"));
    BOOST_TEST(boost_json::parse(detail::write_phone_number("+48 1\"2")) ==
               boost_json::parse(R"({"phoneNumber":"+48 1\"2"})"));
}

// ---- rejected options

BOOST_AUTO_TEST_CASE(options_that_would_harm_a_server_are_rejected) {
    BOOST_TEST(rejection_of(component_options_rtsp("")) == "source_uri is empty");
    BOOST_TEST(rejection_of(component_options_rtsp("x").rtp_port(0)) == "rtp_port must not be 0");
    BOOST_TEST(rejection_of(component_options_rtsp("x").reconnect_delay(-1ms)) ==
               "reconnect_delay must be from 0 to 100 years");
    BOOST_TEST(rejection_of(component_options_file("")) == "file_path is empty");
    BOOST_TEST(rejection_of(component_options_file("a").framerate(0)) ==
               "framerate must be at least 1");
    BOOST_TEST(rejection_of(component_options_sip("h", "", "s3cret")) == "username is empty");
    BOOST_TEST(rejection_of(component_options_sip("h", "u", "\xffs3cret")) ==
               "password is not UTF-8");
    BOOST_TEST(rejection_of(component_options_hls().target_window_duration(0s)) ==
               "target_window_duration must be from 1 s to 100 years");
    for (const auto ends : {std::chrono::seconds::min(), std::chrono::seconds::max()}) {
        BOOST_TEST(rejection_of(component_options_hls().target_window_duration(ends)) ==
                   "target_window_duration must be from 1 s to 100 years");
    }
    for (const auto ends : {std::chrono::milliseconds::min(), std::chrono::milliseconds::max()}) {
        BOOST_TEST(rejection_of(component_options_rtsp("x").keep_alive_interval(ends)) ==
                   "keep_alive_interval must be from 0 to 100 years");
    }
    BOOST_TEST(rejection_of(component_options_hls().s3(s3().bucket(""))) == "bucket is empty");
    BOOST_TEST(rejection_of(component_options_recording().credentials(s3_credentials())) ==
               "access_key_id is empty");
}

BOOST_AUTO_TEST_CASE(valid_options_are_accepted) {
    BOOST_TEST(rejection_of(component_options_hls().s3(s3())) == "(nothing)");
    BOOST_TEST(rejection_of(component_options_rtsp("x").reconnect_delay(0ms)) == "(nothing)");
}

// ---- from JSON

BOOST_AUTO_TEST_CASE(missing_or_null_properties_are_empty) {
    const auto hls = std::get<component_hls>(
        read(R"({"id":"c","type":"hls","properties":{"playable":null,"later":1}})"));
    BOOST_TEST((hls.properties == hls_properties()));
    const auto sip = std::get<component_sip>(
        read(R"({"id":"c","type":"sip","properties":{"registrarCredentials":null}})"));
    BOOST_TEST((sip.properties == sip_properties()));
}

BOOST_AUTO_TEST_CASE(unknown_members_of_a_component_are_kept_as_text) {
    const auto hls = std::get<component_hls>(read(
        R"({"id":"c","new":[1],"type":"hls","properties":{"playable":true,"later":"x","n":null}})"));
    BOOST_TEST(hls.extra == R"({"new":[1],"properties":{"later":"x"}})");
    const auto other =
        std::get<component_unknown>(read(R"({"id":"c","type":"new","properties":{"a":1},"b":2})"));
    BOOST_TEST(other.properties == R"({"a":1})");
    BOOST_TEST(other.extra == R"({"b":2})");
    const auto usual = std::get<component_sip>(read(R"({"id":"c","type":"sip","tracks":[]})"));
    BOOST_TEST(usual.extra == "");
}

BOOST_AUTO_TEST_CASE(the_upload_destination_of_a_stream_is_read) {
    const auto hls = std::get<component_hls>(
        read(R"({"id":"c","type":"hls","properties":{"s3":{"accessKeyId":"id","region":"eu",
                "secretAccessKey":"s3cret","bucket":"b","later":1}}})"));
    BOOST_TEST((hls.properties.s3 == s3()));
}

BOOST_AUTO_TEST_CASE(properties_of_the_wrong_type_are_reported) {
    BOOST_TEST(malformed(R"({"id":"c","type":"hls","properties":{"playable":1}})") ==
               "playable: expected a boolean, found a number");
    BOOST_TEST(malformed(R"({"id":"c","type":"hls","properties":{"subscribeMode":1}})") ==
               "subscribeMode: expected a string, found a number");
    BOOST_TEST(malformed(R"({"id":"c","type":"rtsp","properties":{"rtpPort":-1}})") ==
               "rtpPort: expected a non-negative integer, found a number");
    BOOST_TEST(malformed(R"({"id":"c","type":"sip","properties":{"registrarCredentials":{"password":
                   {"s3cret":1}}}})")
                   .find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(durations_beyond_the_range_of_the_clock_are_clamped) {
    const auto rtsp = std::get<component_rtsp>(
        read(R"({"id":"c","type":"rtsp","properties":{"reconnectDelay":9223372036854775807}})"));
    BOOST_TEST((rtsp.properties.reconnect_delay == std::chrono::years(100)));
}

BOOST_AUTO_TEST_SUITE_END()
