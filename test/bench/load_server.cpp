#include "load_server.hpp"

#include <jellyfish/notification.hpp>

#include "fakes/wire.hpp"
#include "handshake.hpp"
#include "wire/server_message.hpp"

#include <algorithm>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace jellyfish::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

const std::string room_id = "fbf4190c-5c76-415c-8939-52c6ed20868b";
const std::string peer_id = "c7236587-5df8-4b41-b6e4-268e71133ee2";

constexpr std::size_t messages_per_batch = 10'000;

std::string frame_of(const notification& value) {
    return test::frame(test::op_binary, detail::wire::encode(value));
}

/// Serves one client, from the upgrade to the end of the load.
template <class Stream>
void serve_client(Stream stream, const load& what, std::size_t batches) {
    beast::websocket::stream<Stream> ws(std::move(stream));
    welcome(ws);
    for (std::size_t i = 0; i < batches; ++i)
        asio::write(ws.next_layer(), asio::buffer(what.frames));
    ws.close(beast::websocket::close_code::normal);
}

}  // namespace

load small_load() {
    load made;
    const std::string one = frame_of(peer_connected{room_id, peer_id});
    for (; made.messages < messages_per_batch; ++made.messages)
        made.frames += one;
    return made;
}

load mixed_load() {
    std::vector<std::string> frames(messages_per_batch, frame_of(peer_connected{room_id, peer_id}));
    const auto tenth = static_cast<std::ptrdiff_t>(messages_per_batch / 10);
    const track video{"c7236587:1", track_type::video, R"({"source":"camera"})"};
    std::fill_n(frames.begin(), 2 * tenth,
                frame_of(track_added{room_id, {endpoint_kind::peer, peer_id}, video}));
    std::fill_n(frames.begin() + 2 * tenth, tenth, frame_of(room_created{room_id}));
    std::ranges::shuffle(frames, std::mt19937(1));
    load made;
    made.messages = frames.size();
    for (const std::string& each : frames)
        made.frames += each;
    return made;
}

load reports_load() {
    constexpr std::size_t size_of_report = 20'000;
    load made;
    std::string json = R"({"<peer>":{)";
    for (int i = 0; json.size() < size_of_report; ++i)
        json += R"("metric_)" + std::to_string(i) + R"(":12345.678,)";
    json.back() = '}';
    const std::string one = frame_of(metrics_report{json + '}'});
    for (; made.messages < messages_per_batch / 200; ++made.messages)
        made.frames += one;
    return made;
}

load_server::load_server(load what, std::size_t batches, bool tls)
    : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      load_(std::move(what)),
      batches_(batches) {
    if (tls) {
        authority_ = test::make_authority();
        tls_ = test::server_context(test::make_certificate(authority_, {}));
    }
    thread_ = std::jthread([this] { serve(); });
}

load_server::~load_server() {
    // Resumes the accepting thread, even where closing the acceptor would not.
    tcp::socket last(context_);
    boost::system::error_code ignored;
    thread_.request_stop();
    last.connect(acceptor_.local_endpoint(), ignored);
}

void load_server::serve() {
    for (;;) {
        tcp::socket socket = acceptor_.accept();
        if (thread_.get_stop_token().stop_requested()) return;
        try {
            if (tls_) {
                asio::ssl::stream<tcp::socket> stream(std::move(socket), *tls_);
                stream.handshake(asio::ssl::stream_base::server);
                serve_client(std::move(stream), load_, batches_);
            } else {
                serve_client(std::move(socket), load_, batches_);
            }
        } catch (const boost::system::system_error&) {
            // The client has received enough.
        }
    }
}

}  // namespace jellyfish::bench
