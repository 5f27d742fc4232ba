#include "fakes/blocking_client.hpp"

#include "fakes/wire.hpp"

#include <deque>
#include <functional>
#include <stdexcept>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

namespace jellyfish::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
namespace websocket = beast::websocket;
using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr std::chrono::seconds patience{20};

/// Runs a context until a flag is set. Returns false on a timeout.
bool run_until(asio::io_context& context, const bool& done, std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    context.restart();
    while (!done && context.run_one_until(deadline) > 0) {
    }
    return done;
}

/// A TLS stream over TCP whose TLS is optional.
struct client_stream {
    explicit client_stream(const client_target& target)
        : context(ssl::context::tls_client), stream(io, context) {
        tcp::socket& socket = stream.next_layer();
        socket.connect({asio::ip::make_address(target.host), target.port});
        socket.set_option(tcp::no_delay(true));
        secure = !target.ca_pem.empty();
        if (!secure) return;
        context.add_certificate_authority(asio::buffer(target.ca_pem));
        stream.set_verify_mode(ssl::verify_peer);
        stream.set_verify_callback(ssl::host_name_verification(target.host));
        stream.handshake(ssl::stream_base::client);
    }

    asio::io_context io;
    ssl::context context;
    ssl::stream<tcp::socket> stream;
    bool secure = false;
};

/// Starts an operation with a callback and waits for its completion.
template <class Start>
error_code wait(asio::io_context& io, Start start) {
    bool done = false;
    error_code result;
    start([&](error_code code, std::size_t) {
        result = code;
        done = true;
    });
    if (!run_until(io, done, patience))
        throw std::runtime_error("no response from the test server");
    return result;
}

}  // namespace

struct http_client::impl {
    explicit impl(const client_target& target) : host(target.host), stream(target) {}

    template <class Use>
    auto with_stream(Use use) {
        return stream.secure ? use(stream.stream) : use(stream.stream.next_layer());
    }

    std::string host;
    client_stream stream;
    beast::flat_buffer buffer;
    bool ended = false;
};

http_client::http_client(client_target target) : impl_(std::make_unique<impl>(target)) {}

http_client::~http_client() = default;

void http_client::send(std::string_view bytes) {
    const error_code code = wait(impl_->stream.io, [&](auto done) {
        impl_->with_stream([&](auto& s) { asio::async_write(s, asio::buffer(bytes), done); });
    });
    if (code) throw std::runtime_error("cannot send: " + code.message());
}

client_response http_client::receive(bool to_header) {
    if (impl_->ended) throw std::runtime_error("the connection is closed");
    http::response_parser<http::string_body> parser;
    parser.skip(to_header);
    parser.body_limit(64U << 20);
    const error_code code = wait(impl_->stream.io, [&](auto done) {
        impl_->with_stream([&](auto& s) { http::async_read(s, impl_->buffer, parser, done); });
    });
    if (code) throw std::runtime_error("no response: " + code.message());
    client_response out;
    out.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get()) {
        out.headers[std::string(field.name_string())] = std::string(field.value());
    }
    out.body = parser.get().body();
    return out;
}

std::string http_client::receive_bytes(std::size_t count) {
    while (impl_->buffer.size() < count) {
        auto space = impl_->buffer.prepare(count);
        std::size_t got = 0;
        const error_code code = wait(impl_->stream.io, [&](auto done) {
            impl_->with_stream([&](auto& s) {
                s.async_read_some(space, [done, &got](error_code result, std::size_t size) mutable {
                    got = size;
                    done(result, size);
                });
            });
        });
        impl_->buffer.commit(got);
        if (code) throw std::runtime_error("no more bytes: " + code.message());
    }
    const std::string all = beast::buffers_to_string(impl_->buffer.data());
    impl_->buffer.consume(count);
    return all.substr(0, count);
}

client_response http_client::call(std::string_view method, std::string_view target,
                                  std::string_view body, const header_list& more) {
    std::string header = std::string(method) + ' ' + std::string(target) +
                         " HTTP/1.1\r\nhost: " + impl_->host +
                         "\r\nauthorization: Bearer development\r\n";
    if (!body.empty()) {
        header +=
            "content-type: application/json\r\ncontent-length: " + std::to_string(body.size()) +
            "\r\n";
    }
    for (const auto& [name, value] : more)
        header += name + ": " + value + "\r\n";
    send(header + "\r\n" + std::string(body));
    return receive(method == "HEAD");
}

bool http_client::ends_within(std::chrono::milliseconds limit) {
    bool done = false;
    error_code result;
    char byte = 0;
    impl_->with_stream([&](auto& s) {
        s.async_read_some(asio::buffer(&byte, 1), [&](error_code code, std::size_t) {
            result = code;
            done = true;
        });
    });
    const bool ended = run_until(impl_->stream.io, done, limit) && result;
    impl_->ended = ended;
    if (!done) {
        impl_->stream.stream.next_layer().cancel();
        run_until(impl_->stream.io, done, patience);
    }
    return ended;
}

client_response call(std::uint16_t port, std::string_view method, std::string_view target,
                     std::string_view body) {
    return http_client(port).call(method, target, body);
}

struct websocket_client::impl {
    explicit impl(const client_target& target) : stream(target) {
        if (stream.secure) {
            tls = std::make_unique<websocket::stream<ssl::stream<tcp::socket>&>>(stream.stream);
        } else {
            tcp_only =
                std::make_unique<websocket::stream<tcp::socket&>>(stream.stream.next_layer());
        }
    }

    template <class Use>
    void with_socket(Use use) {
        if (tls) {
            use(*tls);
        } else {
            use(*tcp_only);
        }
    }

    /// Reads until `frames` is not empty.
    void read() {
        if (reading || ended) return;
        reading = true;
        with_socket([this](auto& socket) {
            socket.async_read(buffer, [this, &socket](error_code code, std::size_t) {
                reading = false;
                if (!code) {
                    frames.push_back({socket.got_text() ? client_websocket_frame::kind::text
                                                        : client_websocket_frame::kind::binary,
                                      beast::buffers_to_string(buffer.data()), 0});
                    buffer.consume(buffer.size());
                } else {
                    ended = true;
                    if (code == websocket::error::closed) {
                        frames.push_back({client_websocket_frame::kind::close,
                                          socket.reason().reason.c_str(), socket.reason().code});
                    }
                }
                done = true;
            });
        });
    }

    client_stream stream;
    std::unique_ptr<websocket::stream<ssl::stream<tcp::socket>&>> tls;
    std::unique_ptr<websocket::stream<tcp::socket&>> tcp_only;
    beast::flat_buffer buffer;
    std::deque<client_websocket_frame> frames;
    bool reading = false;
    bool ended = false;
    bool done = false;
};

websocket_client::websocket_client(client_target target, std::string_view path)
    : impl_(std::make_unique<impl>(target)) {
    const error_code code = wait(impl_->stream.io, [&](auto done) {
        impl_->with_socket([&](auto& socket) {
            socket.async_handshake(target.host, std::string(path),
                                   [done](error_code result) mutable { done(result, 0); });
            socket.control_callback(
                [raw = impl_.get()](websocket::frame_type kind, beast::string_view payload) {
                    if (kind != websocket::frame_type::ping) return;
                    raw->frames.push_back(
                        {client_websocket_frame::kind::ping, std::string(payload), 0});
                    raw->done = true;
                });
        });
    });
    if (code) throw std::runtime_error("no WebSocket: " + code.message());
}

websocket_client::~websocket_client() = default;
websocket_client::websocket_client(websocket_client&&) noexcept = default;
websocket_client& websocket_client::operator=(websocket_client&&) noexcept = default;

void websocket_client::send_binary(std::string_view bytes) {
    wait(impl_->stream.io, [&](auto done) {
        impl_->with_socket([&](auto& socket) {
            socket.binary(true);
            socket.async_write(asio::buffer(bytes), done);
        });
    });
}

void websocket_client::send_text(std::string_view bytes) {
    wait(impl_->stream.io, [&](auto done) {
        impl_->with_socket([&](auto& socket) {
            socket.text(true);
            socket.async_write(asio::buffer(bytes), done);
        });
    });
}

void websocket_client::ping(std::string_view payload) {
    wait(impl_->stream.io, [&](auto done) {
        impl_->with_socket([&](auto& socket) {
            socket.async_ping({payload.data(), payload.size()},
                              [done](error_code result) mutable { done(result, 0); });
        });
    });
}

client_websocket_frame websocket_client::receive(std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (impl_->frames.empty()) {
        if (impl_->ended) return {client_websocket_frame::kind::end, {}, 0};
        impl_->done = false;
        impl_->read();
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (!run_until(impl_->stream.io, impl_->done, left)) return {};
    }
    client_websocket_frame out = std::move(impl_->frames.front());
    impl_->frames.pop_front();
    return out;
}

client_websocket_frame websocket_client::close(int code, std::string_view reason) {
    const auto number = static_cast<websocket::close_code>(code);
    impl_->read();
    wait(impl_->stream.io, [&](auto done) {
        impl_->with_socket([&](auto& socket) {
            socket.async_close({number, {reason.data(), reason.size()}},
                               [done](error_code result) mutable { done(result, 0); });
        });
    });
    client_websocket_frame out;
    while (out.what != client_websocket_frame::kind::close &&
           out.what != client_websocket_frame::kind::end) {
        out = receive();
    }
    return out;
}

void websocket_client::drop() {
    error_code ignored;
    impl_->stream.stream.next_layer().close(ignored);
    impl_->ended = true;
}

websocket_client open_server_socket(std::uint16_t port, const std::vector<unsigned>& event_types,
                                    const std::string& path_prefix) {
    websocket_client out(port, path_prefix + "/socket/server/websocket");
    out.send_binary(auth_request_bytes("development"));
    if (out.receive().payload != authenticated_bytes()) {
        throw std::runtime_error("the test server does not authenticate");
    }
    for (const unsigned type : event_types) {
        out.send_binary(subscribe_request_bytes(type));
        if (out.receive().payload != subscribe_response_bytes(type)) {
            throw std::runtime_error("the test server does not subscribe");
        }
    }
    return out;
}

}  // namespace jellyfish::test
