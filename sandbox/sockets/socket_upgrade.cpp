#include "sandbox/sockets/socket_upgrade.hpp"

#include "sandbox/http/urls.hpp"
#include "sandbox/server/core.hpp"
#include "sandbox/sockets/agent_socket.hpp"
#include "sandbox/sockets/sockets.hpp"
#include "sandbox/sockets/web_socket.hpp"

#include <utility>
#include <vector>

#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace jellyfish::testing::detail {

namespace http = boost::beast::http;

socket_kind socket_kind_of(const http_request& request, const std::string& prefix) {
    const auto target = parse_target(request.target(), prefix);
    if (!target) return socket_kind::none;
    using segments = std::vector<std::string>;
    if (target->path == segments{"socket", "server", "websocket"}) return socket_kind::server;
    if (target->path == segments{"socket", "peer", "websocket"}) return socket_kind::peer;
    if (target->path == segments{"socket", "agent", "websocket"}) return socket_kind::agent;
    return socket_kind::none;
}

int check_upgrade(const http_request& request) {
    if (const auto origin = request.find(http::field::origin); origin != request.end()) {
        const auto page = boost::urls::parse_uri(origin->value());
        if (!page || page->host() != "localhost") return 403;
    }
    const bool good = boost::beast::websocket::is_upgrade(request) &&
                      request.count(http::field::sec_websocket_key) == 1 &&
                      request[http::field::sec_websocket_version] == "13";
    return good ? 0 : 400;
}

void start_socket(core& server, node& place, socket_kind kind, const http_request& request,
                  std::shared_ptr<connection> client) {
    auto socket = make_web_socket(std::move(client));
    if (kind == socket_kind::server) {
        auto user = std::make_shared<server_socket>(server, std::move(socket));
        server.add(user);
        user->start(request);
    } else if (kind == socket_kind::agent) {
        std::make_shared<agent_socket>(server, place, std::move(socket))->start(request);
    } else {
        std::make_shared<peer_socket>(server, place, std::move(socket))->start(request);
    }
}

}  // namespace jellyfish::testing::detail
