#include <jellyfish/error.hpp>
#include <jellyfish/health_api.hpp>
#include <jellyfish/version.hpp>

#include "command_line.hpp"
#include "failure_text.hpp"
#include "output.hpp"

#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

/// @file
/// jellyfish: command-line client for the Jellyfish media server.

namespace {

using tool::exit_status;

int complain(exit_status status, const std::string& text, const std::string& advice) {
    std::cout.flush();
    tool::print_message(text);
    if (!advice.empty()) tool::print_message(advice);
    return static_cast<int>(status);
}

void run(const tool::command& what, const tool::invocation& args) {
    boost::asio::io_context context(1);
    boost::asio::co_spawn(context, what.run(args), [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    });
    context.run();
}

/// Whether a server speaks TLS. Then it cannot have executed a request without TLS.
bool speaks_tls(jellyfish::client_options options) {
    constexpr std::chrono::seconds limit(2);
    boost::asio::io_context context(1);
    jellyfish::health_api api{context.get_executor(),
                              options.secure(true).connect_timeout(limit).request_timeout(limit)};
    bool found = false;
    api.check([&](const boost::system::error_code& code, const jellyfish::health_report&) {
        using jellyfish::condition;
        found = !code || code == condition::certificate || code == condition::unauthorized ||
                code == condition::protocol_error;
        context.stop();  // Does not wait for the idle connection.
    });
    context.run();
    return found;
}

int report(const jellyfish::error& failure, const tool::command_line& line) {
    if (failure.code() == jellyfish::errc::outcome_unknown && !line.args.client.secure() &&
        speaks_tls(line.args.client)) {
        return complain(exit_status::unreachable,
                        "the server at " + line.args.client.server_address() +
                            " requires TLS; it executed nothing",
                        "use --secure or JELLYFISH_SECURE");
    }
    std::vector<std::string> options;
    if (line.what != nullptr) {
        for (const tool::option& each : line.what->options)
            options.emplace_back(each.name);
    }
    return complain(tool::status_of(failure), tool::text_of(failure, options),
                    tool::advice_for(failure));
}

}  // namespace

int main(int count, char** values) {
    std::vector<std::string> arguments(values + 1, values + count);
    tool::command_line line;
    try {
        if (!arguments.empty() && arguments.front() == "--complete") {
            arguments.erase(arguments.begin());
            for (const std::string& each : tool::completions(arguments))
                tool::print_line(each);
            return static_cast<int>(exit_status::done);
        }
        tool::read_command_line(arguments, line);
        if (line.help) {
            tool::print_text(tool::help_text(line.topic));
        } else if (line.version) {
            tool::print_line("jellyfish " JELLYFISH_VERSION);
        } else {
            run(*line.what, line.args);
        }
        return static_cast<int>(exit_status::done);
    } catch (const tool::usage_error& failure) {
        const std::string topic = line.topic.empty() ? "" : line.topic + ' ';
        return complain(exit_status::usage, failure.what(), "see jellyfish " + topic + "--help");
    } catch (const jellyfish::error& failure) {
        return report(failure, line);
    } catch (const std::exception& failure) {
        return complain(exit_status::failed, failure.what(), "");
    }
}
