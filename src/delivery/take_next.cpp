#include "delivery/take_next.hpp"

namespace jellyfish::detail {

template asio::awaitable<std::optional<notification>> take_next(
    std::shared_ptr<delivery_queue<notification>> from);

}  // namespace jellyfish::detail
