#include "fakes/blocking_receiver.hpp"
#include "fixtures/certificate_files.hpp"
#include "integration/tools/tool_fixture.hpp"

#include <memory>
#include <regex>
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

/// One call of each command.
const std::vector<texts> all_commands{
    {"room", "list"},
    {"room", "get", "r"},
    {"room", "create"},
    {"room", "delete", "r"},
    {"peer", "list", "r"},
    {"peer", "add", "r"},
    {"peer", "delete", "r", "p"},
    {"component", "list", "r"},
    {"component", "add", "r", "hls"},
    {"component", "delete", "r", "c"},
    {"subscribe", "r", "c", "o"},
    {"sip", "dial", "r", "c", "1"},
    {"sip", "end", "r", "c"},
    {"recording", "list"},
    {"recording", "get", "r", "f"},
    {"recording", "delete", "r"},
    {"health"},
    {"watch"},
    {"metrics"},
};

/// Whether a message has no name of C++: neither of a class, a function nor an option.
bool is_in_own_terms(const std::string& text) {
    static const std::regex name("::|\\(\\)|[a-z]_[a-z]");
    return !std::regex_search(text, name);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tool_failures)

BOOST_FIXTURE_TEST_CASE(a_rejection_by_the_server_is_status_1_with_its_text, tool_fixture) {
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
        BOOST_TEST(is_in_own_terms(result.errors), result.errors);
        BOOST_TEST(result.output.empty());
    }
}

BOOST_FIXTURE_TEST_CASE(a_server_error_is_status_1, tool_fixture) {
    for (const auto& failure : {testing::request_failure(500).times(1),
                                testing::request_failure(500).times(1).body("")}) {
        server.fail_requests(failure);
        const ended result = run({"rooms"});
        BOOST_TEST(result.status == 1);
        BOOST_TEST(result.complains("see the server's log"), result.errors);
    }
}

BOOST_FIXTURE_TEST_CASE(failures_are_reported_in_the_programs_own_words, tool_fixture) {
    const std::vector<std::pair<texts, std::string>> all{
        {{"room", "get", ""}, "ROOM is empty"},
        {{"room", "create", "--id", ""}, "--id is empty"},
        {{"peer", "delete", "r", ""}, "PEER is empty"},
        {{"component", "delete", "r", ""}, "COMPONENT is empty"},
        {{"recordings", "get", "r", ""}, "FILENAME is empty"},
        {{"recordings", "delete", "."}, "RECORDING is a dot segment"},
        {{"sip", "dial", "r", "c", ""}, "NUMBER must be"},
        {{"room", "create", "--webhook-url", "x"}, "invalid --webhook-url"},
        {{"room", "create", "--peerless-purge-timeout", "4000000000"}, "--peerless-purge-timeout"},
        {{"component", "add", "r", "file", "--file-path", "\xff"}, "--file-path is not UTF-8"},
        {{"rooms", "--token", "a\nb"}, "--token"},
        {{"rooms", "--secure", "--address", "http://x"}, "the scheme contradicts --secure"},
        {{"rooms", "--secure", "--ca-file", "/nowhere"}, "--ca-file"},
    };
    for (const auto& [words, expected] : all) {
        const ended result = run(words);
        BOOST_TEST(result.status == 2, joined(words) << result.errors);
        BOOST_TEST(result.complains(expected), joined(words) << result.errors);
        BOOST_TEST(is_in_own_terms(result.errors), result.errors);
    }
}

BOOST_FIXTURE_TEST_CASE(an_invalid_command_line_is_status_2_and_sends_nothing, tool_fixture) {
    const std::vector<std::pair<texts, std::string>> all{
        {{}, "missing command"},
        {{"nonsense"}, "unknown command 'nonsense'"},
        {{"room"}, "'room' requires a subcommand"},
        {{"room", "nonsense"}, "unknown command 'room nonsense'"},
        {{"rooms", "x"}, "unknown command 'rooms x'"},
        {{"room", "list", "x"}, "for 'room list': expected no arguments, got 1"},
        {{"room", "get"}, "for 'room get': expected ROOM, got none"},
        {{"peers"}, "for 'peer list': expected ROOM, got none"},
        {{"peer", "delete", "r"}, "for 'peer delete': expected ROOM PEER, got 1"},
        {{"subscribe", "r", "c"}, "expected ROOM COMPONENT ORIGIN..., got 2"},
        {{"rooms", "--nonsense"}, "unknown option --nonsense"},
        {{"--nonsense", "rooms"}, "unknown option --nonsense"},
        {{"rooms", "--max-peers", "1"}, "unknown option --max-peers"},
        {{"rooms", "--address"}, "--address requires a value: --address ADDRESS"},
        {{"rooms", "--json=1"}, "--json does not take a value"},
        {{"rooms", "--json", "--json"}, "--json was specified more than once"},
        {{"rooms", "-x"}, "unknown option -x"},
        {{"rooms", "--js"}, "unknown option --js"},
        {{"room", "create", "--max-peers", "-1"}, "invalid --max-peers '-1': expected an integer"},
        {{"room", "create", "--max-peers", "many"},
         "invalid --max-peers 'many': expected an integer"},
        {{"room", "create", "--video-codec", "av1"},
         "invalid --video-codec 'av1': expected h264 or vp8"},
        {{"room", "create", "--peerless-purge-timeout", "0"}, "expected an integer from 1"},
        {{"room", "create", "--webhook-url", "http:///p"}, "it has no host"},
        {{"component", "add", "r", "radio"},
         "invalid TYPE 'radio': expected hls, rtsp, file, sip or recording"},
        {{"component", "add", "r", "rtsp"}, "requires --source-uri"},
        {{"component", "add", "r", "file"}, "requires --file-path"},
        {{"component", "add", "r", "hls", "--framerate", "1"},
         "--framerate does not apply to type hls"},
        {{"component", "add", "r", "hls", "--subscribe-mode", "x"}, "expected auto or manual"},
        {{"component", "add", "r", "hls", "--s3-bucket", "b"}, "set AWS_REGION"},
        {{"component", "add", "r", "hls", "--s3-region", "b"}, "requires --s3-bucket"},
        {{"component", "add", "r", "sip", "--registrar", "a", "--username", "u"}, "SIP_PASSWORD"},
        {{"recordings", "get", "x", "y", "--json"}, "--output"},
        {{"watch", "--count", "0"}, "invalid --count '0': expected"},
        {{"watch", "--for", "ever"}, "invalid --for 'ever': expected"},
        {{"rooms", "--color", "red"}, "invalid --color 'red': expected"},
        {{"rooms", "--timeout", "0"}, "invalid --timeout '0': expected"},
        {{"rooms", "--address", "ftp://x"}, "the scheme must be http"},
        {{"rooms", "--address", "::1"}, "requires brackets, as in [::1]:5002"},
        {{"rooms", "--secure", "--ca-file", "/nowhere"}, "/nowhere"},
        {{"help", "nonsense"}, "unknown command 'nonsense'"},
    };
    for (const auto& [words, expected] : all) {
        const ended result = run(words);
        BOOST_TEST(result.status == 2, joined(words) << result.errors);
        BOOST_TEST(result.complains(expected), joined(words) << result.errors);
        BOOST_TEST((is_in_own_terms(result.errors) || result.complains("::1")), result.errors);
        BOOST_TEST(result.output.empty());
    }
    BOOST_TEST(server.requests() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_similar_command_is_suggested, tool_fixture) {
    const std::vector<std::pair<texts, std::string>> all{
        {{"room", "show", "r"}, "unknown command 'room show': did you mean 'room get'?"},
        {{"room", "remove", "r"}, "'room delete'"},
        {{"room", "rm", "r"}, "'room delete'"},
        {{"room", "new"}, "'room create'"},
        {{"room", "lst"}, "'room list'"},
        {{"rooms", "ls"}, "'room list'"},
        {{"list", "rooms"}, "unknown command 'list rooms': did you mean 'room list'?"},
        {{"create-room"}, "'room create'"},
        {{"delete_room", "r"}, "'room delete'"},
        {{"rom"}, "'room'?"},
        {{"peer", "ls", "r"}, "'peer list'"},
        {{"peer", "create", "r"}, "'peer add'"},
        {{"add", "peer", "r"}, "'peer add'"},
        {{"components", "remove", "r", "c"}, "'component delete'"},
        {{"sip", "hangup", "r", "c"}, "'sip end'"},
        {{"recordings", "download", "r", "f"}, "'recording get'"},
        {{"subscrbe", "r", "c", "o"}, "'subscribe'"},
        {{"helth"}, "'health'"},
        {{"metric"}, "'metrics'"},
        {{"events"}, "'watch'"},
    };
    for (const auto& [words, expected] : all) {
        const ended result = run(words);
        BOOST_TEST(result.status == 2, joined(words));
        BOOST_TEST(result.complains("did you mean"), joined(words) << result.errors);
        BOOST_TEST(result.complains(expected), joined(words) << result.errors);
    }
    for (const texts& words : {texts{"nonsense"}, texts{"x"}, texts{"room", "nonsense"}})
        BOOST_TEST(!run(words).complains("did you mean"), joined(words));
}

BOOST_FIXTURE_TEST_CASE(a_similar_option_is_suggested, tool_fixture) {
    const std::vector<std::pair<texts, std::string>> all{
        {{"rooms", "--adress", "x"}, "unknown option --adress: did you mean --address?"},
        {{"rooms", "--js"}, "did you mean --json?"},
        {{"rooms", "--tokn=s3cret"}, "unknown option --tokn: did you mean --token?"},
        {{"room", "create", "--max-peer", "1"}, "did you mean --max-peers?"},
        {{"component", "add", "r", "hls", "--low-latncy"}, "did you mean --low-latency?"},
    };
    for (const auto& [words, expected] : all)
        BOOST_TEST(run(words).complains(expected), joined(words) << run(words).errors);
    BOOST_TEST(!run({"rooms", "--max-peers", "1"}).complains("did you mean"));
}

BOOST_FIXTURE_TEST_CASE(a_usage_error_names_the_help_that_explains_it, tool_fixture) {
    BOOST_TEST(run({"room", "create", "--x"}).complains("see jellyfish room create --help\n"));
    BOOST_TEST(run({"room"}).complains("see jellyfish room --help\n"));
    BOOST_TEST(run({"nonsense"}).complains("see jellyfish --help\n"));
}

BOOST_FIXTURE_TEST_CASE(an_invalid_environment_is_status_2, tool_fixture) {
    const ended result = run({"rooms"}, setting({"JELLYFISH_SECURE=perhaps"}));
    BOOST_TEST(result.status == 2);
    BOOST_TEST(result.complains("JELLYFISH_SECURE"), result.errors);
}

BOOST_FIXTURE_TEST_CASE(a_missing_server_is_status_3, tool_fixture) {
    server.stop();
    for (const texts& words : all_commands) {
        const ended result = run(words);
        BOOST_TEST(result.status == 3, joined(words));
        BOOST_TEST(result.complains("JELLYFISH_SERVER_ADDRESS"), result.errors);
        BOOST_TEST(is_in_own_terms(result.errors), result.errors);
    }
}

BOOST_FIXTURE_TEST_CASE(a_server_that_does_not_respond_is_status_3, tool_fixture) {
    server.stall(true);
    const ended result = run({"rooms", "--timeout", "1"});
    BOOST_TEST(result.status == 3);
    BOOST_TEST(result.complains("raise --timeout"), result.errors);
}

BOOST_AUTO_TEST_CASE(a_wrong_prefix_is_status_3_and_nothing_is_reported_as_deleted) {
    const tool_fixture other(testing::server_options().path_prefix("/prefix"));
    const std::string wrong = "127.0.0.1:" + std::to_string(other.port());
    for (const texts& words : {texts{"rooms"}, texts{"room", "create"}, texts{"health"},
                               texts{"recordings"}, texts{"watch"}, texts{"metrics"}}) {
        texts arguments = words;
        arguments.insert(arguments.end(), {"--address", wrong});
        const auto result = other.run(arguments);
        BOOST_TEST(result.status == 3, joined(words) << result.errors);
        BOOST_TEST(result.complains("check the path prefix"), result.errors);
        BOOST_TEST(!result.complains("deleted"), result.errors);
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_is_no_jellyfish_server_is_status_3) {
    const certificate_files files;
    const tool_fixture plain;
    const tool_fixture tls(
        testing::server_options().tls(files.certificate_file(), files.key_file()));
    std::vector<std::unique_ptr<blocking_receiver>> web_servers;
    std::vector<texts> servers{{"--address", plain.server.address(), "--secure"},
                               {"--address", tls.server.address()}};
    for (const std::string status :
         {"200 OK", "301 Moved", "400 Bad Request", "404 Not Found", "405 No", "501 No"}) {
        const std::string response = "HTTP/1.1 " + status +
                                     "\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n"
                                     "<p>Hello</p>";
        web_servers.push_back(
            std::make_unique<blocking_receiver>([response](std::size_t) { return response; }));
        servers.push_back({"--address", "127.0.0.1:" + std::to_string(web_servers.back()->port())});
    }
    for (const texts& words : all_commands) {
        for (const texts& server : servers) {
            texts arguments = words;
            arguments.insert(arguments.end(), server.begin(), server.end());
            const auto result = plain.run(arguments);
            BOOST_TEST(result.status == 3, joined(arguments) << result.errors);
            BOOST_TEST((result.complains("is this a Jellyfish or Fishjam server?") ||
                        result.complains("use --secure")),
                       joined(arguments) << result.errors);
            BOOST_TEST(is_in_own_terms(result.errors), result.errors);
            BOOST_TEST(result.output.empty(), joined(arguments));
        }
    }
    BOOST_TEST(tls.server.rooms().empty());
}

BOOST_AUTO_TEST_CASE(an_untrusted_server_is_status_3) {
    const certificate_files files;
    const tool_fixture secure(
        testing::server_options().tls(files.certificate_file(), files.key_file()));
    const auto result = secure.run({"rooms", "--secure"});
    BOOST_TEST(result.status == 3);
    BOOST_TEST(result.complains("--ca-file"), result.errors);
}

BOOST_FIXTURE_TEST_CASE(a_rejected_token_is_status_4_and_is_not_printed, tool_fixture) {
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
    BOOST_TEST(tool.errors().find("jellyfish room list") != std::string::npos, tool.errors());
}

BOOST_FIXTURE_TEST_CASE(a_call_that_timed_out_may_have_been_executed, tool_fixture) {
    server.stall(true);
    const ended result = run({"room", "create", "--id", "r", "--timeout", "1"});
    BOOST_TEST(result.status == 5);
    BOOST_TEST(result.complains("jellyfish room list"), result.errors);
    BOOST_TEST(server.rooms().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(lost_output_is_not_a_success, tool_fixture) {
    make_room("r");
    program tool("/bin/sh", {"-c", "exec " JELLYFISH_TOOL " rooms >/dev/full"}, setting());
    BOOST_TEST(tool.exit_status() == 1);
    BOOST_TEST(tool.errors().find("cannot write the output") != std::string::npos, tool.errors());
}

BOOST_FIXTURE_TEST_CASE(a_mistyped_secret_is_not_printed, tool_fixture) {
    const ended result = run({"rooms", "--tokn=s3cret"});
    BOOST_TEST(result.status == 2);
    BOOST_TEST(result.complains("--tokn"), "the option is named");
    BOOST_TEST(!result.complains("s3cret"));
}

BOOST_FIXTURE_TEST_CASE(help_describes_each_command, tool_fixture) {
    const std::string all = printed({"--help"});
    for (const char* const part : {"component add ROOM TYPE", "Exit status", "  5  ", "Examples",
                                   "JELLYFISH_SERVER_API_TOKEN", "--ca-file FILE"})
        BOOST_TEST(all.find(part) != std::string::npos, part);
    BOOST_TEST(printed({"help"}) == all);
    BOOST_TEST(printed({"-h"}) == all);
    for (const texts& words : all_commands)
        BOOST_TEST(all.find("\n  " + words[0]) != std::string::npos);
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
