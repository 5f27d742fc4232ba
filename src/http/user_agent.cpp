#include "http/user_agent.hpp"

#include <jellyfish/version.hpp>

namespace jellyfish::detail::http {

static_assert(std::string_view(JELLYFISH_VERSION) == JELLYFISH_PROJECT_VERSION,
              "version.hpp and CMakeLists.txt must name the same version");

std::string user_agent(std::string_view added) {
    std::string text = "jellyfish-server-sdk-cpp/" JELLYFISH_PROJECT_VERSION;
    if (!added.empty()) text.append(" ").append(added);
    return text;
}

std::string_view api_client() noexcept { return "cpp-server/" JELLYFISH_PROJECT_VERSION; }

}  // namespace jellyfish::detail::http
