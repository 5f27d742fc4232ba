#include <jellyfish/client_options.hpp>
#include <jellyfish/error.hpp>

#include "text/characters.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

namespace jellyfish {
namespace {

std::string from_variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

bool is_one_of(std::string_view text, const std::array<std::string_view, 4>& words) {
    return std::ranges::find(words, text) != words.end();
}

bool server_state_of(const std::string& text, const char* variable) {
    std::string word = text;
    std::ranges::transform(word, word.begin(), detail::in_lower_case);
    if (is_one_of(word, {"true", "1", "yes", "on"})) return true;
    if (is_one_of(word, {"false", "0", "no", "off"})) return false;
    throw error(errc::invalid_option,
                {"read the environment", "",
                 std::string(variable) +
                     " must be true or false, 1 or 0, yes or no, on or off, not '" + text + "'",
                 0, ""});
}

}  // namespace

client_options::client_options() = default;
client_options::client_options(const client_options&) = default;
client_options::client_options(client_options&&) noexcept = default;
client_options& client_options::operator=(const client_options&) = default;
client_options& client_options::operator=(client_options&&) noexcept = default;
client_options::~client_options() = default;

client_options client_options::from_environment() {
    client_options options;
    if (auto address = from_variable("JELLYFISH_SERVER_ADDRESS"); !address.empty())
        options.server_address(std::move(address));
    if (auto token = from_variable("JELLYFISH_SERVER_API_TOKEN"); !token.empty())
        options.server_api_token(std::move(token));
    // Without TLS the file would be ignored, and the token sent in plain text.
    if (auto file = from_variable("JELLYFISH_CA_FILE"); !file.empty())
        options.secure(true).tls(tls_options().ca_file(std::move(file)));
    if (const auto secure = from_variable("JELLYFISH_SECURE"); !secure.empty())
        options.secure(server_state_of(secure, "JELLYFISH_SECURE"));
    return options;
}

}  // namespace jellyfish
