#include "fixtures/quiet_protobuf.hpp"

namespace {

// What a target looks for stands alone on the standard error output.
const jellyfish::test::quiet_protobuf quiet;

}  // namespace
