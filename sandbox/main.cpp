#include <jellyfish/testing/control_server.hpp>
#include <jellyfish/testing/server.hpp>
#include <jellyfish/version.hpp>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

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

/// Returns the time of day, in the format of the real server's log lines.
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

/// Prints whole lines, from any thread.
class printer {
public:
    void print(const std::string& line) {
        const std::lock_guard lock(mutex_);
        std::cout << line << std::endl;
    }

private:
    std::mutex mutex_;
};

options::options_description option_descriptions() {
    options::options_description out("Options");
    auto add = out.add_options();
    add("address", options::value<std::string>()->default_value("127.0.0.1")->value_name("IP"),
        "the address to listen on");
    add("api", options::value<std::string>()->default_value("jellyfish")->value_name("API"),
        "the API of the server: jellyfish or fishjam (Fishjam Cloud)");
    add("fishjam-id", options::value<std::string>()->value_name("ID"),
        "the Fishjam id in the URL of --api fishjam (default: sandbox)");
    add("port", options::value<std::string>()->default_value("5002")->value_name("PORT"),
        "the first node's port; 0 selects any free port");
    add("token", options::value<std::string>()->value_name("TOKEN"),
        "the token that clients must present (default: development)");
    add("media-dir", options::value<std::string>()->value_name("DIR"),
        "the resource folder, with file_component_sources, recordings and temporary_hls");
    add("cluster", options::value<std::string>()->default_value("1")->value_name("N"),
        "the number of nodes");
    add("stop-time", options::value<std::string>()->default_value("0")->value_name("SECONDS"),
        "the duration of the shutdown after SIGINT or SIGTERM (5 in the real server). During that "
        "time, rooms have crashed and calls fail with status 500. A second signal stops it at "
        "once");
    add("tls-cert", options::value<std::string>()->value_name("FILE"),
        "a PEM file with a certificate chain; enables TLS");
    add("tls-key", options::value<std::string>()->value_name("FILE"),
        "a PEM file with the private key");
    add("webhook-url", options::value<std::string>()->value_name("URL"),
        "the URL for webhooks of rooms without a webhook URL, like the one in Fishjam's "
        "dashboard");
    add("webhook-secret", options::value<std::string>()->value_name("SECRET"),
        "sign webhooks with this secret, as Fishjam does (default: no signatures)");
    add("webhook-ca-file", options::value<std::string>()->value_name("FILE"),
        "a PEM file with the CA certificates that verify https webhooks (default: the system's). "
        "A receiver that they do not verify receives nothing; the log contains the reason");
    add("control",
        options::value<std::string>()
            ->implicit_value("127.0.0.1:5001")
            ->value_name("[ADDRESS:]PORT"),
        "also listen for controls on this IP address (default: 127.0.0.1) and port (default: 5001; "
        "0 selects any free port), without a token: GET /control lists them, POST /control/NAME "
        "with a JSON object executes one");
    add("verbose", options::bool_switch(), "also log requests");
    add("help", "print this help and exit");
    add("version", "print the version and exit");
    return out;
}

/// Reads an integer within limits. Boost's parser reads -1 as the largest unsigned number.
unsigned number_from(const options::variables_map& values, const char* name, unsigned least,
                     unsigned most) {
    const std::string text = values[name].as<std::string>();
    unsigned value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < least ||
        value > most) {
        throw options::error(std::string("invalid --") + name + ": expected an integer from " +
                             std::to_string(least) + " to " + std::to_string(most));
    }
    return value;
}

/// Sets the API.
void set_api(testing::server_options& out, const options::variables_map& values) {
    const std::string api = values["api"].as<std::string>();
    if (api != "jellyfish" && api != "fishjam")
        throw options::error("invalid --api: expected jellyfish or fishjam");
    if (api == "jellyfish") {
        if (values.count("fishjam-id") != 0)
            throw options::error("--fishjam-id requires --api fishjam");
        return;
    }
    out.api(jellyfish::server_api::fishjam);
    if (out.nodes() > 1) throw options::error("--cluster must not be used with --api fishjam");
    if (values.count("fishjam-id") != 0) out.fishjam_id(values["fishjam-id"].as<std::string>());
}

testing::server_options server_options_from(const options::variables_map& values) {
    constexpr unsigned max_nodes = 1'000;
    constexpr unsigned longest_stop = 3'600;
    testing::server_options out;
    const auto text = [&](const char* name) {
        return values.count(name) != 0 ? values[name].as<std::string>() : std::string();
    };
    out.address(text("address"))
        .port(static_cast<std::uint16_t>(number_from(values, "port", 0, UINT16_MAX)))
        .nodes(number_from(values, "cluster", 1, max_nodes))
        .graceful_stop_time(
            std::chrono::seconds(number_from(values, "stop-time", 0, longest_stop)));
    set_api(out, values);
    if (values.count("token") != 0) out.server_api_token(text("token"));
    out.media_dir(text("media-dir"));
    if (values.count("tls-cert") != values.count("tls-key")) {
        throw options::error("--tls-cert and --tls-key must be used together");
    }
    if (values.count("webhook-secret") != 0 && text("webhook-secret").empty()) {
        throw options::error("invalid --webhook-secret: expected a non-empty text");
    }
    return out.tls(text("tls-cert"), text("tls-key"))
        .webhook_url(text("webhook-url"))
        .webhook_secret(text("webhook-secret"))
        .webhook_ca_file(text("webhook-ca-file"));
}

/// Starts the HTTP interface of the controls, if requested.
std::unique_ptr<testing::control_server> control_of(const options::variables_map& values,
                                                    testing::server& server) {
    if (values.count("control") == 0) return nullptr;
    std::string address = values["control"].as<std::string>();
    if (address.find(':') == address.npos) address.insert(0, "127.0.0.1:");
    try {
        return std::make_unique<testing::control_server>(server, address);
    } catch (const std::invalid_argument&) {
        throw options::error("invalid --control: expected [ADDRESS:]PORT with an IP address");
    }
}

/// Joins `--control` and a following value, which Boost accepts only after an equals sign, since
/// the value is optional.
std::vector<std::string> arguments_of(int argc, char** argv) {
    std::vector<std::string> out;
    for (const char* const each : std::vector<const char*>(argv + 1, argv + argc)) {
        if (!out.empty() && out.back() == "--control" && each[0] != '-') {
            out.back() += '=' + std::string(each);
        } else {
            out.emplace_back(each);
        }
    }
    return out;
}

/// Stops like the real server: after a time, or at another signal.
void stop(testing::server& server, std::chrono::milliseconds time, const sigset_t& signals) {
    if (time <= std::chrono::milliseconds::zero()) return;
    server.stop(testing::server_stop::graceful);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    const timespec limit{seconds.count(), 0};
    sigtimedwait(&signals, nullptr, &limit);
}

/// Runs until a signal.
void serve(const options::variables_map& values, const sigset_t& signals) {
    printer out;
    const bool verbose = values["verbose"].as<bool>();
    auto set_up = server_options_from(values);
    set_up.log([&](jellyfish::log_level level, std::string_view text) {
        if (level == jellyfish::log_level::debug && !verbose) return;
        out.print(time_of_day() + " [" + std::string(name_of(level)) + "] " + std::string(text));
    });
    testing::server server(set_up);
    const auto control = control_of(values, server);
    for (std::size_t node = 0; node < set_up.nodes(); ++node) {
        out.print("Listening on " + (set_up.api() == jellyfish::server_api::fishjam
                                         ? server.fishjam_url()
                                         : server.address(node)));
    }
    if (control) out.print("Controls on http://" + control->address() + "/control");
    int signal = 0;
    sigwait(&signals, &signal);
    stop(server, set_up.graceful_stop_time(), signals);
}

}  // namespace

int main(int argc, char** argv) {
    // Blocked before any thread starts, so that only sigwait receives them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    const auto known = option_descriptions();
    try {
        options::variables_map values;
        options::store(options::command_line_parser(arguments_of(argc, argv))
                           .options(known)
                           .positional(options::positional_options_description())
                           .run(),
                       values);
        options::notify(values);
        if (values.count("help") != 0) {
            std::cout << "jellyfish-sandbox: a Jellyfish-compatible media server for tests\n\n"
                      << known;
            return 0;
        }
        if (values.count("version") != 0) {
            std::cout << "jellyfish-sandbox " << JELLYFISH_VERSION << '\n';
            return 0;
        }
        serve(values, signals);
        return 0;
    } catch (const options::unknown_option& error) {
        // Omits the value, which may be a secret.
        const std::string name = error.get_option_name();
        std::cerr << "jellyfish-sandbox: unknown option " << name.substr(0, name.find('='))
                  << "; see --help\n";
        return exit_usage;
    } catch (const options::error& error) {
        std::cerr << "jellyfish-sandbox: " << error.what() << "; see --help\n";
        return exit_usage;
    } catch (const std::exception& error) {
        std::cerr << "jellyfish-sandbox: " << error.what() << '\n';
        return exit_failure;
    }
}
