#include "sandbox/sockets/web_socket.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace jellyfish::testing::detail {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr std::size_t longest_control = 125;

/// Larger than any message that a client needs to send.
constexpr std::size_t max_received = 128U << 20;

/// Adapts a connection to Beast: each write is queued as a whole, so that nothing comes between the
/// parts of a frame.
class connection_stream {
public:
    using executor_type = asio::any_io_executor;

    explicit connection_stream(std::shared_ptr<connection> target) : target_(std::move(target)) {}

    [[nodiscard]] executor_type get_executor() { return target_->executor(); }
    [[nodiscard]] connection& target() { return *target_; }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [this](auto handler, asio::mutable_buffer buffer) {
                target_->read(buffer, std::move(handler));
            },
            token, first_of(buffers));
    }

    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        std::string bytes;
        for (auto at = asio::buffer_sequence_begin(buffers);
             at != asio::buffer_sequence_end(buffers); ++at) {
            const asio::const_buffer piece(*at);
            bytes.append(static_cast<const char*>(piece.data()), piece.size());
        }
        const std::size_t size = bytes.size();
        target_->write(bytes);
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [this, size](auto handler) {
                auto executor = asio::get_associated_executor(handler, get_executor());
                target_->when_drained(asio::bind_executor(
                    executor, [handler = std::move(handler), size](error_code code) mutable {
                        std::move(handler)(code, size);
                    }));
            },
            token);
    }

private:
    template <class Buffers>
    static asio::mutable_buffer first_of(const Buffers& buffers) {
        for (auto at = asio::buffer_sequence_begin(buffers);
             at != asio::buffer_sequence_end(buffers); ++at) {
            const asio::mutable_buffer piece(*at);
            if (piece.size() > 0) return piece;
        }
        return {};
    }

    std::shared_ptr<connection> target_;
};

template <class Handler>
void async_teardown(beast::role_type, connection_stream& stream, Handler&& handler) {
    stream.target().finish();
    asio::post(stream.get_executor(), [handler = std::forward<Handler>(handler)]() mutable {
        std::move(handler)(error_code());
    });
}

void beast_close_socket(connection_stream& stream) { stream.target().abort(); }

int opcode_of(frame_kind kind) {
    switch (kind) {
        case frame_kind::text:
            return 1;
        case frame_kind::binary:
            return 2;
        case frame_kind::ping:
            return 9;
        case frame_kind::pong:
        case frame_kind::raw:
            break;
    }
    return 10;
}

/// Returns a complete server frame.
std::string frame(frame_kind kind, std::string_view payload) {
    if (kind == frame_kind::raw) return std::string(payload);
    if (kind == frame_kind::ping || kind == frame_kind::pong)
        payload = payload.substr(0, longest_control);
    std::string out(1, static_cast<char>(0x80 | opcode_of(kind)));
    const auto put = [&](int bytes) {
        while (bytes-- > 0)
            out += static_cast<char>(payload.size() >> (8 * bytes) & 0xff);
    };
    if (payload.size() < 126) {
        put(1);
    } else if (payload.size() < 65'536) {
        out += '\x7e';
        put(2);
    } else {
        out += '\x7f';
        put(8);
    }
    return out.append(payload);
}

/// Returns a close frame; the payload is short.
std::string close_frame(std::uint16_t code, std::string_view reason) {
    constexpr std::size_t longest_reason = 123;
    reason = reason.substr(0, longest_reason);
    std::string out{'\x88', static_cast<char>(reason.size() + 2), static_cast<char>(code >> 8),
                    static_cast<char>(code & 0xff)};
    out += reason;
    return out;
}

class beast_web_socket final : public web_socket,
                               public std::enable_shared_from_this<beast_web_socket> {
public:
    explicit beast_web_socket(std::shared_ptr<connection> target)
        : target_(std::move(target)),
          stream_(connection_stream(target_)),
          writer_timer_(target_->executor()) {
        stream_.auto_fragment(false);
        stream_.read_message_max(max_received);
        stream_.set_option(websocket::stream_base::timeout{websocket::stream_base::none(),
                                                           websocket::stream_base::none(), false});
        writer_timer_.expires_at(std::chrono::steady_clock::time_point::max());
    }

    void start(const http_request& request, std::shared_ptr<web_socket_user> user) override {
        user_ = std::move(user);
        stream_.set_option(websocket::stream_base::decorator(
            [](websocket::response_type& response) { response.set("server", "Cowboy"); }));
        stream_.control_callback([this](websocket::frame_type kind, std::string_view) {
            if (kind == websocket::frame_type::pong && !closing_) user_->on_pong();
            if (kind != websocket::frame_type::close) return;
            // Sends what was queued before the client's close frame before the reply to it.
            client_closed_ = true;
            while (!queue_.empty())
                write_first();
        });
        asio::co_spawn(stream_.get_executor(), run(shared_from_this(), request), asio::detached);
    }

    void send(frame_kind kind, std::string payload) override {
        if (closing_ || client_closed_ || ended_) return;
        queued_ += payload.size();
        if (queued_ > max_queued) return abort();
        queue_.emplace_back(kind, std::move(payload));
        writer_timer_.cancel();
    }

    void close(std::uint16_t code, std::string_view reason) override {
        if (closing_ || client_closed_ || ended_) return;
        closing_ = close_frame(code, reason);
        writer_timer_.cancel();
    }

    void abort() override { target_->abort(); }
    [[nodiscard]] bool is_open() const override { return target_->is_open(); }

    [[nodiscard]] std::chrono::steady_clock::time_point last_received() const override {
        return target_->last_received();
    }

private:
    using as_tuple_token = asio::as_tuple_t<asio::use_awaitable_t<>>;

    struct start_draining {
        template <class Handler>
        void operator()(Handler handler, connection* of) const {
            of->when_drained(std::move(handler));
        }
    };

    static constexpr std::size_t max_queued = 64U << 20;

    asio::awaitable<void> run(std::shared_ptr<beast_web_socket> self, http_request request) {
        const auto accepted =
            co_await stream_.async_accept(request, asio::as_tuple(asio::use_awaitable));
        if (!std::get<0>(accepted)) {
            asio::co_spawn(stream_.get_executor(), write(self), asio::detached);
            co_await read();
        }
        ended_ = true;
        writer_timer_.cancel();
        target_->finish();
        user_->on_end();
        user_.reset();
    }

    asio::awaitable<void> read() {
        beast::flat_buffer buffer;
        while (true) {
            const auto result =
                co_await stream_.async_read(buffer, asio::as_tuple(asio::use_awaitable));
            const error_code code = std::get<0>(result);
            if (code == websocket::error::closed && !closing_) {
                const auto& reason = stream_.reason();
                user_->on_client_close(reason.code == 0 ? 1005 : reason.code,
                                       {reason.reason.data(), reason.reason.size()});
            }
            if (code) co_return;
            if (!closing_) {
                user_->on_message(stream_.got_text(),
                                  {static_cast<const char*>(buffer.data().data()), buffer.size()});
            }
            buffer.consume(buffer.size());
        }
    }

    asio::awaitable<void> write([[maybe_unused]] std::shared_ptr<beast_web_socket> self) {
        while (!ended_) {
            if (!queue_.empty()) {
                write_first();
                co_await drained();
            } else if (closing_) {
                target_->write(*closing_);
                target_->finish();
                co_return;
            } else {
                co_await writer_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
                writer_timer_.expires_at(std::chrono::steady_clock::time_point::max());
            }
        }
    }

    /// Writes one frame as a whole, so that nothing comes between its parts.
    void write_first() {
        const auto [kind, payload] = std::move(queue_.front());
        queue_.pop_front();
        queued_ -= payload.size();
        target_->write(frame(kind, payload));
    }

    /// Waits until everything is written, or the connection is closed.
    asio::awaitable<void> drained() {
        const as_tuple_token token;
        co_await asio::async_initiate<const as_tuple_token, void(error_code)>(start_draining(),
                                                                              token, target_.get());
    }

    std::shared_ptr<connection> target_;
    websocket::stream<connection_stream> stream_;
    std::shared_ptr<web_socket_user> user_;
    std::deque<std::pair<frame_kind, std::string>> queue_;
    std::size_t queued_ = 0;
    asio::steady_timer writer_timer_;
    std::optional<std::string> closing_;  ///< The close frame to send when the queue is empty.
    bool client_closed_ = false;
    bool ended_ = false;
};

}  // namespace

std::shared_ptr<web_socket> make_web_socket(std::shared_ptr<connection> stream) {
    return std::make_shared<beast_web_socket>(std::move(stream));
}

}  // namespace jellyfish::testing::detail
