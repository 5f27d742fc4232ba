#pragma once

#include "delivery/inbox.hpp"

#include <memory>
#include <optional>

#include <boost/asio/awaitable.hpp>

namespace jellyfish::detail {

/// Takes the next notification from an inbox; implements `next()` for coroutines.
[[nodiscard]] asio::awaitable<std::optional<notification>> take_next(std::shared_ptr<inbox> from);

/// The same for any other handler, with an optional deadline.
void take_next(const std::shared_ptr<inbox>& from,
               operation_handler<std::optional<notification>> handler,
               std::optional<inbox::time_point> deadline = std::nullopt);

/// Returns now plus `limit`, or nothing if that is out of the clock's range.
[[nodiscard]] std::optional<inbox::time_point> deadline_after(inbox::time_point::duration limit);

}  // namespace jellyfish::detail
