#include "output.hpp"

#include "text/characters.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <unistd.h>

namespace tool {
namespace {

/// Returns the width in characters, not in bytes.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

bool is_terminal() {
    const char* const kind = std::getenv("TERM");
    return isatty(STDOUT_FILENO) != 0 && kind != nullptr && std::string_view(kind) != "dumb";
}

std::string shown(std::string_view text) {
    if (text.empty()) return "-";
    std::string out(text);
    std::ranges::replace_if(out, jellyfish::detail::is_control_character, '?');
    return out;
}

void flush_output() {
    if (!std::cout.flush()) throw std::runtime_error("cannot write the output");
}

void print_text(std::string_view lines) {
    std::cout << lines;
    flush_output();
}

void print_line(std::string_view line) {
    std::cout << line << '\n';
    flush_output();
}

void print_line(const json& line) { print_line(line.text); }

void print_message(std::string_view text) { std::cerr << "jellyfish: " << shown(text) << '\n'; }

void print_table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths(rows.front().size());
    for (const auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width_of(row[i]));
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line.append(widths[i] - width_of(row[i]) + 2, ' ');
        }
        std::cout << line << '\n';
    }
    flush_output();
}

void print_fields(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::size_t width = 0;
    for (const auto& [name, value] : fields)
        width = std::max(width, width_of(name));
    for (const auto& [name, value] : fields)
        std::cout << name << std::string(width - width_of(name) + 2, ' ') << value << '\n';
    flush_output();
}

}  // namespace tool
