#pragma once

#include "json_line.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

/// Whether the standard output is a terminal that understands escape sequences.
[[nodiscard]] bool is_terminal();

/// A text that does nothing to a terminal; `-` when it is empty.
[[nodiscard]] std::string shown(std::string_view text);

/// Prints a line at once, also into a pipe.
/// @throws std::runtime_error when it cannot be written.
void print_line(std::string_view line);
void print_line(const json& line);
void flush_output();

/// Prints a line to people, on the standard error.
void print_message(std::string_view text);

/// Prints lines as they are.
/// @throws std::runtime_error when they cannot be written.
void print_text(std::string_view lines);

/// Prints rows as columns; the first row is their heading.
void print_table(const std::vector<std::vector<std::string>>& rows);

/// Prints a name and its value in each line.
void print_fields(const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace tool
