#include "protocol/rest_request.hpp"

#include <jellyfish/error.hpp>

#include "protocol/rest_json.hpp"
#include "protocol/utf8.hpp"
#include "protocol/webhook_url.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace jellyfish::detail {
namespace {

/// A server reads a request line of 8000 bytes at most, and an encoded byte takes three.
constexpr std::size_t longest_id = 1'024;

/// A server adds its timeouts to a clock that ends in some centuries.
constexpr std::chrono::seconds longest_timeout = std::chrono::years(100);

[[noreturn]] void refuse(std::string operation, std::string detail) {
    throw error(errc::invalid_argument, {std::move(operation), "", std::move(detail), 0, ""});
}

/// What is wrong with an id, or nothing.
std::optional<std::string> problem_of_id(std::string_view id) {
    if (id.empty()) return "is empty";
    if (id == "." || id == "..") return "is a dot segment, which no server takes for an id";
    if (id.size() > longest_id) return "is longer than " + std::to_string(longest_id) + " bytes";
    if (!is_utf8(id)) return "is not UTF-8";
    return std::nullopt;
}

/// Makes a target of words and ids, which are percent-encoded, so that no id can be more than one
/// segment of the path.
class target {
public:
    explicit target(http_method method) : method_(method) {}

    target& word(std::string_view text) {
        path_.append("/").append(text);
        return *this;
    }

    target& id(std::string_view what, std::string_view value) {
        if (const auto problem = problem_of_id(value)) {
            std::string operation(name_of(method_));
            operation.append(" ").append(path_).append("/{").append(what).append("}");
            refuse(std::move(operation), std::string(what).append(" ").append(*problem));
        }
        return word(boost::urls::encode(value, boost::urls::unreserved_chars));
    }

    [[nodiscard]] rest_request request(std::string body = {}) {
        return {method_, std::move(path_), std::move(body)};
    }

private:
    http_method method_;
    std::string path_;
};

void check_timeout(std::string_view name, const std::optional<std::chrono::seconds>& value) {
    if (!value || (*value >= std::chrono::seconds(1) && *value <= longest_timeout)) return;
    refuse("POST /room", std::string(name).append(" must be from 1 s to 100 years, not ") +
                             std::to_string(value->count()) + " s");
}

void check(const room_config& config) {
    if (config.room_id()) {
        if (const auto problem = problem_of_id(*config.room_id()))
            refuse("POST /room", "room_id " + *problem);
    }
    if (config.webhook_url()) {
        if (const auto problem = problem_of_webhook_url(*config.webhook_url()))
            refuse("POST /room", "webhook_url cannot be used: " + *problem);
    }
    check_timeout("peerless_purge_timeout", config.peerless_purge_timeout());
    check_timeout("peer_disconnected_timeout", config.peer_disconnected_timeout());
}

}  // namespace

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

std::string rest_request::name() const {
    return std::string(name_of(method)).append(" ").append(target);
}

rest_request health_request() { return {http_method::get, "/health", ""}; }

rest_request create_room_request(const room_config& config) {
    check(config);
    return target(http_method::post).word("room").request(write_json(config));
}

rest_request get_room_request(std::string_view room_id) {
    return target(http_method::get).word("room").id("room_id", room_id).request();
}

rest_request get_all_rooms_request() { return target(http_method::get).word("room").request(); }

rest_request delete_room_request(std::string_view room_id) {
    return target(http_method::delete_).word("room").id("room_id", room_id).request();
}

rest_request add_peer_request(std::string_view room_id, const peer_options_webrtc& options) {
    return target(http_method::post)
        .word("room")
        .id("room_id", room_id)
        .word("peer")
        .request(write_json(options));
}

rest_request delete_peer_request(std::string_view room_id, std::string_view peer_id) {
    return target(http_method::delete_)
        .word("room")
        .id("room_id", room_id)
        .word("peer")
        .id("peer_id", peer_id)
        .request();
}

}  // namespace jellyfish::detail
