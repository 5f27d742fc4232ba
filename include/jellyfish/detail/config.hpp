#pragma once

#if defined(_WIN32)
#define JELLYFISH_DECL
#elif defined(__GNUC__)
#define JELLYFISH_DECL __attribute__((visibility("default")))
#else
#define JELLYFISH_DECL
#endif
