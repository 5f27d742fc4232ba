#pragma once

#include <stdexcept>

namespace jellyfish::testing::detail {

/// Thrown for the id of something that does not exist.
class unknown_id : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

}  // namespace jellyfish::testing::detail
