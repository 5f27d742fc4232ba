#include <jellyfish/client_options.hpp>
#include <jellyfish/error.hpp>

#include "model/server_address.hpp"
#include "text/characters.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace jellyfish {
namespace {

std::string from_variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

bool is_one_of(std::string_view text, const std::array<std::string_view, 4>& words) {
    return std::ranges::find(words, text) != words.end();
}

[[noreturn]] void reject(std::string detail) {
    throw error(errc::invalid_option, {"read the environment", "", std::move(detail), 0, ""});
}

bool server_state_of(const std::string& text, const char* variable) {
    std::string word = text;
    std::ranges::transform(word, word.begin(), detail::in_lower_case);
    if (is_one_of(word, {"true", "1", "yes", "on"})) return true;
    if (is_one_of(word, {"false", "0", "no", "off"})) return false;
    reject(std::string(variable) + " must be true or false, 1 or 0, yes or no, on or off, not '" +
           text + "'");
}

}  // namespace

client_options::client_options() = default;
client_options::client_options(const client_options&) = default;
client_options::client_options(client_options&&) noexcept = default;
client_options& client_options::operator=(const client_options&) = default;
client_options& client_options::operator=(client_options&&) noexcept = default;
client_options::~client_options() = default;

client_options& client_options::fishjam_id(std::string value) {
    server_address_ = detail::scheme_of(value)
                          ? value
                          : std::string("https://fishjam.io/api/v1/connect/").append(value);
    server_api_ = jellyfish::server_api::fishjam;
    fishjam_id_ = std::move(value);
    return *this;
}

bool client_options::secure() const noexcept {
    if (secure_) return *secure_;
    const auto scheme = detail::scheme_of(server_address_);
    return scheme && detail::is_secure_scheme(*scheme);
}

client_options client_options::from_environment() {
    client_options options;
    std::string address = from_variable("JELLYFISH_SERVER_ADDRESS");
    if (auto id = from_variable("FISHJAM_ID"); !id.empty()) {
        options.fishjam_id(std::move(id));
        if (!address.empty() && address != options.server_address())
            reject("JELLYFISH_SERVER_ADDRESS and FISHJAM_ID contradict each other: unset one");
    } else if (!address.empty()) {
        options.server_address(std::move(address));
    }
    std::string token = from_variable("JELLYFISH_SERVER_API_TOKEN");
    if (auto other = from_variable("FISHJAM_MANAGEMENT_TOKEN"); !other.empty()) {
        if (!token.empty() && token != other) {
            reject(
                "JELLYFISH_SERVER_API_TOKEN and FISHJAM_MANAGEMENT_TOKEN contradict each other: "
                "unset one");
        }
        token = std::move(other);
    }
    if (!token.empty()) options.server_api_token(std::move(token));
    // Without TLS the file would be ignored, and the token sent in plain text.
    if (auto file = from_variable("JELLYFISH_CA_FILE"); !file.empty())
        options.secure(true).tls(tls_options().ca_file(std::move(file)));
    if (const auto secure = from_variable("JELLYFISH_SECURE"); !secure.empty())
        options.secure(server_state_of(secure, "JELLYFISH_SECURE"));
    return options;
}

}  // namespace jellyfish
