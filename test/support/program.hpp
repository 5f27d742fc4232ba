#pragma once

#include <csignal>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace jellyfish::test {

/// A program that runs, and what it prints. Ends with this object.
class program {
public:
    /// What a program is started with.
    struct setting {
        std::vector<std::string>
            environment;        ///< As `NAME=value`; of the others only PATH and the like.
        bool terminal = false;  ///< Whether its standard output is a terminal.
    };

    /// @throws std::runtime_error when it cannot be started.
    program(const std::string& path, std::vector<std::string> arguments, const setting& with);
    program(const std::string& path, std::vector<std::string> arguments)
        : program(path, std::move(arguments), setting()) {}
    ~program();

    program(const program&) = delete;
    program& operator=(const program&) = delete;

    /// Reads until a text has been printed, on either output; gives the rest of its line.
    /// @throws std::runtime_error when the program ends or is silent for 30 s.
    std::string wait_for(const std::string& text);

    void send(int signal) const { kill(id_, signal); }

    /// Nobody reads the standard output any more.
    void close_output();

    /// Waits for the program's end; gives its exit status, or -1 when a signal has ended it.
    int exit_status();

    /// What was printed so far: on both outputs, and on each.
    [[nodiscard]] std::string printed() const { return output_ + errors_; }
    [[nodiscard]] const std::string& output() const { return output_; }
    [[nodiscard]] const std::string& errors() const { return errors_; }

private:
    bool read_more();
    [[nodiscard]] bool find(const std::string& text, std::string& rest) const;

    pid_t id_ = 0;
    int output_end_ = -1;
    int error_end_ = -1;
    std::string output_;
    std::string errors_;
};

}  // namespace jellyfish::test
