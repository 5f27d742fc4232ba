#pragma once

#include <boost/system/error_code.hpp>

namespace boost::asio {}

namespace jellyfish {

// Names that the library's sources use for short. Public headers spell them out, so that no user
// finds them in this namespace.
namespace asio = boost::asio;
using boost::system::error_code;

}  // namespace jellyfish
