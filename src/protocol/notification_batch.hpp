#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

/// The messages in a batch, in order, as they lie in `bytes`. Nothing when the bytes, which are a
/// well-formed message, hold no batch. A malformed batch gives a part that is malformed itself.
[[nodiscard]] std::optional<std::vector<std::string_view>> parts_of_batch(std::string_view bytes);

}  // namespace jellyfish::detail
