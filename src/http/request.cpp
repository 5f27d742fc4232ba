#include "http/request.hpp"

namespace jellyfish::detail::http {

std::string_view name_of(http::method method) noexcept {
    switch (method) {
        case method::get:
            return "GET";
        case method::head:
            return "HEAD";
        case method::post:
            return "POST";
        case method::delete_:
            return "DELETE";
    }
    return "?";
}

std::string_view request::shown_target() const noexcept {
    const std::string_view whole = target;
    return secret_query ? whole.substr(0, whole.find('?')) : whole;
}

std::string request::name() const {
    return std::string(name_of(method)).append(" ").append(shown_target());
}

}  // namespace jellyfish::detail::http
