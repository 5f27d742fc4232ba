#include "http/request.hpp"

namespace jellyfish::detail {

std::string_view name_of(http_method method) noexcept {
    switch (method) {
        case http_method::get:
            return "GET";
        case http_method::head:
            return "HEAD";
        case http_method::post:
            return "POST";
        case http_method::delete_:
            return "DELETE";
    }
    return "?";
}

std::string_view rest_request::shown_target() const noexcept {
    const std::string_view whole = target;
    return secret_query ? whole.substr(0, whole.find('?')) : whole;
}

std::string rest_request::name() const {
    return std::string(name_of(method)).append(" ").append(shown_target());
}

}  // namespace jellyfish::detail
