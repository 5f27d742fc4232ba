#include "async/awaited.hpp"

namespace jellyfish::detail {

template JELLYFISH_DECL asio::awaitable<void> awaited(operation<>, diagnostics*);

}  // namespace jellyfish::detail
