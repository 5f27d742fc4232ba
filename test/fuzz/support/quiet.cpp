#include "fixtures/quiet_protobuf.hpp"

namespace {

// Only the findings of a target are printed to standard error.
const jellyfish::test::quiet_protobuf quiet;

}  // namespace
