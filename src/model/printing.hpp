#pragma once

#include "text/quoted.hpp"

#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

/// @file
/// Prints the model as `name{field: value, …}` on one line.

namespace jellyfish::detail {

/// Prints `[a, b]`.
template <class T>
void print_list(std::ostream& out, const std::vector<T>& values) {
    const char* separator = "";
    out << '[';
    for (const T& value : values) {
        out << separator << value;
        separator = ", ";
    }
    out << ']';
}

/// Prints `name: value` for each field that is set, separated by commas.
class fields {
public:
    explicit fields(std::ostream& out) : out_(out) {}

    template <class T, class Print>
    void print(std::string_view name, const std::optional<T>& value, Print print_value) {
        if (!value) return;
        out_ << separator_ << name << ": ";
        print_value(*value);
        separator_ = ", ";
    }

    fields& text(std::string_view name, std::string_view value) {
        begin(name) << quoted{value};
        return *this;
    }

    fields& flag(std::string_view name, bool value) {
        begin(name) << (value ? "true" : "false");
        return *this;
    }

    template <class T>
    fields& value(std::string_view name, const T& value) {
        begin(name) << value;
        return *this;
    }

    template <class T>
    fields& list(std::string_view name, const std::vector<T>& values) {
        print_list(begin(name), values);
        return *this;
    }

private:
    std::ostream& begin(std::string_view name) {
        out_ << separator_ << name << ": ";
        separator_ = ", ";
        return out_;
    }

    std::ostream& out_;
    const char* separator_ = "";
};

}  // namespace jellyfish::detail
