#include "delivery/consumer_base.hpp"

#include "async/awaited.hpp"

namespace jellyfish::detail {

template class consumer_base<notification>;

template JELLYFISH_DECL asio::awaitable<std::optional<notification>> awaited(
    operation<std::optional<notification>>, diagnostics*);

}  // namespace jellyfish::detail
