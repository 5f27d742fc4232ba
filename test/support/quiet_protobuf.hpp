#pragma once

#include <google/protobuf/stubs/logging.h>

namespace jellyfish::test {

/// A fixture: protobuf does not tell of each string that is not UTF-8 on the standard error output.
struct quiet_protobuf {
    google::protobuf::LogSilencer silencer;
};

}  // namespace jellyfish::test
