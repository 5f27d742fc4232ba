#include "rest/response_status.hpp"

#include "json/document.hpp"
#include "text/characters.hpp"
#include "text/redact.hpp"

#include <optional>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace jellyfish::detail {
namespace {

/// Shorter secrets are not replaced: they would match everywhere.
constexpr std::size_t shortest_secret = 4;

/// How much of an error page is read.
constexpr std::size_t page_limit = 65'536;

std::optional<json::value> member_of(const json::value& from, std::string_view wanted) {
    std::optional<json::value> found;
    for (const auto& [key, value] : from.members()) {
        if (key == wanted) found = value;
    }
    return found;
}

/// The error text of a Jellyfish server.
struct failure_text {
    std::string text;
    bool of_a_call;  ///< Sent by the call itself, as `{"errors":"text"}`, not by the web framework.
};

/// Returns the text in `{"detail":"text"}`, `{"errors":"text"}` or `{"errors":{"detail":"text"}}`.
std::optional<failure_text> errors_of(std::string_view body) {
    std::string problem;
    const auto whole = json::document::parse(body, problem);
    if (!whole) return std::nullopt;
    const auto detail = member_of(whole->root(), "detail");
    if (detail && detail->kind() == json::kind::string)
        return failure_text{detail->string(), false};
    auto errors = member_of(whole->root(), "errors");
    const bool of_a_call = errors && errors->kind() == json::kind::string;
    if (errors && errors->kind() == json::kind::object) errors = member_of(*errors, "detail");
    if (!errors || errors->kind() != json::kind::string) return std::nullopt;
    return failure_text{errors->string(), of_a_call};
}

/// Collapses white space in a page.
std::string squeezed(std::string_view page) {
    std::string out;
    for (const char c : page.substr(0, page_limit)) {
        if (!is_control_character(c) && c != ' ') {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

void hide(std::string& text, std::string_view secret) {
    constexpr std::string_view instead = "(hidden)";
    for (auto at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + instead.size()))
        text.replace(at, secret.size(), instead);
}

/// Hides a secret, also where the text repeats the JSON in which it was sent.
void hide_secret(std::string& text, const std::string& secret) {
    if (secret.size() < shortest_secret) return;
    const std::string quoted = boost::json::serialize(boost::json::string(secret));
    hide(text, std::string_view(quoted).substr(1, quoted.size() - 2));
    hide(text, secret);
}

std::string shortened(std::string text) {
    constexpr std::string_view mark = "…";
    if (text.size() <= server_message_limit) return text;
    std::size_t end = server_message_limit - mark.size();
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        --end;  // Do not split a UTF-8 character.
    text.resize(end);
    return text.append(mark);
}

/// Hides secrets. Must be called before white space is changed, which a secret may contain.
std::string without_secrets(std::string text, const std::vector<std::string>& secrets) {
    for (const std::string& each : secrets)
        hide_secret(text, each);
    return text;
}

/// Returns the text as a short line, with secret parts of URLs hidden.
std::string shown(std::string text) {
    return shortened(urls_without_secrets(in_one_line(std::move(text))));
}

}  // namespace

error_code code_of_status(int status) noexcept {
    if (status >= 200 && status < 300) return {};
    switch (status) {
        case 400:
            return errc::bad_request;
        case 401:
            return errc::unauthorized;
        case 402:
            return errc::quota_exceeded;
        case 404:
            return errc::not_found;
        case 409:
            return errc::conflict;
        case 503:
            return errc::service_unavailable;
        default:
            return status >= 500 && status < 600 ? errc::server_error : errc::unexpected_status;
    }
}

error_code code_of_response(const http::response& response, std::string_view target,
                            std::string& detail) {
    const error_code code = code_of_status(response.status);
    // A web server may respond to any request with a page; a Jellyfish server never does.
    if (!code && response.content_type.starts_with("text/html")) {
        detail =
            "the response is a web page: check the path prefix, and that this is a Jellyfish or "
            "Fishjam server";
        return errc::malformed_response;
    }
    if (code == errc::not_found && target == "/validate") {
        detail = "check client_options::fishjam_id and server_api_token";
        return errc::unauthorized;
    }
    if (code != errc::not_found && code != errc::bad_request) return code;
    const auto errors = errors_of(response.body);
    if (errors && (errors->of_a_call || code == errc::bad_request)) return code;
    if (code == errc::bad_request) {
        detail =
            "check that this is a Jellyfish or Fishjam server, and whether its port requires TLS";
        return code;
    }
    // The path itself is unknown, but every Jellyfish server has paths such as `/room`.
    const bool names_a_resource = target.empty() || target.find('/', 1) != std::string_view::npos;
    detail = "check the path prefix, and that this is a Jellyfish or Fishjam server";
    if (names_a_resource) detail.insert(0, "the server does not report what is missing: ");
    return names_a_resource ? errc::not_found : errc::unexpected_status;
}

bool is_redirect(const http::response& response) noexcept {
    const int status = response.status;
    return (status == 301 || status == 302 || status == 307 || status == 308) &&
           !response.location.empty();
}

std::optional<std::string> deprecation_of(std::string_view header,
                                          const std::vector<std::string>& secrets) {
    std::string problem;
    const auto whole = json::document::parse(header, problem);
    if (!whole) return std::nullopt;
    const auto status = member_of(whole->root(), "status");
    const auto message = member_of(whole->root(), "message");
    if (!status || !message || message->kind() != json::kind::string) return std::nullopt;
    const std::string state = status->string();
    if (state != "unsupported" && state != "deprecated") return std::nullopt;
    return "the server reports that this version of the library is " + state +
           " (update it): " + shown(without_secrets(message->string(), secrets));
}

std::string server_message_of(std::string_view body, const std::vector<std::string>& secrets) {
    auto errors = errors_of(body);
    std::string text = errors ? std::move(errors->text) : std::string(body.substr(0, page_limit));
    text = without_secrets(std::move(text), secrets);
    return shown(errors ? std::move(text) : squeezed(text));
}

}  // namespace jellyfish::detail
