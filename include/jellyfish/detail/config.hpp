#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/error_code.hpp>

#if defined(_WIN32)
#define JELLYFISH_DECL
#elif defined(__GNUC__)
#define JELLYFISH_DECL __attribute__((visibility("default")))
#else
#define JELLYFISH_DECL
#endif

namespace jellyfish {

namespace asio = boost::asio;
using boost::system::error_code;

}  // namespace jellyfish
