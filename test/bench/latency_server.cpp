#include "latency_server.hpp"

#include <jellyfish/notification.hpp>

#include "fakes/wire.hpp"
#include "handshake.hpp"
#include "measure.hpp"
#include "wire/server_message.hpp"

#include <array>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace jellyfish::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

const std::string peer_id = "c7236587-5df8-4b41-b6e4-268e71133ee2";

/// The length of a room's id.
std::string stamped() {
    std::string time = std::to_string(now_in_nanoseconds());
    time.insert(0, peer_id.size() - time.size(), '0');
    return test::frame(test::op_binary, detail::wire::encode(peer_connected{time, peer_id}));
}

using web_socket = beast::websocket::stream<tcp::socket>;

}  // namespace

latency_server::latency_server(std::size_t messages_per_second, std::size_t messages)
    : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      interval_(std::chrono::nanoseconds(std::chrono::seconds(1)) / messages_per_second),
      messages_(messages),
      thread_([this] { serve(); }) {}

latency_server::~latency_server() {
    tcp::socket last(context_);
    boost::system::error_code ignored;
    thread_.request_stop();
    last.connect(acceptor_.local_endpoint(), ignored);
}

void latency_server::serve() {
    use_processor(1);
    while (!thread_.get_stop_token().stop_requested()) {
        try {
            serve_clients();
        } catch (const boost::system::system_error&) {
            // The clients have received enough.
        }
    }
}

void latency_server::serve_clients() {
    std::array<std::optional<web_socket>, clients> all;
    for (auto& each : all) {
        tcp::socket socket = acceptor_.accept();
        if (thread_.get_stop_token().stop_requested()) return;
        socket.set_option(tcp::no_delay(true));
        welcome(each.emplace(std::move(socket)));
    }
    auto due = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
    for (std::size_t i = 0; i < clients * messages_; ++i, due += interval_) {
        while (std::chrono::steady_clock::now() < due) {
        }  // Sleeping is not exact enough.
        asio::write(all[i % clients]->next_layer(), asio::buffer(stamped()));
    }
    for (auto& each : all) {
        beast::flat_buffer request;
        boost::system::error_code closed;
        each->read(request, closed);  // Until the client closes.
    }
}

}  // namespace jellyfish::bench
