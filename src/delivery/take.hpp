#pragma once

#include "delivery/inbox.hpp"

#include <memory>
#include <optional>

#include <boost/asio/awaitable.hpp>

namespace jellyfish::detail {

/// Takes the next notification from an inbox, as `next()` promises it to a coroutine.
[[nodiscard]] asio::awaitable<std::optional<notification>> take_next(std::shared_ptr<inbox> from);

/// The same for any other handler, until a deadline if there is one.
void take_next(const std::shared_ptr<inbox>& from,
               operation_handler<std::optional<notification>> handler,
               std::optional<inbox::time_point> deadline = std::nullopt);

/// The time after `limit`; nothing when that is beyond what a clock can tell.
[[nodiscard]] std::optional<inbox::time_point> deadline_after(inbox::time_point::duration limit);

}  // namespace jellyfish::detail
