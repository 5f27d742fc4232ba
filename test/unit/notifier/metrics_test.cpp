#include <jellyfish/error.hpp>
#include <jellyfish/metrics.hpp>
#include <jellyfish/webhook.hpp>

#include "data/recordings.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;

metrics parsed(std::string text) { return parse_metrics(metrics_report{std::move(text)}); }

endpoint_metrics endpoint_of(const std::string& members) {
    const metrics all = parsed(R"({"room_id=r":{"endpoint_id=e":)" + members + "}}");
    BOOST_REQUIRE_EQUAL(all.rooms.size(), 1u);
    BOOST_REQUIRE_EQUAL(all.rooms[0].endpoints.size(), 1u);
    return all.rooms[0].endpoints[0];
}

track_metrics track_of(const std::string& members, const std::string& label = "e:t") {
    const endpoint_metrics endpoint = endpoint_of(R"({"track_id=)" + label + "\":" + members + '}');
    BOOST_REQUIRE_EQUAL(endpoint.tracks.size(), 1u);
    return endpoint.tracks[0];
}

void check_other(const std::vector<metric>& found, const std::vector<metric>& expected) {
    BOOST_TEST_REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        BOOST_TEST(found[i].name == expected[i].name);
        BOOST_TEST(found[i].value == expected[i].value);
    }
}

/// Non-empty reports recorded from a real server.
std::vector<metrics> recorded_reports() {
    std::vector<metrics> all;
    for (const test::recorded_session& session : test::recorded_sessions()) {
        if (session.name.find("metrics with label levels") == std::string::npos) continue;
        for (const test::recorded_step& step : session.steps) {
            if (step.what != test::recorded_step::kind::server_frame || step.opcode != 2) continue;
            if (!step.payload.starts_with('b')) continue;  // Field 12: metrics_report.
            all.push_back(parse_metrics(std::get<metrics_report>(receive_binary(step.payload))));
        }
    }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(metrics)

BOOST_AUTO_TEST_CASE(an_empty_server_reports_nothing) {
    BOOST_TEST((parsed("{}") == jellyfish::metrics()));
}

BOOST_AUTO_TEST_CASE(a_real_servers_first_report_has_totals_only) {
    const auto reports = recorded_reports();
    BOOST_TEST_REQUIRE(reports.size() == 3u);
    BOOST_TEST_REQUIRE(reports[0].rooms.size() == 1u);
    BOOST_TEST(reports[0].rooms[0].id == "room-1");
    const endpoint_metrics& endpoint = reports[0].rooms[0].endpoints.at(0);
    BOOST_TEST(endpoint.id == "peer-1");
    BOOST_TEST(endpoint.metadata == R"({"name":"x"})");
    BOOST_TEST(endpoint.bytes_received.total.value() == 1000u);
    BOOST_TEST(!endpoint.bytes_received.per_second);
    BOOST_TEST(endpoint.packets_received.total.value() == 1u);
    BOOST_TEST(!endpoint.bytes_sent.total);
    BOOST_TEST(endpoint.other.empty());
}

BOOST_AUTO_TEST_CASE(a_real_servers_later_reports_include_rates) {
    const auto reports = recorded_reports();
    BOOST_TEST_REQUIRE(reports.size() == 3u);
    const endpoint_metrics& endpoint = reports[2].rooms.at(0).endpoints.at(0);
    BOOST_TEST(endpoint.bytes_received.total.value() == 3000u);
    BOOST_TEST(endpoint.bytes_received.per_second.value() == 999.000999000999);
    const track_metrics& track = endpoint.tracks.at(0);
    BOOST_TEST(track.label == "track-1:h");
    BOOST_TEST(track.track_id == "track-1");
    BOOST_TEST(track.rid == "h");
    BOOST_TEST(track.rtp.bytes_received.total.value() == 300u);
    BOOST_TEST(track.rtp.bytes_received.per_second.value() == 99.9000999000999);
    BOOST_TEST(track.rtp.packets_received.total.value() == 3u);
    BOOST_TEST(track.rtp.packets_received.per_second.value() == 0.999000999000999);
    BOOST_TEST(track.other.empty());
}

BOOST_AUTO_TEST_CASE(an_endpoint_has_its_ice_counters) {
    const endpoint_metrics endpoint = endpoint_of(
        R"({"ice.protocol":"udp","ice.bytes_sent":1,"ice.bytes_sent-per-second":1.5,)"
        R"("ice.packets_sent":2,"ice.packets_sent-per-second":2.5,"ice.bytes_received":3,)"
        R"("ice.packets_received":4,"ice.packets_received-per-second":4})");
    BOOST_TEST(endpoint.ice_protocol.value() == "udp");
    BOOST_TEST((endpoint.bytes_sent == metric_counter{1, 1.5}));
    BOOST_TEST((endpoint.packets_sent == metric_counter{2, 2.5}));
    BOOST_TEST((endpoint.bytes_received == metric_counter{3, {}}));
    BOOST_TEST((endpoint.packets_received == metric_counter{4, 4}));
    BOOST_TEST(endpoint.other.empty());
}

BOOST_AUTO_TEST_CASE(an_incoming_track_has_its_received_counters) {
    const track_metrics track = track_of(
        R"({"inbound-rtp.encoding":"VP8","inbound-rtp.bytes_received":1,"inbound-rtp.packets":2,)"
        R"("inbound-rtp.frames":3,"inbound-rtp.frames-per-second":30.0,"inbound-rtp.keyframes":4,)"
        R"("inbound-rtp.markers_received":5,"track.metadata":{"type":"camera"}})");
    BOOST_TEST(track.rtp.codec.value() == "VP8");
    BOOST_TEST(track.rtp.bytes_received.total.value() == 1u);
    BOOST_TEST(track.rtp.packets_received.total.value() == 2u);
    BOOST_TEST((track.rtp.frames_received == metric_counter{3, 30}));
    BOOST_TEST(track.rtp.keyframes_received.total.value() == 4u);
    BOOST_TEST(track.rtp.markers_received.total.value() == 5u);
    BOOST_TEST(track.metadata == R"({"type":"camera"})");
    BOOST_TEST(!track.rtx);
    BOOST_TEST(track.other.empty());
}

BOOST_AUTO_TEST_CASE(an_outgoing_track_has_its_sent_counters) {
    const track_metrics track =
        track_of(R"({"outbound-rtp.variant":"high","outbound-rtp.bytes":1,)"
                 R"("outbound-rtp.packets":2,"outbound-rtp.packets-per-second":2.25,)"
                 R"("outbound-rtp.markers_sent":3,"outbound-rtp.paddings_sent":4})");
    BOOST_TEST(track.rtp.variant.value() == "high");
    BOOST_TEST(track.rtp.bytes_sent.total.value() == 1u);
    BOOST_TEST((track.rtp.packets_sent == metric_counter{2, 2.25}));
    BOOST_TEST(track.rtp.markers_sent.total.value() == 3u);
    BOOST_TEST(track.rtp.paddings_sent.total.value() == 4u);
    BOOST_TEST(!track.rtp.codec);
    BOOST_TEST(track.other.empty());
}

BOOST_AUTO_TEST_CASE(a_track_has_its_rtx_stream) {
    const track_metrics track = track_of(
        R"({"rtx_stream":{"inbound-rtp.packets":7,"jitter":[1, 2]},"inbound-rtp.packets":9})");
    BOOST_TEST_REQUIRE(track.rtx.has_value());
    BOOST_TEST(track.rtx->packets_received.total.value() == 7u);
    BOOST_TEST(track.rtp.packets_received.total.value() == 9u);
    check_other(track.other, {{"rtx_stream.jitter", "[1, 2]"}});
}

BOOST_AUTO_TEST_CASE(a_label_is_split_into_origin_track_and_quality) {
    struct expected {
        std::string label, origin, track, rid;
    };
    const std::vector<expected> all{
        {"e:t", "e", "t", ""},
        {"e:t:h", "e", "t", "h"},
        {"other:t:m", "other", "t", "m"},
        {"t", "", "t", ""},
        {"t:l", "", "t", "l"},
        {"e:a:b", "e", "a:b", ""},
        {"other:t", "other", "t", ""},
        {"", "", "", ""},
        {"e:t:hd", "e", "t:hd", ""},
    };
    for (const expected& each : all) {
        const track_metrics track = track_of("{}", each.label);
        BOOST_TEST(track.label == each.label);
        BOOST_TEST(track.origin_id == each.origin, each.label);
        BOOST_TEST(track.track_id == each.track, each.label);
        BOOST_TEST(track.rid == each.rid, each.label);
    }
}

BOOST_AUTO_TEST_CASE(an_id_with_a_colon_is_read_as_an_id) {
    const metrics_report report{R"({"room_id=r":{"endpoint_id=a:b":{"track_id=a:b:t":{}}}})"};
    const track_metrics track = parse_metrics(report).rooms.at(0).endpoints.at(0).tracks.at(0);
    BOOST_TEST(track.origin_id == "a:b");
    BOOST_TEST(track.track_id == "t");
}

BOOST_AUTO_TEST_CASE(unknown_names_remain_readable_at_their_level) {
    const auto all = parsed(
        R"({"node":"a","room_id=r":{"age":1.50,"endpoint_id=e":{"ice.new":[ 1 ],)"
        R"("track_id=t":{"inbound-rtp.jitter":1e-3,"inbound-rtp.packets-per-minute":60}}}})");
    check_other(all.other, {{"node", "\"a\""}});
    const room_metrics& room = all.rooms.at(0);
    check_other(room.other, {{"age", "1.50"}});
    check_other(room.endpoints.at(0).other, {{"ice.new", "[ 1 ]"}});
    check_other(room.endpoints.at(0).tracks.at(0).other,
                {{"inbound-rtp.jitter", "1e-3"}, {"inbound-rtp.packets-per-minute", "60"}});
}

BOOST_AUTO_TEST_CASE(values_of_an_unexpected_type_remain_readable) {
    const endpoint_metrics endpoint = endpoint_of(
        R"({"ice.bytes_sent":"many","ice.bytes_received":null,"ice.packets_sent":-1,)"
        R"("ice.packets_received":1.5,"ice.protocol":17,"ice.bytes_sent-per-second":{},)"
        R"("track_id=t":false})");
    BOOST_TEST((endpoint.bytes_sent == metric_counter()));
    BOOST_TEST(!endpoint.ice_protocol);
    BOOST_TEST(endpoint.tracks.empty());
    check_other(endpoint.other, {{"ice.bytes_sent", "\"many\""},
                                 {"ice.bytes_received", "null"},
                                 {"ice.packets_sent", "-1"},
                                 {"ice.packets_received", "1.5"},
                                 {"ice.protocol", "17"},
                                 {"ice.bytes_sent-per-second", "{}"},
                                 {"track_id=t", "false"}});
}

BOOST_AUTO_TEST_CASE(levels_of_an_unexpected_type_remain_readable) {
    const auto all =
        parsed(R"({"room_id=a":1,"room_id=b":{"endpoint_id=c":[]},"endpoint_id=d":{}})");
    check_other(all.other, {{"room_id=a", "1"}, {"endpoint_id=d", "{}"}});
    BOOST_TEST_REQUIRE(all.rooms.size() == 1u);
    check_other(all.rooms[0].other, {{"endpoint_id=c", "[]"}});
}

BOOST_AUTO_TEST_CASE(numbers_are_read_without_loss_of_precision) {
    const auto total = [](const std::string& number) {
        return endpoint_of(R"({"ice.bytes_sent":)" + number + '}').bytes_sent.total;
    };
    BOOST_TEST(total("0").value() == 0u);
    BOOST_TEST(total("9007199254740993").value() == 9'007'199'254'740'993u);
    BOOST_TEST(!total("9007199254740993.0"));  // Not representable as a double.
    BOOST_TEST(total("18446744073709551615").value() == std::numeric_limits<std::uint64_t>::max());
    BOOST_TEST(total("1.0e3").value() == 1000u);
    BOOST_TEST(total("3.0").value() == 3u);
    for (const char* const number : {"18446744073709551616", "1e30", "-0", "1e-400", "0.1"})
        BOOST_TEST(!total(number), number);
}

BOOST_AUTO_TEST_CASE(two_members_with_the_same_name_are_both_kept) {
    const endpoint_metrics endpoint =
        endpoint_of(R"({"ice.bytes_sent":1,"ice.bytes_sent":2,"track_id=t":{},"track_id=t":{}})");
    BOOST_TEST(endpoint.bytes_sent.total.value() == 1u);
    BOOST_TEST(endpoint.tracks.size() == 2u);
    check_other(endpoint.other, {{"ice.bytes_sent", "2"}});
}

BOOST_AUTO_TEST_CASE(escaped_names_and_strings_are_read) {
    const auto all =
        parsed(R"({"room_id=\u017c\"":{"endpoint_id=e":{"ice.protoc\u006fl":"t\u0063p"}}})");
    BOOST_TEST(all.rooms.at(0).id == "\xc5\xbc\"");
    BOOST_TEST(all.rooms.at(0).endpoints.at(0).ice_protocol.value() == "tcp");
}

BOOST_AUTO_TEST_CASE(a_report_of_many_kilobytes_is_read) {
    std::string text = R"({"room_id=r":{)";
    for (int i = 0; i < 300; ++i) {
        text += (i == 0 ? "" : ",") + std::string("\"endpoint_id=") + std::to_string(i) +
                R"(":{"ice.bytes_sent":)" + std::to_string(i) +
                R"(,"track_id=x:y":{"inbound-rtp.packets":1}})";
    }
    text += "}}";
    BOOST_TEST_REQUIRE(text.size() > 20'000u);
    const auto all = parsed(text);
    BOOST_TEST_REQUIRE(all.rooms.at(0).endpoints.size() == 300u);
    BOOST_TEST(all.rooms[0].endpoints[299].bytes_sent.total.value() == 299u);
}

BOOST_AUTO_TEST_CASE(an_invalid_report_is_rejected) {
    const std::string too_deep = std::string(300, '[') + std::string(300, ']');
    for (const std::string& text : {std::string(), std::string("nonsense"), std::string("[]"),
                                    std::string("1"), std::string("{\"a\":}"), too_deep}) {
        try {
            (void)parsed(text);
            BOOST_ERROR("read: " + text);
        } catch (const error& failure) {
            BOOST_TEST((failure.code() == errc::malformed_message));
            BOOST_TEST(std::string(failure.what()).find("parse_metrics") != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
