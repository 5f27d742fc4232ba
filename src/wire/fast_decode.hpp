#pragma once

#include <jellyfish/notification.hpp>

#include <cstdint>
#include <string_view>

namespace jellyfish::detail::wire {

/// What becomes of fields that follow the known ones.
enum class unknown_fields : bool { rejected, ignored };

/// Decodes a notification in its canonical encoding, which all protobuf encoders write: the known
/// fields, each at most once, in the order of their numbers, and then the unknown ones. The strings
/// of an `out` of the same kind keep their memory.
///
/// @param number The number of the field of `ServerMessage` whose payload this is.
/// @return False for anything else, which may be valid or not: only protobuf knows. `out` may have
///     been changed then.
[[nodiscard]] bool decode_canonical(std::uint32_t number, std::string_view payload,
                                    notification& out,
                                    unknown_fields unknown = unknown_fields::rejected);

}  // namespace jellyfish::detail::wire
