#pragma once

#include <stdexcept>
#include <sys/resource.h>

namespace jellyfish::test {

/// Whether a test may take a process's descriptors away: UndefinedBehaviorSanitizer, which goes
/// with AddressSanitizer here, looks at memory through a pipe, and without one finds every object
/// wrong.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool descriptors_may_run_out = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool descriptors_may_run_out = false;
#else
inline constexpr bool descriptors_may_run_out = true;
#endif
#else
inline constexpr bool descriptors_may_run_out = true;
#endif

/// While this lives, the process gets no new descriptor: `EMFILE`. Those that there are go on.
class descriptor_shortage {
public:
    descriptor_shortage() {
        if (::getrlimit(RLIMIT_NOFILE, &usual_) != 0) throw std::runtime_error("no limit to lower");
        rlimit none = usual_;
        none.rlim_cur = 3;  // As many as there always are.
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~descriptor_shortage() { ::setrlimit(RLIMIT_NOFILE, &usual_); }

    descriptor_shortage(const descriptor_shortage&) = delete;
    descriptor_shortage& operator=(const descriptor_shortage&) = delete;

private:
    rlimit usual_{};
};

}  // namespace jellyfish::test
