#pragma once

#include <cstdint>

namespace jellyfish::bench {

extern thread_local std::uint64_t counted_system_calls;

}  // namespace jellyfish::bench
