#include <jellyfish/open_enum.hpp>

#include "text/quoted.hpp"

namespace jellyfish::detail {

void print_quoted(std::ostream& out, std::string_view text) { out << quoted{text}; }

}  // namespace jellyfish::detail
