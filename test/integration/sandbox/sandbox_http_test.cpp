#include <jellyfish/testing/server.hpp>

#include "fakes/blocking_client.hpp"
#include "fixtures/certificate_files.hpp"
#include "fixtures/descriptor_shortage.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <array>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

const std::string get_health =
    "GET /health HTTP/1.1\r\nhost: x\r\nauthorization: Bearer development\r\n\r\n";

std::string post_room(const std::string& more, const std::string& body) {
    return "POST /room HTTP/1.1\r\nhost: x\r\nauthorization: Bearer development\r\n"
           "content-type: application/json\r\n" +
           more + "\r\n" + body;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_http, sandbox_fixture)

BOOST_AUTO_TEST_CASE(health_matches_that_of_a_single_server) {
    const std::string body = call(port(), "GET", "/health").body;
    BOOST_TEST(
        body.starts_with(R"({"data":{"distribution":{"enabled":false,"nodeStatus":"DOWN",)"
                         R"("nodesInCluster":0},"gitCommit":"dev","status":"UP","uptime":)"));
    BOOST_TEST(json_text(body, "version") == "0.5.0");
}

BOOST_AUTO_TEST_CASE(a_connection_serves_many_requests_and_pipelined_ones_in_order) {
    http_client http(port());
    http.send(get_health +
              "GET /room/none HTTP/1.1\r\nhost: x\r\nauthorization: Bearer development\r\n\r\n" +
              get_health);
    BOOST_TEST(http.receive().status == 200);
    BOOST_TEST(http.receive().status == 404);
    const client_response last = http.receive();
    BOOST_TEST(last.status == 200);
    BOOST_TEST(!last.headers.contains("connection"));
    BOOST_TEST(server.open_connections() == 1U);
}

BOOST_AUTO_TEST_CASE(the_last_request_of_a_connection_is_announced) {
    sandbox_fixture three(testing::server_options().requests_per_connection(3));
    http_client http(three.port());
    BOOST_TEST(!http.call("GET", "/health").headers.contains("connection"));
    BOOST_TEST(!http.call("GET", "/health").headers.contains("connection"));
    BOOST_TEST(http.call("GET", "/health").headers.at("connection") == "close");
    BOOST_TEST(http.ends_within(20s));
}

BOOST_AUTO_TEST_CASE(clients_decide_whether_a_connection_is_kept) {
    http_client closes(port());
    BOOST_TEST(
        closes.call("GET", "/health", {}, {{"connection", "close"}}).headers.at("connection") ==
        "close");
    BOOST_TEST(closes.ends_within(20s));
    http_client old(port());
    old.send("GET /health HTTP/1.0\r\nauthorization: Bearer development\r\n\r\n");
    BOOST_TEST(old.receive().headers.at("connection") == "close");
    BOOST_TEST(old.ends_within(20s));
    http_client kept(port());
    kept.send(
        "GET /health HTTP/1.0\r\nconnection: keep-alive\r\nauthorization: Bearer "
        "development\r\n\r\n");
    BOOST_TEST(kept.receive().headers.at("connection") == "keep-alive");
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed_and_a_late_request_is_not_executed) {
    sandbox_fixture quick(testing::server_options().http_idle_timeout(100ms));
    http_client never(quick.port());
    http_client http(quick.port());
    BOOST_TEST(http.call("GET", "/health").status == 200);
    BOOST_TEST(http.ends_within(20s));
    BOOST_TEST(never.ends_within(20s));
    BOOST_CHECK_THROW(http.call("POST", "/room"), std::runtime_error);
    BOOST_TEST(quick.server.rooms().empty());
}

BOOST_AUTO_TEST_CASE(an_incomplete_header_gets_408) {
    sandbox_fixture quick(testing::server_options().http_idle_timeout(100ms));
    for (const char* begin : {"GET /hea", "GET /health HTTP/1.1\r\nhost"}) {
        http_client http(quick.port());
        http.send(begin);
        const client_response response = http.receive();
        BOOST_TEST(response.status == 408);
        BOOST_TEST(response.headers.at("connection") == "close");
        BOOST_TEST(response.body.empty());
        BOOST_TEST(http.ends_within(20s));
    }
}

BOOST_AUTO_TEST_CASE(a_connection_closed_by_the_client_is_gone_at_once) {
    sandbox_fixture patient(testing::server_options().http_idle_timeout(1h));
    {
        http_client http(patient.port());
        BOOST_TEST(http.call("GET", "/health").status == 200);
        websocket_client socket = open_server_socket(patient.port());
        socket.close(1000);
        BOOST_TEST(patient.server.open_connections() >= 1U);
    }
    const auto gone = [&] { return patient.server.open_connections() == 0; };
    BOOST_TEST(patient.server.wait_for(gone, 500ms));
}

BOOST_AUTO_TEST_CASE(accepting_pauses_while_there_are_no_descriptors) {
    if (!descriptors_may_run_out) return;
    using tcp = boost::asio::ip::tcp;
    boost::asio::io_context io;
    tcp::socket socket(io, tcp::v4());
    const auto failures = [&] {
        return log.count("[warning] Cannot accept a connection: Too many open files");
    };
    const auto begin = std::chrono::steady_clock::now();
    {
        const descriptor_shortage none;
        socket.connect({boost::asio::ip::address_v4::loopback(), port()});
        while (failures() < 2 && std::chrono::steady_clock::now() - begin < 20s)
            std::this_thread::sleep_for(10ms);
    }
    const std::size_t count = failures();
    BOOST_TEST(count >= 2U);
    BOOST_TEST(static_cast<std::size_t>((std::chrono::steady_clock::now() - begin) / 100ms) + 1 >=
               count);
    boost::asio::write(socket, boost::asio::buffer(get_health));
    std::array<char, 12> received{};
    boost::asio::read(socket, boost::asio::buffer(received));
    BOOST_TEST(std::string_view(received.data(), received.size()) == "HTTP/1.1 200");
}

BOOST_AUTO_TEST_CASE(an_invalid_request_is_rejected_without_a_body) {
    const std::string begin = "GET / HTTP/1.1\r\nhost: x\r\n";
    const std::pair<std::string, int> samples[] = {
        {"hello\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\nhost: x\r\n\r\n", 505},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {begin + "host: y\r\n\r\n", 400},
        {begin + "content-length: -1\r\n\r\n", 400},
        {begin + "x: " + std::string(100'000, 'x'), 431},
    };
    for (const auto& [bytes, status] : samples) {
        http_client http(port());
        http.send(bytes);
        const client_response response = http.receive();
        BOOST_TEST(response.status == status, bytes.substr(0, 100));
        BOOST_TEST(response.body.empty());
        BOOST_TEST(http.ends_within(20s));
    }
}

BOOST_AUTO_TEST_CASE(bodies_can_be_chunked_and_sent_after_100_continue) {
    http_client http(port());
    http.send(post_room("transfer-encoding: chunked\r\n",
                        "9\r\n{\"roomId\"\r\n5\r\n:\"c\"}\r\n0\r\n\r\n"));
    BOOST_TEST(http.receive().status == 201);
    http.send(post_room("expect: 100-continue\r\ncontent-length: 14\r\n", ""));
    BOOST_TEST(http.receive_bytes(25) == "HTTP/1.1 100 Continue\r\n\r\n");
    http.send(R"({"roomId":"d"})");
    BOOST_TEST(http.receive().status == 201);
    BOOST_TEST(server.rooms() == (std::vector<std::string>{"c", "d"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_empty_chunked_body_can_arrive_in_pieces) {
    http_client http(port());
    http.send(post_room("transfer-encoding: chunked\r\n", "0\r\n"));
    for (const char* piece : {"\r", "\n"}) {
        // The server has read what was sent before it responds on another connection.
        BOOST_TEST(call(port(), "GET", "/health").status == 200);
        http.send(piece);
    }
    BOOST_TEST(http.receive().status == 201);
    BOOST_TEST(server.rooms().size() == 1U);
}

BOOST_AUTO_TEST_CASE(chunk_extensions_and_trailers_that_are_too_long_are_rejected) {
    const std::string text(20'000, 'x');
    for (const std::string& body : {"1;" + text, "1;" + text + "\r\n{\r\n", "0\r\nx: " + text,
                                    "0\r\nx: " + text + "\r\n\r\n"}) {
        http_client http(port());
        http.send(post_room("transfer-encoding: chunked\r\n", body));
        BOOST_TEST(http.receive().status == 431, body.substr(0, 10));
        BOOST_TEST(http.ends_within(20s));
    }
    BOOST_TEST(server.rooms().empty());
}

BOOST_AUTO_TEST_CASE(a_body_that_is_too_large_is_rejected) {
    http_client http(port());
    const std::string body = "{\"x\":\"" + std::string(8'500'000, 'a') + "\"}";
    http.send(post_room("content-length: " + std::to_string(body.size()) + "\r\n", body));
    const client_response response = http.receive();
    BOOST_TEST(response.status == 413);
    BOOST_TEST(response.body == R"({"errors":{"detail":"Request Entity Too Large"}})");
    BOOST_TEST(http.ends_within(20s));
}

BOOST_AUTO_TEST_CASE(the_response_to_a_head_request_has_no_body) {
    http_client http(port());
    const client_response response = http.call("HEAD", "/room");
    BOOST_TEST(response.status == 200);
    BOOST_TEST(response.headers.at("content-length") == "11");
    BOOST_TEST(http.call("GET", "/room").body == R"({"data":[]})");
}

BOOST_AUTO_TEST_CASE(a_path_prefix_precedes_every_path) {
    sandbox_fixture prefixed(testing::server_options().path_prefix("/proxy/jf"));
    BOOST_TEST(prefixed.server.address() ==
               "127.0.0.1:" + std::to_string(prefixed.port()) + "/proxy/jf");
    BOOST_TEST(call(prefixed.port(), "GET", "/room").status == 404);
    const client_response room = call(prefixed.port(), "POST", "/proxy/jf/room");
    BOOST_TEST(json_text(room.body, "jellyfish_address") == prefixed.server.address());
    websocket_client socket(prefixed.port(), "/proxy/jf/socket/server/websocket");
    socket.send_binary(auth_request_bytes("development"));
    BOOST_TEST(socket.receive().payload == authenticated_bytes());
    BOOST_CHECK_THROW(websocket_client(prefixed.port(), "/socket/server/websocket"),
                      std::runtime_error);
}

BOOST_AUTO_TEST_CASE(tls_works_for_rest_and_sockets) {
    const certificate_files files;
    sandbox_fixture secure(
        testing::server_options().tls(files.certificate_file(), files.key_file()));
    const client_target target{secure.port(), "127.0.0.1", files.authority};
    http_client http(target);
    BOOST_TEST(http.call("POST", "/room", R"({"roomId":"r"})").status == 201);
    BOOST_TEST(http.call("GET", "/health", {}, {{"connection", "close"}}).status == 200);
    BOOST_TEST(http.ends_within(20s));
    websocket_client socket(target, "/socket/server/websocket");
    socket.send_binary(auth_request_bytes("development"));
    BOOST_TEST(socket.receive().payload == authenticated_bytes());
    secure.server.send_frame(testing::frame_opcode::binary, std::string(300'000, 'x'));
    BOOST_TEST(socket.receive().payload.size() == 300'000U);
    secure.server.close_sockets(1001);
    BOOST_TEST(socket.receive().code == 1001);
}

BOOST_AUTO_TEST_CASE(a_missing_certificate_is_reported_by_name) {
    try {
        testing::server unusable(testing::server_options().tls("/nowhere/cert", "/nowhere/key"));
        BOOST_ERROR("it listens");
    } catch (const boost::system::system_error& error) {
        BOOST_TEST(std::string(error.what()).find("/nowhere/cert") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(an_encrypted_key_is_reported_by_name_without_a_prompt) {
    const certificate_files files;
    files.replace(files.key_file(), encrypted(files.identity.key, "s3cret-phrase"));
    BOOST_CHECK_EXCEPTION(
        testing::server(testing::server_options().tls(files.certificate_file(), files.key_file())),
        boost::system::system_error, [&](const boost::system::system_error& error) {
            const std::string text = error.what();
            return text.find("key file " + files.key_file() + " is encrypted") != text.npos;
        });
}

BOOST_AUTO_TEST_CASE(a_restart_reads_certificate_and_key_again) {
    certificate_files files;
    sandbox_fixture secure(
        testing::server_options().tls(files.certificate_file(), files.key_file()));
    const client_target before{secure.port(), "127.0.0.1", files.authority};
    files.renew();
    BOOST_TEST(http_client(before).call("GET", "/health").status == 200);
    secure.server.restart();
    const client_target after{secure.port(), "127.0.0.1", files.authority};
    BOOST_TEST(http_client(after).call("GET", "/health").status == 200);
    BOOST_CHECK_THROW(http_client{before}, boost::system::system_error);
}

BOOST_AUTO_TEST_CASE(a_restart_with_an_invalid_certificate_can_be_retried) {
    const certificate_files files;
    sandbox_fixture secure(
        testing::server_options().tls(files.certificate_file(), files.key_file()));
    const client_target target{secure.port(), "127.0.0.1", files.authority};
    const std::string aside = files.certificate_file() + ".aside";
    std::filesystem::rename(files.certificate_file(), aside);
    BOOST_CHECK_THROW(secure.server.restart(), boost::system::system_error);
    BOOST_CHECK_THROW(http_client{target}, boost::system::system_error);
    std::filesystem::rename(aside, files.certificate_file());
    secure.server.restart();
    BOOST_TEST(http_client(target).call("GET", "/health").status == 200);
}

BOOST_AUTO_TEST_CASE(in_a_cluster_rooms_are_distributed_and_known_only_to_their_node) {
    sandbox_fixture cluster(testing::server_options().nodes(3));
    testing::server& nodes = cluster.server;
    BOOST_CHECK_THROW((void)nodes.port(3), std::out_of_range);
    for (std::size_t i = 0; i < 3; ++i) {
        const std::string id = "r" + std::to_string(i);
        const client_response made =
            call(nodes.port(0), "POST", "/room", R"({"roomId":")" + id + "\"}");
        BOOST_TEST(json_text(made.body, "jellyfish_address") == nodes.address(i));
        for (std::size_t k = 0; k < 3; ++k) {
            const int expected = i == k ? 200 : 404;
            BOOST_TEST(call(nodes.port(k), "GET", "/room/" + id).status == expected);
        }
    }
    BOOST_TEST(call(nodes.port(2), "GET", "/health")
                   .body.find(R"("enabled":true,"nodeStatus":"UP","nodesInCluster":3)") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(in_a_cluster_every_node_reports_all_rooms) {
    sandbox_fixture cluster(testing::server_options().nodes(2));
    websocket_client first = open_server_socket(cluster.server.port(0));
    websocket_client second = open_server_socket(cluster.server.port(1));
    call(cluster.server.port(0), "POST", "/room", R"({"roomId":"a"})");
    call(cluster.server.port(0), "POST", "/room", R"({"roomId":"b"})");
    cluster.server.crash_room("b");
    for (websocket_client* socket : {&first, &second}) {
        expect(*socket, {room_created{"a"}, room_created{"b"}, room_crashed{"b"}});
    }
}

BOOST_AUTO_TEST_SUITE_END()
