#include "fakes/scripted_peer.hpp"

#include "fakes/wire.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/evp.h>

namespace jellyfish::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// The `Sec-WebSocket-Accept` for the key in a request header.
std::string accept_of(const std::string& header) {
    constexpr std::string_view name = "Sec-WebSocket-Key: ";
    const auto at = header.find(name);
    if (at == std::string::npos) throw std::runtime_error("no key in the upgrade request");
    const auto begin = at + name.size();
    const std::string text = header.substr(begin, header.find('\r', begin) - begin) +
                             "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    std::array<unsigned char, 64> encoded{};
    const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
    return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(length)};
}

/// The length of the first complete client frame in some bytes; 0 if there is none. Supports short
/// and medium lengths only.
std::size_t frame_length(std::string_view bytes) {
    if (bytes.size() < 2) return 0;
    std::size_t length = static_cast<unsigned char>(bytes[1]) & 0x7f;
    std::size_t header = 6;
    if (length == 126) {
        if (bytes.size() < 4) return 0;
        length = static_cast<std::size_t>(static_cast<unsigned char>(bytes[2])) << 8 |
                 static_cast<unsigned char>(bytes[3]);
        header = 8;
    }
    return bytes.size() < header + length ? 0 : header + length;
}

template <class Socket>
class connection final : public scripted_connection {
public:
    explicit connection(Socket socket) : socket_(std::move(socket)) {}

    asio::awaitable<void> write(std::string bytes) override {
        // The client may be gone already, which a script may ignore.
        co_await asio::async_write(socket_, asio::buffer(bytes), as_tuple);
    }

    asio::awaitable<std::string> read() override {
        std::string bytes(65'536, '\0');
        const std::tuple<boost::system::error_code, std::size_t> result =
            co_await socket_.async_read_some(asio::buffer(bytes), as_tuple);
        bytes.resize(std::get<1>(result));
        co_return bytes;
    }

    void close(bool reset) override {
        boost::system::error_code ignored;
        auto& lowest = socket_.lowest_layer();
        if (reset) lowest.set_option(asio::socket_base::linger(true, 0), ignored);
        lowest.close(ignored);
    }

private:
    Socket socket_;
};

}  // namespace

asio::awaitable<std::string> scripted_connection::read_header() {
    for (;;) {
        const auto end = unread_.find("\r\n\r\n");
        if (end != std::string::npos) {
            const std::string header = unread_.substr(0, end + 4);
            unread_.erase(0, end + 4);
            co_return header;
        }
        const std::string more = co_await read();
        if (more.empty())
            throw std::runtime_error("the client closed the connection during its request");
        unread_ += more;
    }
}

asio::awaitable<void> scripted_connection::accept_upgrade(std::string first_frames) {
    const std::string header = co_await read_header();
    co_await write(
        "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
        "sec-websocket-accept: " +
        accept_of(header) + "\r\n\r\n" + first_frames);
}

asio::awaitable<void> scripted_connection::authenticate() {
    co_await accept_upgrade();
    co_await read_frame();
    co_await write(frame(op_binary, authenticated_bytes()));
}

asio::awaitable<void> scripted_connection::begin_session(std::string more) {
    co_await authenticate();
    co_await read_frame();
    co_await write(frame(op_binary, subscribe_response_bytes(1)) + more);
}

asio::awaitable<std::string> scripted_connection::read_frame() {
    for (;;) {
        if (const std::size_t length = frame_length(unread_); length != 0) {
            const auto frames = parse_client_frames(unread_.substr(0, length));
            unread_.erase(0, length);
            co_return frames.front().payload;
        }
        const std::string more = co_await read();
        if (more.empty())
            throw std::runtime_error("the client closed the connection during its frame");
        unread_ += more;
    }
}

asio::awaitable<std::string> scripted_connection::read_to_end() {
    std::string all = std::exchange(unread_, {});
    for (;;) {
        const std::string more = co_await read();
        if (more.empty()) co_return all;
        all += more;
    }
}

struct scripted_peer::state {
    state(const asio::any_io_executor& executor, script s, tls_server_context t)
        : acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          what(std::move(s)),
          tls(std::move(t)) {}

    static asio::awaitable<void> accept(std::shared_ptr<state> self) {
        for (;;) {
            tcp::socket socket = co_await self->acceptor.async_accept(asio::use_awaitable);
            ++self->accepted;
            asio::co_spawn(self->acceptor.get_executor(), serve(self, std::move(socket)),
                           asio::detached);
        }
    }

    static asio::awaitable<void> serve(std::shared_ptr<state> self, tcp::socket socket) {
        if (!self->tls) {
            connection<tcp::socket> plain(std::move(socket));
            co_await self->what(plain);
            co_return;
        }
        const tls_server_context tls = self->tls;
        asio::ssl::stream<tcp::socket> secured(std::move(socket), *tls);
        co_await secured.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
        connection<asio::ssl::stream<tcp::socket>> secret(std::move(secured));
        co_await self->what(secret);
    }

    tcp::acceptor acceptor;
    script what;
    tls_server_context tls;
    int accepted = 0;
};

scripted_peer::scripted_peer(asio::any_io_executor executor, script what, tls_server_context tls)
    : state_(std::make_shared<state>(executor, std::move(what), std::move(tls))) {
    asio::co_spawn(executor, state::accept(state_), asio::detached);
}

scripted_peer::~scripted_peer() {
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
}

std::uint16_t scripted_peer::port() const { return state_->acceptor.local_endpoint().port(); }

void scripted_peer::use(tls_server_context tls) { state_->tls = std::move(tls); }

int scripted_peer::accepted() const { return state_->accepted; }

}  // namespace jellyfish::test
