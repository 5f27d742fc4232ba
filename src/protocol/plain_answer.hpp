#pragma once

#include "protocol/http_exchange.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jellyfish::detail {

/// Reads an answer that is whole and plain, as servers send them mostly: HTTP/1.1 with a status
/// from 200 on that has a body, of a length that is told, on a connection that is kept. Returns how
/// many bytes it took; 0, and what is in `into` is of no use, when it is anything else, good or
/// bad.
/// @param limit The longest body that is accepted, in bytes.
[[nodiscard]] std::size_t read_plain_answer(std::string_view input, std::uint64_t limit,
                                            http_answer& into);

}  // namespace jellyfish::detail
