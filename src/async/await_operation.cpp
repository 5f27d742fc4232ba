#include "async/await_operation.hpp"

namespace jellyfish::detail {

template JELLYFISH_DECL asio::awaitable<void> awaited(operation<>, diagnostics*);

}  // namespace jellyfish::detail
