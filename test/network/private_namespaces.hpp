#pragma once

#include <chrono>
#include <string>

/// @file
/// A test program that uses this runs, from its start, as root of its own network interfaces,
/// firewall rules and mounts, which end with it. Where that is not permitted, or a requirement is
/// missing, it prints the reason and exits with 77, which CTest treats as skipped.

namespace jellyfish::test {

/// Runs a command in a shell, in the calling thread's network namespace; returns its output.
/// @throws std::runtime_error with its output when it fails.
std::string shell(const std::string& command);

/// Sets the addresses of names in this program from now on: lines as in /etc/hosts.
void set_hosts(const std::string& lines);

/// Sets the name server for other names, and how long a lookup waits for it. Default: an address
/// that does not respond.
void set_name_server(const std::string& address,
                     std::chrono::seconds timeout = std::chrono::seconds(1));

}  // namespace jellyfish::test
