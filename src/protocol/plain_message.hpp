#pragma once

#include <jellyfish/notification.hpp>

#include <cstdint>
#include <string_view>

namespace jellyfish::detail {

/// Decodes a notification in the form in which all protobuf encoders write it: the known fields,
/// each at most once, in the order of their numbers. The strings of an `out` of the same kind keep
/// their memory.
///
/// @param number The field of `ServerMessage` that `payload` is of.
/// @return False for anything else, which may be right or wrong: protobuf itself has to tell. `out`
///     may have been changed then.
[[nodiscard]] bool decode_plain(std::uint32_t number, std::string_view payload, notification& out);

}  // namespace jellyfish::detail
