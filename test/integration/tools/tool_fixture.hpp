#pragma once

#include "fixtures/program.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <string>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

namespace jellyfish::test {

/// The program jellyfish, and its server.
struct tool_fixture : sandbox_fixture {
    using sandbox_fixture::sandbox_fixture;

    /// The exit status of the program, and its output.
    struct ended {
        int status = -1;
        std::string output;
        std::string errors;

        [[nodiscard]] bool mentions(const std::string& text) const {
            return output.find(text) != std::string::npos;
        }
        [[nodiscard]] bool complains(const std::string& text) const {
            return errors.find(text) != std::string::npos;
        }
    };

    /// Starts the program with other settings.
    [[nodiscard]] program::setting setting(std::vector<std::string> more = {}) const {
        program::setting out;
        out.environment = std::move(more);
        const bool fishjam = server.options().server_api() == server_api::fishjam;
        out.environment.push_back(fishjam ? "FISHJAM_ID=" + server.fishjam_url()
                                          : "JELLYFISH_SERVER_ADDRESS=" + server.address());
        return out;
    }

    static ended run(std::vector<std::string> arguments, const program::setting& with) {
        program tool(JELLYFISH_TOOL, std::move(arguments), with);
        const int status = tool.exit_status();
        return {status, tool.output(), tool.errors()};
    }
    [[nodiscard]] ended run(std::vector<std::string> arguments) const {
        return run(std::move(arguments), setting());
    }

    /// The output of a command that must succeed.
    [[nodiscard]] std::string printed(std::vector<std::string> arguments) const {
        const std::string name = arguments.front();
        const ended result = run(std::move(arguments));
        BOOST_TEST(result.status == 0, name << ": " << result.errors);
        BOOST_TEST(result.errors.empty());
        return result.output;
    }

    /// The single object that a command prints with `--json`.
    [[nodiscard]] boost::json::value object(std::vector<std::string> arguments) const {
        arguments.emplace_back("--json");
        const std::string text = printed(std::move(arguments));
        BOOST_TEST_REQUIRE(text.find('\n') + 1 == text.size());
        const boost::json::value value = boost::json::parse(text);
        BOOST_TEST_REQUIRE(value.is_object());
        return value;
    }
};

/// The string at a JSON path such as `/room/id`; numbers and other values as JSON.
inline std::string at(const boost::json::value& value, const std::string& path) {
    const boost::json::value& found = value.at_pointer(path);
    return found.is_string() ? std::string(found.get_string()) : boost::json::serialize(found);
}

}  // namespace jellyfish::test
