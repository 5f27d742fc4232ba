#pragma once

#include <chrono>
#include <string>

/// @file
/// A test program that uses this runs, from its start, as root of network interfaces, firewall
/// rules and mounts of its own, which end with it. Where that is not permitted, or what it takes is
/// missing, it says so and exits with 77, which CTest takes as skipped.

namespace jellyfish::test {

/// Runs a command in a shell, in the calling thread's network namespace; gives what it has written.
/// @throws std::runtime_error with what it has written, when it fails.
std::string shell(const std::string& command);

/// Sets what names resolve to, from now on, in this program: lines as of /etc/hosts.
void set_hosts(const std::string& lines);

/// Sets who is asked for names that are not in there, and how long a look-up waits for it. Default:
/// an address where nobody answers.
void set_name_server(const std::string& address,
                     std::chrono::seconds timeout = std::chrono::seconds(1));

}  // namespace jellyfish::test
