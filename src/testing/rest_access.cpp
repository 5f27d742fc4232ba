#include "testing/rest_access.hpp"

#include "testing/form.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jellyfish::testing::detail {
namespace {

struct media_type {
    std::string type;
    std::string subtype;
    bool full_quality = true;  ///< No `q`, or 1.
};

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || marks.find(c) != marks.npos;
    });
}

std::optional<media_type> parse_media_type(std::string_view text) {
    const std::size_t semicolon = text.find(';');
    const std::string whole = to_lower(trimmed(text.substr(0, semicolon)));
    const std::size_t slash = whole.find('/');
    if (slash == whole.npos) return std::nullopt;
    media_type out{whole.substr(0, slash), whole.substr(slash + 1)};
    if (!is_name(out.type) || !is_name(out.subtype)) return std::nullopt;
    if (out.type == "*" && out.subtype != "*") return std::nullopt;
    if (semicolon == text.npos) return out;
    const std::string parameters = to_lower(text.substr(semicolon));
    const std::size_t quality = parameters.find("q=");
    if (quality != parameters.npos) {
        const std::string value = parameters.substr(quality + 2, 3);
        out.full_quality = value.starts_with('1');
    }
    return out;
}

/// Whether a media type of an `accept` header covers JSON.
bool covers_json(const media_type& type) {
    if (type.type == "*") return true;
    if (type.type != "application") return false;
    return type.subtype == "*" || type.subtype == "json";
}

}  // namespace

body_format body_kind(const http_request& request) {
    constexpr std::array<std::string_view, 4> methods{"POST", "PUT", "PATCH", "DELETE"};
    const std::string* header = request.header("content-type");
    if (header == nullptr ||
        std::find(methods.begin(), methods.end(), request.method) == methods.end()) {
        return body_format::none;
    }
    const auto type = parse_media_type(*header);
    if (!type) return body_format::none;
    if (type->type == "application") {
        if (type->subtype == "json" || type->subtype.ends_with("+json")) return body_format::json;
        if (type->subtype == "x-www-form-urlencoded") return body_format::form;
    }
    return type->type == "multipart" ? body_format::multipart : body_format::none;
}

std::string effective_method(const http_request& request, const json_value& body) {
    if (request.method == "HEAD") return "GET";
    const json_value* other = body.find("_method");
    if (request.method != "POST" || other == nullptr || other->string() == nullptr) {
        return request.method;
    }
    std::string name = *other->string();
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return name == "PUT" || name == "PATCH" || name == "DELETE" ? name : request.method;
}

bool accepts_json(const http_request& request, const json_value& params) {
    if (const json_value* format = params.find("_format")) {
        return format->string() != nullptr && *format->string() == "json";
    }
    const std::string* header = request.header("accept");
    if (header == nullptr) return true;
    std::string_view left = *header;
    while (true) {
        const std::size_t comma = left.find(',');
        const auto type = parse_media_type(left.substr(0, comma));
        if (type && covers_json(*type)) return true;
        if (comma == left.npos) return false;
        left.remove_prefix(comma + 1);
    }
}

bool is_preflight(const http_request& request) {
    return request.method == "OPTIONS" && request.header("origin") != nullptr &&
           request.header("access-control-request-method") != nullptr;
}

http_answer preflight_answer() {
    return {204,
            {{"access-control-allow-headers",
              "Authorization,Content-Type,Accept,Origin,User-Agent,DNT,Cache-Control,"
              "X-Mx-ReqToken,Keep-Alive,X-Requested-With,If-Modified-Since,X-CSRF-Token"},
             {"access-control-allow-methods", "GET,POST,PUT,PATCH,DELETE,OPTIONS"},
             {"access-control-max-age", "1728000"}},
            {},
            true,
            false};
}

bool is_bad_static_path(const http_request& request) {
    constexpr std::array<std::string_view, 5> folders{"assets", "fonts", "images", "favicon.ico",
                                                      "robots.txt"};
    if (request.method != "GET" && request.method != "HEAD") return false;
    const auto segments = path_segments(request.path);
    if (segments.empty() ||
        std::find(folders.begin(), folders.end(), segments.front()) == folders.end()) {
        return false;
    }
    return std::any_of(segments.begin(), segments.end(), [](const std::string& segment) {
        return segment == "." || segment == ".." ||
               segment.find_first_of(std::string_view("/\\:\0", 4)) != segment.npos;
    });
}

void finish_answer(http_answer& answer, const http_request& request, std::string request_id) {
    auto& headers = answer.headers;
    headers["cache-control"] = "max-age=0, private, must-revalidate";
    headers["date"] = http_date();
    headers["server"] = "Cowboy";
    if (answer.bare) return;
    const std::string* given = request.header("x-request-id");
    const bool usable = given != nullptr && given->size() >= 20 && given->size() <= 200;
    headers["x-request-id"] = usable ? *given : std::move(request_id);
    if (request.method == "OPTIONS" && !is_preflight(request)) return;
    headers["access-control-allow-credentials"] = "true";
    headers["access-control-allow-origin"] = "*";
    headers["access-control-expose-headers"] = "";
}

}  // namespace jellyfish::testing::detail
