#include "fixtures/certificate_files.hpp"
#include "integration/tools/tool_fixture.hpp"

#include <string>
#include <vector>

namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using texts = std::vector<std::string>;

std::string joined(const texts& words) {
    std::string out;
    for (const std::string& each : words)
        out += each + ' ';
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tool_failures)

BOOST_FIXTURE_TEST_CASE(what_the_server_refuses_is_status_1_with_its_words, tool_fixture) {
    make_room("full", R"(,"maxPeers":0)");
    const std::vector<std::pair<texts, std::string>> all{
        {{"room", "get", "none"}, "Room none does not exist"},
        {{"room", "delete", "none"}, "Room none does not exist"},
        {{"room", "create", "--id", "full"}, "room already exists"},
        {{"peer", "add", "full"}, "Reached peer limit in room full"},
        {{"peer", "delete", "full", "p"}, "Peer p does not exist"},
        {{"component", "add", "full", "hls"}, "Incompatible video codec"},
        {{"component", "delete", "full", "c"}, "Component c does not exist"},
        {{"subscribe", "full", "c", "o"}, "Component c does not exist"},
        {{"sip", "dial", "full", "c", "1"}, "Component c does not exist"},
        {{"sip", "end", "full", "c"}, "Component c does not exist"},
        {{"recordings", "get", "x", "y"}, "File not found"},
        {{"recordings", "delete", "x"}, "Recording not found"},
    };
    for (const auto& [words, expected] : all) {
        const ended result = run(words);
        BOOST_TEST(result.status == 1, joined(words));
        BOOST_TEST(result.complains(expected), result.errors);
        BOOST_TEST(result.output.empty());
    }
}

BOOST_FIXTURE_TEST_CASE(a_server_that_fails_is_status_1, tool_fixture) {
    for (const bool with_body : {true, false}) {
        server.fail_requests(1, 500, with_body);
        const ended result = run({"rooms"});
        BOOST_TEST(result.status == 1);
        BOOST_TEST(result.complains("see the server's log"), result.errors);
    }
}

BOOST_FIXTURE_TEST_CASE(the_programs_own_words_are_used_for_what_is_wrong, tool_fixture) {
    const std::vector<std::pair<texts, std::string>> all{
        {{"room", "get", ""}, "ROOM is empty"},
        {{"room", "create", "--id", ""}, "--id is empty"},
        {{"peer", "delete", "r", ""}, "PEER is empty"},
        {{"component", "delete", "r", ""}, "COMPONENT is empty"},
        {{"recordings", "get", "r", ""}, "FILENAME is empty"},
        {{"recordings", "delete", "."}, "RECORDING is a dot segment"},
        {{"sip", "dial", "r", "c", ""}, "NUMBER must be"},
        {{"room", "create", "--webhook-url", "x"}, "--webhook-url cannot be used"},
        {{"room", "create", "--peerless-purge-timeout", "4000000000"}, "--peerless-purge-timeout"},
        {{"component", "add", "r", "file", "--file-path", "\xff"}, "--file-path is not UTF-8"},
        {{"rooms", "--token", "a\nb"}, "--token"},
        {{"rooms", "--address", "http://x"}, "TLS with --secure"},
        {{"rooms", "--secure", "--ca-file", "/nowhere"}, "--ca-file"},
    };
    for (const auto& [words, expected] : all) {
        const ended result = run(words);
        BOOST_TEST(result.status == 2, joined(words) << result.errors);
        BOOST_TEST(result.complains(expected), joined(words) << result.errors);
        BOOST_TEST(!result.complains("::"), result.errors);
    }
}

BOOST_FIXTURE_TEST_CASE(a_wrong_command_line_is_status_2_and_sends_nothing, tool_fixture) {
    const std::vector<std::pair<texts, std::string>> all{
        {{}, "a command is missing"},
        {{"nonsense"}, "there is no command 'nonsense'"},
        {{"room"}, "'room' is no whole command"},
        {{"room", "nonsense"}, "there is no command 'room nonsense'"},
        {{"rooms", "x"}, "'rooms' takes no argument, but was given 1"},
        {{"room", "get"}, "'room get' takes ROOM, but was given nothing"},
        {{"peer", "delete", "r"}, "'peer delete' takes ROOM PEER, but was given 1"},
        {{"subscribe", "r", "c"}, "takes ROOM COMPONENT ORIGIN..., but was given 2"},
        {{"rooms", "--nonsense"}, "unknown option --nonsense"},
        {{"--nonsense", "rooms"}, "unknown option --nonsense"},
        {{"rooms", "--max-peers", "1"}, "unknown option --max-peers"},
        {{"rooms", "--address"}, "--address"},
        {{"rooms", "--js"}, "unknown option --js"},
        {{"room", "create", "--max-peers", "-1"}, "--max-peers must be a whole number"},
        {{"room", "create", "--max-peers", "many"}, "--max-peers must be a whole number"},
        {{"room", "create", "--video-codec", "av1"}, "--video-codec must be h264 or vp8"},
        {{"room", "create", "--peerless-purge-timeout", "0"}, "whole number from 1"},
        {{"room", "create", "--webhook-url", "http:///p"}, "it has no host"},
        {{"component", "add", "r", "radio"}, "the type must be"},
        {{"component", "add", "r", "rtsp"}, "needs --source-uri"},
        {{"component", "add", "r", "file"}, "needs --file-path"},
        {{"component", "add", "r", "hls", "--framerate", "1"}, "--framerate does not go with hls"},
        {{"component", "add", "r", "hls", "--subscribe-mode", "x"}, "must be auto or manual"},
        {{"component", "add", "r", "hls", "--s3-bucket", "b"}, "in AWS_REGION"},
        {{"component", "add", "r", "hls", "--s3-region", "b"}, "goes with --s3-bucket"},
        {{"component", "add", "r", "sip", "--registrar", "a", "--username", "u"}, "SIP_PASSWORD"},
        {{"recordings", "get", "x", "y", "--json"}, "--output"},
        {{"watch", "--count", "0"}, "--count must be"},
        {{"watch", "--for", "ever"}, "--for must be"},
        {{"rooms", "--color", "red"}, "--color must be"},
        {{"rooms", "--timeout", "0"}, "--timeout must be"},
        {{"rooms", "--address", "http://x"}, "leave the scheme out"},
        {{"rooms", "--secure", "--ca-file", "/nowhere"}, "/nowhere"},
        {{"help", "nonsense"}, "there is no command 'nonsense'"},
    };
    for (const auto& [words, expected] : all) {
        const ended result = run(words);
        BOOST_TEST(result.status == 2, joined(words) << result.errors);
        BOOST_TEST(result.complains(expected), joined(words) << result.errors);
        BOOST_TEST(result.output.empty());
    }
    BOOST_TEST(server.requests() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_mistake_names_the_help_that_explains_it, tool_fixture) {
    BOOST_TEST(run({"room", "create", "--x"}).complains("see jellyfish room create --help\n"));
    BOOST_TEST(run({"room"}).complains("see jellyfish room --help\n"));
    BOOST_TEST(run({"nonsense"}).complains("see jellyfish --help\n"));
}

BOOST_FIXTURE_TEST_CASE(a_wrong_environment_is_status_2, tool_fixture) {
    const ended result = run({"rooms"}, setting({"JELLYFISH_SECURE=perhaps"}));
    BOOST_TEST(result.status == 2);
    BOOST_TEST(result.complains("JELLYFISH_SECURE"), result.errors);
}

BOOST_FIXTURE_TEST_CASE(a_server_that_is_not_there_is_status_3, tool_fixture) {
    server.stop();
    for (const texts& words : {texts{"rooms"}, texts{"watch"}, texts{"metrics"}}) {
        const ended result = run(words);
        BOOST_TEST(result.status == 3, joined(words));
        BOOST_TEST(result.complains("JELLYFISH_SERVER_ADDRESS"), result.errors);
    }
}

BOOST_FIXTURE_TEST_CASE(a_server_that_does_not_respond_is_status_3, tool_fixture) {
    server.stall(true);
    const ended result = run({"rooms", "--timeout", "1"});
    BOOST_TEST(result.status == 3);
    BOOST_TEST(result.complains("with --timeout"), result.errors);
}

BOOST_AUTO_TEST_CASE(a_wrong_prefix_is_status_3_and_nothing_is_reported_to_be_deleted) {
    const tool_fixture other(testing::server_options().path_prefix("/prefix"));
    const std::string wrong = "127.0.0.1:" + std::to_string(other.port());
    for (const texts& words : {texts{"rooms"}, texts{"room", "create"}, texts{"health"},
                               texts{"recordings"}, texts{"watch"}, texts{"metrics"}}) {
        texts arguments = words;
        arguments.insert(arguments.end(), {"--address", wrong});
        const auto result = other.run(arguments);
        BOOST_TEST(result.status == 3, joined(words) << result.errors);
        BOOST_TEST(result.complains("path prefix right?"), result.errors);
        BOOST_TEST(!result.complains("deleted"), result.errors);
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_is_not_trusted_is_status_3) {
    const certificate_files files;
    const tool_fixture secure(
        testing::server_options().tls(files.certificate_file(), files.key_file()));
    const auto result = secure.run({"rooms", "--secure"});
    BOOST_TEST(result.status == 3);
    BOOST_TEST(result.complains("--ca-file"), result.errors);
}

BOOST_FIXTURE_TEST_CASE(a_refused_token_is_status_4_and_is_not_printed, tool_fixture) {
    for (const texts& words : {texts{"rooms"}, texts{"watch"}, texts{"metrics"}}) {
        const ended result = run(words, setting({"JELLYFISH_SERVER_API_TOKEN=s3cret"}));
        BOOST_TEST(result.status == 4, joined(words));
        BOOST_TEST(result.complains("--token"), result.errors);
        BOOST_TEST(!result.complains("s3cret"));
    }
}

BOOST_FIXTURE_TEST_CASE(a_call_that_may_have_been_executed_is_status_5, tool_fixture) {
    server.stall(true);
    program tool(JELLYFISH_TOOL, {"room", "create", "--id", "r"}, setting());
    BOOST_TEST(server.wait_for([&] { return !server.rooms().empty(); }));
    server.drop_connections();
    BOOST_TEST(tool.exit_status() == 5);
    BOOST_TEST(tool.errors().find("jellyfish rooms") != std::string::npos, tool.errors());
}

BOOST_FIXTURE_TEST_CASE(a_call_that_came_too_late_may_have_been_executed_as_well, tool_fixture) {
    server.stall(true);
    const ended result = run({"room", "create", "--id", "r", "--timeout", "1"});
    BOOST_TEST(result.status == 5);
    BOOST_TEST(result.complains("jellyfish rooms"), result.errors);
    BOOST_TEST(server.rooms().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(output_that_is_lost_is_no_success, tool_fixture) {
    make_room("r");
    program tool("/bin/sh", {"-c", "exec " JELLYFISH_TOOL " rooms >/dev/full"}, setting());
    BOOST_TEST(tool.exit_status() == 1);
    BOOST_TEST(tool.errors().find("cannot be written") != std::string::npos, tool.errors());
}

BOOST_FIXTURE_TEST_CASE(a_mistyped_secret_is_not_printed, tool_fixture) {
    const ended result = run({"rooms", "--tokn=s3cret"});
    BOOST_TEST(result.status == 2);
    BOOST_TEST(result.complains("--tokn"), "the name is said");
    BOOST_TEST(!result.complains("s3cret"));
}

BOOST_FIXTURE_TEST_CASE(help_teaches_each_command, tool_fixture) {
    const std::string all = printed({"--help"});
    for (const char* const part : {"component add ROOM TYPE", "Exit status", "  5  ", "Examples",
                                   "JELLYFISH_SERVER_API_TOKEN", "--ca-file FILE"})
        BOOST_TEST(all.find(part) != std::string::npos, part);
    BOOST_TEST(printed({"help"}) == all);
    const std::string one = printed({"room", "create", "--help"});
    for (const char* const part : {"Usage: jellyfish room create", "--max-peers N", "Examples"})
        BOOST_TEST(one.find(part) != std::string::npos, part);
    BOOST_TEST(printed({"help", "room", "create"}) == one);
    BOOST_TEST(printed({"room", "create", "--nonsense", "--help"}) == one);
    BOOST_TEST(printed({"room", "--help"}).find("room delete ROOM") != std::string::npos);
    BOOST_TEST(printed({"--version"}).starts_with("jellyfish "));
    BOOST_TEST(server.requests() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
