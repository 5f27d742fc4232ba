#include <jellyfish/testing/server.hpp>
#include <jellyfish/version.hpp>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <iostream>
#include <mutex>
#include <string>
#include <string_view>

#include <boost/program_options.hpp>
#include <boost/system/system_error.hpp>

/// @file
/// jellyfish-sandbox: a Jellyfish-compatible server as a program, for demonstrations and for tests
/// in other languages.

namespace {

namespace options = boost::program_options;
namespace testing = jellyfish::testing;

constexpr int exit_failure = 1;
constexpr int exit_usage = 2;

/// The time of day, as the real server puts it before a log line.
std::string time_of_day() {
    const auto now = std::chrono::system_clock::now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() %
        1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    std::snprintf(text, sizeof text, "%02d:%02d:%02d.%03d", parts.tm_hour, parts.tm_min,
                  parts.tm_sec, static_cast<int>(milliseconds));
    return text;
}

/// Prints whole lines, from whichever thread.
class printer {
public:
    void print(const std::string& line) {
        const std::lock_guard lock(mutex_);
        std::cout << line << std::endl;
    }

private:
    std::mutex mutex_;
};

options::options_description known_options() {
    options::options_description out("Options");
    auto add = out.add_options();
    add("address", options::value<std::string>()->default_value("127.0.0.1")->value_name("IP"),
        "the address to listen on");
    add("port", options::value<std::uint16_t>()->default_value(5002)->value_name("PORT"),
        "the first node's port; 0: any free one");
    add("token", options::value<std::string>()->value_name("TOKEN"),
        "the token that clients must present (default: development)");
    add("media-dir", options::value<std::string>()->value_name("DIR"),
        "the resource folder: file_component_sources, recordings and temporary_hls in it");
    add("cluster", options::value<std::size_t>()->default_value(1)->value_name("N"),
        "how many nodes there are");
    add("tls-cert", options::value<std::string>()->value_name("FILE"),
        "a PEM file with a certificate chain: speak TLS");
    add("tls-key", options::value<std::string>()->value_name("FILE"), "a PEM file with its key");
    add("verbose", options::bool_switch(), "print requests too");
    add("help", "print this and exit");
    add("version", "print the version and exit");
    return out;
}

testing::server_options server_options_from(const options::variables_map& given) {
    testing::server_options out;
    const auto text = [&](const char* name) {
        return given.count(name) != 0 ? given[name].as<std::string>() : std::string();
    };
    out.address(text("address")).port(given["port"].as<std::uint16_t>());
    if (given.count("token") != 0) out.server_api_token(text("token"));
    out.media_dir(text("media-dir")).nodes(given["cluster"].as<std::size_t>());
    if (given.count("tls-cert") != given.count("tls-key")) {
        throw options::error("--tls-cert and --tls-key go together");
    }
    if (given["cluster"].as<std::size_t>() == 0)
        throw options::error("--cluster must be 1 or more");
    return out.tls(text("tls-cert"), text("tls-key"));
}

/// Runs until the program is told to end.
void serve(const options::variables_map& given, const sigset_t& signals) {
    printer out;
    const bool verbose = given["verbose"].as<bool>();
    auto set_up = server_options_from(given);
    set_up.log([&](jellyfish::log_level level, std::string_view text) {
        if (level == jellyfish::log_level::debug && !verbose) return;
        out.print(time_of_day() + " [" + std::string(name_of(level)) + "] " + std::string(text));
    });
    testing::server server(set_up);
    for (std::size_t node = 0; node < set_up.nodes(); ++node) {
        out.print("Listening on " + server.address(node));
    }
    int signal = 0;
    sigwait(&signals, &signal);
}

}  // namespace

int main(int argc, char** argv) {
    // Blocked before any thread begins, so that only sigwait sees them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    const auto known = known_options();
    try {
        options::variables_map given;
        options::store(options::command_line_parser(argc, argv)
                           .options(known)
                           .positional(options::positional_options_description())
                           .run(),
                       given);
        options::notify(given);
        if (given.count("help") != 0) {
            std::cout << "jellyfish-sandbox: a Jellyfish-compatible media server for tests\n\n"
                      << known;
            return 0;
        }
        if (given.count("version") != 0) {
            std::cout << "jellyfish-sandbox " << JELLYFISH_VERSION << '\n';
            return 0;
        }
        serve(given, signals);
        return 0;
    } catch (const options::error& error) {
        std::cerr << "jellyfish-sandbox: " << error.what() << "; see --help\n";
        return exit_usage;
    } catch (const std::exception& error) {
        std::cerr << "jellyfish-sandbox: " << error.what() << '\n';
        return exit_failure;
    }
}
