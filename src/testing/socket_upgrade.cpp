#include "testing/socket_upgrade.hpp"

#include "testing/core.hpp"
#include "testing/form.hpp"
#include "testing/rest_access.hpp"
#include "testing/rest_answers.hpp"
#include "testing/sockets.hpp"
#include "testing/web_socket.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish::testing::detail {
namespace {

/// The only page that may open sockets, by its host.
constexpr std::string_view own_host = "localhost";

std::vector<std::string_view> raw_segments(std::string_view path) {
    std::vector<std::string_view> out;
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        if (slash != 0) out.push_back(path.substr(0, slash));
        path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
    }
    return out;
}

std::string_view host_of(std::string_view origin) {
    const std::size_t begin = origin.find("//");
    if (begin == origin.npos) return {};
    origin.remove_prefix(begin + 2);
    origin = origin.substr(0, origin.find_first_of("/?#"));
    origin.remove_prefix(origin.rfind('@') + 1);
    return origin.substr(0, origin.find(':'));
}

http_answer plain(int status, std::string text = {}) {
    http_answer answer = text_answer(status, std::move(text));
    answer.bare = true;
    return answer;
}

std::optional<http_answer> refusal_of(const http_request& request, socket_kind kind) {
    if (request.method != "GET") return plain(400);
    if (!parse_query(request.query)) {
        http_answer answer = failure_answer(400);
        answer.bare = true;
        return answer;
    }
    const std::string* origin = request.header("origin");
    if (origin != nullptr && host_of(*origin) != own_host) return plain(403);
    if (kind == socket_kind::live) return plain(403);
    std::string wrong = check_upgrade(request);
    if (!wrong.empty()) return plain(400, std::move(wrong));
    return std::nullopt;
}

}  // namespace

socket_kind socket_kind_of(const http_request& request, const std::string& prefix) {
    std::string_view path = request.path;
    if (!path.starts_with(prefix)) return socket_kind::none;
    path.remove_prefix(prefix.size());
    const auto segments = raw_segments(path);
    using path_type = std::vector<std::string_view>;
    if (segments == path_type{"socket", "server", "websocket"}) return socket_kind::server;
    if (segments == path_type{"socket", "peer", "websocket"}) return socket_kind::peer;
    if (segments == path_type{"live", "websocket"}) return socket_kind::live;
    return socket_kind::none;
}

std::optional<http_answer> check_socket_request(const http_request& request, socket_kind kind) {
    auto answer = refusal_of(request, kind);
    if (answer) finish_answer(*answer, request, {});
    return answer;
}

void start_socket(core& server, node& place, socket_kind kind, const http_request& request,
                  std::shared_ptr<connection> client) {
    auto socket = make_web_socket(std::move(client));
    if (kind == socket_kind::server) {
        auto user = std::make_shared<server_socket>(server, std::move(socket));
        server.add(user);
        user->start(request);
    } else {
        std::make_shared<peer_socket>(server, place, std::move(socket))->start(request);
    }
}

}  // namespace jellyfish::testing::detail
