#pragma once

#include <jellyfish/notification.hpp>

#include <cstdint>
#include <string_view>

namespace jellyfish::detail::wire {

/// How to handle fields after the known ones.
enum class unknown_fields : bool { rejected, ignored };

/// Decodes a notification in its canonical encoding, which all protobuf encoders produce: the known
/// fields, each at most once, in ascending order, followed by unknown ones. If `out` holds the same
/// type, its strings keep their memory.
///
/// @param number The number of the `ServerMessage` field whose payload this is.
/// @return False for any other encoding, valid or not; only protobuf can decide. Then `out` is
///     unspecified.
[[nodiscard]] bool decode_canonical(std::uint32_t number, std::string_view payload,
                                    notification& out,
                                    unknown_fields unknown = unknown_fields::rejected);

}  // namespace jellyfish::detail::wire
