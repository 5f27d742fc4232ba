#pragma once

#include <boost/system/error_code.hpp>

namespace boost::asio {}

namespace jellyfish {

// Short names for the library's sources. Public headers spell the names out, so that users do not
// see these in namespace jellyfish.
namespace asio = boost::asio;
using boost::system::error_code;

}  // namespace jellyfish
