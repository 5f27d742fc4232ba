#include <jellyfish/error.hpp>
#include <jellyfish/version.hpp>

#include "command_line.hpp"
#include "failure_text.hpp"
#include "output.hpp"

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

/// Returns the command that prints the help on an invalid command line.
std::string help_command(const std::string& topic) {
    try {
        (void)tool::help_text(topic);
        return "jellyfish " + topic + (topic.empty() ? "" : " ") + "--help";
    } catch (const tool::usage_error&) {
        return "jellyfish --help";
    }
}

}  // namespace

int main(int count, char** values) {
    std::vector<std::string> arguments(values + 1, values + count);
    std::string topic;
    std::vector<std::string> options;
    try {
        const tool::command_line line = tool::read_command_line(std::move(arguments), topic);
        if (line.what != nullptr) options = tool::own_options(*line.what);
        if (line.help) {
            tool::print_text(tool::help_text(line.topic));
        } else if (line.version) {
            tool::print_line("jellyfish " JELLYFISH_VERSION);
        } else {
            run(*line.what, line.args);
        }
        return static_cast<int>(exit_status::done);
    } catch (const tool::usage_error& failure) {
        return complain(exit_status::usage, failure.what(), "see " + help_command(topic));
    } catch (const jellyfish::error& failure) {
        return complain(tool::status_of(failure), tool::text_of(failure, options),
                        tool::advice_for(failure));
    } catch (const std::exception& failure) {
        return complain(exit_status::failed, failure.what(), "");
    }
}
