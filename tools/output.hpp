#pragma once

#include "json_line.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

/// Whether the standard output is a terminal that understands escape sequences.
[[nodiscard]] bool is_terminal();

/// Returns a text that is safe to print on a terminal; `-` when it is empty.
[[nodiscard]] std::string shown(std::string_view text);

/// Prints a line and flushes it, also to a pipe.
/// @throws std::runtime_error when writing fails.
void print_line(std::string_view line);
void print_line(const json& line);
void flush_output();

/// Prints a message on the standard error.
void print_message(std::string_view text);

/// Prints lines verbatim.
/// @throws std::runtime_error when writing fails.
void print_text(std::string_view lines);

/// Prints aligned rows; the first row is the heading.
void print_table(const std::vector<std::vector<std::string>>& rows);

/// Prints one name and its value per line.
void print_fields(const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace tool
