#include "fakes/blocking_client.hpp"
#include "fakes/blocking_receiver.hpp"
#include "fakes/signature.hpp"
#include "fakes/wire.hpp"
#include "fixtures/certificate_files.hpp"
#include "fixtures/program.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <csignal>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish::test;

/// The program jellyfish-sandbox.
class server_program : public program {
public:
    explicit server_program(std::vector<std::string> arguments)
        : program(JELLYFISH_SANDBOX, std::move(arguments)) {}
};

std::uint16_t port_of(const std::string& address) {
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_program)

BOOST_AUTO_TEST_CASE(it_serves_logs_and_exits_on_a_signal) {
    for (const int signal : {SIGINT, SIGTERM}) {
        server_program sandbox({"--port", "0", "--token", "secret"});
        const std::uint16_t port = port_of(sandbox.wait_for("Listening on 127.0.0.1"));
        websocket_client socket(port, "/socket/server/websocket");
        socket.send_binary(auth_request_bytes("secret"));
        BOOST_TEST(socket.receive().payload == authenticated_bytes());
        sandbox.wait_for("[info] New incoming server WebSocket connection, accepting");
        sandbox.wait_for("[info] Server WS authenticated.");
        sandbox.send(signal);
        BOOST_TEST((socket.receive().what == client_websocket_frame::kind::end));
        BOOST_TEST(sandbox.exit_status() == 0);
        BOOST_TEST(sandbox.printed().find("secret") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(it_shuts_down_like_the_real_server_within_a_grace_period) {
    server_program sandbox({"--port", "0", "--stop-time", "3600"});
    const std::uint16_t port = port_of(sandbox.wait_for("Listening on 127.0.0.1"));
    http_client http(port);
    BOOST_TEST(http.call("POST", "/room", R"({"roomId":"r"})").status == 201);
    websocket_client socket = open_server_socket(port);
    sandbox.send(SIGTERM);
    BOOST_TEST(socket.receive().payload == notification_bytes(jellyfish::room_crashed{"r"}));
    BOOST_TEST(http.call("GET", "/room").status == 500);
    sandbox.send(SIGTERM);
    BOOST_TEST((socket.receive().what == client_websocket_frame::kind::end));
    BOOST_TEST(sandbox.exit_status() == 0);
}

BOOST_AUTO_TEST_CASE(a_mistyped_secret_is_not_printed) {
    server_program sandbox({"--tokn=s3cret"});
    BOOST_TEST(sandbox.exit_status() == 2);
    BOOST_TEST(sandbox.printed().find("--tokn") != std::string::npos);
    BOOST_TEST(sandbox.printed().find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_cluster_prints_all_its_addresses) {
    server_program sandbox({"--port", "0", "--cluster", "2"});
    const std::uint16_t first = port_of(sandbox.wait_for("Listening on 127.0.0.1"));
    BOOST_TEST(call(first, "GET", "/health").body.find("\"nodesInCluster\":2") !=
               std::string::npos);
    sandbox.wait_for("\nListening on 127.0.0.1");
    sandbox.send(SIGTERM);
    BOOST_TEST(sandbox.exit_status() == 0);
}

BOOST_AUTO_TEST_CASE(it_serves_fishjam_under_the_printed_url) {
    for (const auto& [more, path] :
         {std::pair(std::vector<std::string>(), std::string("/api/v1/connect/sandbox")),
          std::pair(std::vector<std::string>{"--fishjam-id", "mine"},
                    std::string("/api/v1/connect/mine"))}) {
        std::vector<std::string> arguments{"--port", "0", "--api", "fishjam"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        server_program sandbox(arguments);
        std::string url = sandbox.wait_for("Listening on http://127.0.0.1");
        BOOST_TEST_REQUIRE(url.ends_with(path), url);
        url.resize(url.size() - path.size());
        BOOST_TEST(call(port_of(url), "GET", path + "/validate").status == 200);
        sandbox.send(SIGTERM);
        BOOST_TEST(sandbox.exit_status() == 0);
    }
}

BOOST_AUTO_TEST_CASE(invalid_options_of_the_api_are_explained) {
    const auto check = [](std::vector<std::string> arguments, const std::string& expected) {
        server_program sandbox(std::move(arguments));
        BOOST_TEST(sandbox.exit_status() == 2);
        BOOST_TEST(sandbox.errors() == "jellyfish-sandbox: " + expected + "; see --help\n");
    };
    check({"--api", "x"}, "invalid --api: expected jellyfish or fishjam");
    check({"--fishjam-id", "x"}, "--fishjam-id requires --api fishjam");
    check({"--api", "fishjam", "--cluster", "2"}, "--cluster must not be used with --api fishjam");
}

BOOST_AUTO_TEST_CASE(controls_have_a_port_of_their_own_if_requested) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"--port", "0", "--control", "0"},
          {"--control=127.0.0.1:0", "--port", "0"}}) {
        server_program sandbox(arguments);
        const std::uint16_t port = port_of(sandbox.wait_for("Listening on 127.0.0.1"));
        std::string control = sandbox.wait_for("\nControls on http://127.0.0.1");
        control.erase(control.find("/control"));
        BOOST_TEST(
            call(port_of(control), "POST", "/control/create_room", R"({"room_id":"r"})").status ==
            200);
        BOOST_TEST(call(port, "GET", "/room/r").status == 200);
        sandbox.send(SIGTERM);
        BOOST_TEST(sandbox.exit_status() == 0);
    }
}

BOOST_AUTO_TEST_CASE(there_are_no_controls_by_default) {
    server_program sandbox({"--port", "0"});
    const std::uint16_t port = port_of(sandbox.wait_for("Listening on 127.0.0.1"));
    BOOST_TEST(call(port, "GET", "/control").status == 404);
    sandbox.send(SIGTERM);
    BOOST_TEST(sandbox.exit_status() == 0);
    BOOST_TEST(sandbox.printed().find("Controls") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(webhooks_are_verified_with_a_ca_file) {
    const certificate_files files;
    jellyfish::testing::server receiver(
        jellyfish::testing::server_options().tls(files.certificate_file(), files.key_file()));
    const std::string body = R"({"webhookUrl":"https://)" + receiver.address() + R"(/hook"})";
    server_program trusting({"--port", "0", "--webhook-ca-file", files.authority_file()});
    const std::uint16_t port = port_of(trusting.wait_for("Listening on 127.0.0.1"));
    BOOST_TEST(call(port, "POST", "/room", body).status == 201);
    BOOST_TEST(receiver.wait_for([&] { return receiver.requests() == 1; }));
    server_program other({"--port", "0"});
    const std::uint16_t other_port = port_of(other.wait_for("Listening on 127.0.0.1"));
    BOOST_TEST(call(other_port, "POST", "/room", body).status == 201);
    other.wait_for("reason: tls_alert: certificate verify failed");
    BOOST_TEST(receiver.requests() == 1U);
}

BOOST_AUTO_TEST_CASE(webhooks_are_signed_and_posted_to_the_url_of_the_server) {
    blocking_receiver receiver;
    server_program sandbox(
        {"--port", "0", "--webhook-url", receiver.url(), "--webhook-secret", "s3cret"});
    const std::uint16_t port = port_of(sandbox.wait_for("Listening on 127.0.0.1"));
    BOOST_TEST(call(port, "POST", "/room", "{}").status == 201);
    BOOST_REQUIRE(receiver.wait_for(1));
    const received_post request = receiver.requests()[0];
    BOOST_TEST(request.header.find(signature_line(request.body, "s3cret")) != std::string::npos);
    BOOST_TEST(sandbox.printed().find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_invalid_webhook_url_is_an_error_that_does_not_show_it) {
    server_program sandbox({"--port", "0", "--webhook-url", "ftp://host/s3cret"});
    BOOST_TEST(sandbox.exit_status() == 1);
    BOOST_TEST(sandbox.printed().find("webhook_url must be http") != std::string::npos);
    BOOST_TEST(sandbox.printed().find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_missing_ca_file_is_an_error) {
    server_program sandbox({"--port", "0", "--webhook-ca-file", "/nonexistent"});
    BOOST_TEST(sandbox.exit_status() == 1);
    BOOST_TEST(sandbox.printed().find("CA file for webhooks /nonexistent: No such file") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_an_error) {
    const sandbox_fixture other;
    server_program sandbox({"--port", std::to_string(other.port())});
    BOOST_TEST(sandbox.exit_status() == 1);
    BOOST_TEST(sandbox.printed().find("cannot listen on 127.0.0.1:" +
                                      std::to_string(other.port())) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(bad_arguments_are_an_error_that_names_the_help) {
    const std::vector<std::vector<std::string>> all{
        {"--nonsense"},         {"--port", "x"},         {"--port", "65536"},
        {"--port", "-1"},       {"--cluster", "0"},      {"--cluster", "-1"},
        {"--stop-time", "-1"},  {"--stop-time", "x"},    {"--tls-cert", "x"},
        {"argument"},           {"--control=x"},         {"--control", "x:0"},
        {"--control", "65536"}, {"--webhook-secret", ""}};
    for (const auto& arguments : all) {
        server_program sandbox(arguments);
        BOOST_TEST(sandbox.exit_status() == 2, arguments.front());
        BOOST_TEST(sandbox.printed().find("see --help") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(help_and_version_are_printed) {
    server_program help({"--help"});
    BOOST_TEST(help.exit_status() == 0);
    BOOST_TEST(help.printed().find("--media-dir DIR") != std::string::npos);
    server_program version({"--version"});
    BOOST_TEST(version.exit_status() == 0);
    BOOST_TEST(version.printed().starts_with("jellyfish-sandbox "));
}

BOOST_AUTO_TEST_SUITE_END()
