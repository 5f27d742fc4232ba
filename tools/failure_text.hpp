#pragma once

#include <jellyfish/error.hpp>

#include <span>
#include <string>
#include <string_view>

/// @file
/// Failures described in terms of flags and variables: the library's messages name its classes and
/// options, and advise programmers.

namespace tool {

/// Returns a text of the library with its options and arguments replaced by the program's names.
/// @param options The options of the command, such as `max-peers`.
[[nodiscard]] std::string translated(std::string_view text,
                                     std::span<const std::string> options = {});

/// Returns what happened, without advice.
[[nodiscard]] std::string text_of(const boost::system::error_code& code);
/// Returns all details in one line, without advice.
[[nodiscard]] std::string text_of(const jellyfish::error& failure,
                                  std::span<const std::string> options = {});

/// Returns what a user of this program can do about a failure; empty when there is no advice.
[[nodiscard]] std::string advice_for(const jellyfish::error& failure);

}  // namespace tool
