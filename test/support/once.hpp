#pragma once

#include <jellyfish/notifier_options.hpp>

namespace jellyfish::test {

/// Options of a notifier whose first session is its last: what a session ends with then is what
/// the notifier ends with.
inline notifier_options once() { return notifier_options().reconnect(reconnect_policy::never()); }

}  // namespace jellyfish::test
