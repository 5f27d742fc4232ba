#pragma once

#include <jellyfish/error.hpp>

#include <span>
#include <string>
#include <string_view>

/// @file
/// Failures in the words of this program: the library's own name its classes and options, and say
/// what a programmer can do.

namespace tool {

/// A text of the library, in which its options and arguments are named as here.
/// @param options Those of the command, as `max-peers`.
[[nodiscard]] std::string translated(std::string_view text,
                                     std::span<const std::string> options = {});

/// What has happened, without what to do about it.
[[nodiscard]] std::string text_of(const boost::system::error_code& code);
/// The whole story in one line, but what to do about it.
[[nodiscard]] std::string text_of(const jellyfish::error& failure,
                                  std::span<const std::string> options = {});

/// What a user of this program can do about a failure; empty when there is nothing to add.
[[nodiscard]] std::string advice_for(const jellyfish::error& failure);

}  // namespace tool
