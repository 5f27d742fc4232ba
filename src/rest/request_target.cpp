#include "rest/request_target.hpp"

#include <jellyfish/error.hpp>

#include "text/utf8.hpp"

#include <algorithm>
#include <utility>

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace jellyfish::detail {
namespace {

/// The server accepts a request line of at most 8000 bytes, and an encoded byte takes three.
constexpr std::size_t longest_id = 1'024;

/// Fast path: whether an id has the form of generated ids, which are valid and need no encoding.
bool is_usual_id(std::string_view id) {
    constexpr std::size_t longest_usual_id = 64;
    const auto is_usual = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-';
    };
    return !id.empty() && id.size() <= longest_usual_id && std::ranges::all_of(id, is_usual);
}

std::string encoded(std::string_view text) {
    return boost::urls::encode(text, boost::urls::unreserved_chars);
}

}  // namespace

void reject_argument(std::string operation, std::string detail) {
    throw error(errc::invalid_argument, {std::move(operation), "", std::move(detail), 0, ""});
}

std::optional<std::string> problem_of_id(std::string_view id) {
    if (id.empty()) return "is empty";
    if (id == "." || id == "..") return "is a dot segment, which is not a valid id";
    if (id.size() > longest_id) return "is longer than " + std::to_string(longest_id) + " bytes";
    if (!is_utf8(id)) return "is not UTF-8";
    return std::nullopt;
}

bool is_usable_text(std::string_view text) {
    return !text.empty() && text.size() <= longest_text && is_utf8(text);
}

request_target& request_target::id(std::string_view what, std::string_view value) {
    if (is_usual_id(value)) return word(value);
    if (const auto problem = problem_of_id(value)) {
        std::string operation(name_of(method_));
        operation.append(" ").append(path_).append("/{").append(what).append("}");
        reject_argument(std::move(operation), std::string(what).append(" ").append(*problem));
    }
    return word(encoded(value));
}

request_target& request_target::query(std::string_view name, std::string_view value) {
    path_ += std::exchange(separator_, '&');
    path_.append(encoded(name)).append("=").append(encoded(value));
    return *this;
}

http::request request_target::request(std::string body) {
    http::request made{method_, std::move(path_), std::move(body)};
    made.features = features_;
    return made;
}

http::request request_target::file() {
    http::request made = request();
    made.file = true;
    return made;
}

}  // namespace jellyfish::detail
