#include "sandbox/webhooks/webhook_link.hpp"

#include "async/close_on_exec.hpp"
#include "sandbox/http/connection.hpp"
#include "sandbox/http/http_message.hpp"
#include "sandbox/server/digest.hpp"
#include "text/base64.hpp"

#include <optional>
#include <sys/socket.h>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace jellyfish::testing::detail {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using tcp = asio::ip::tcp;

constexpr std::size_t max_header_size = 8'192;
constexpr std::size_t max_response_size = 1U << 20;
constexpr std::size_t read_size = 16'384;

using post_request = http::request<http::string_body>;
using response_parser = jellyfish::detail::http::limited_parser<false>;

post_request request_of(const webhook_url& url, std::string body, const std::string& signature) {
    post_request out(http::verb::post, url.target, 11, std::move(body));
    out.set(http::field::host, url.authority);
    out.set(http::field::user_agent, "hackney/1.20.1");
    if (url.credentials)
        out.set(http::field::authorization, "Basic " + jellyfish::detail::base64(*url.credentials));
    out.set(http::field::content_type, "application/x-protobuf");
    if (!signature.empty()) out.set("x-fishjam-signature-256", signature);
    out.prepare_payload();
    return out;
}

/// A socket, with or without TLS.
struct link_stream {
    explicit link_stream(asio::io_context& io) : socket(io) {}

    tcp::socket socket;
    std::optional<ssl::stream<tcp::socket&>> tls;
};

class real_webhook_link final : public webhook_link {
public:
    real_webhook_link(asio::io_context& io, ssl::context& tls) : io_(io), tls_(tls) {}

    asio::awaitable<webhook_result> post(webhook_url url, std::string body, std::string signature,
                                         std::chrono::milliseconds limit) override {
        if (stream_ && !is_alive()) stream_.reset();
        // The pending operation keeps the stream alive, even when it is replaced meanwhile.
        if (!stream_) {
            const auto fresh = std::make_shared<link_stream>(io_);
            stream_ = fresh;
            const auto timer = watch(limit);
            const std::string error = co_await connect(fresh, url);
            if (!error.empty()) {
                stream_.reset();
                co_return webhook_result{0, error};
            }
        }
        const auto stream = stream_;
        ++uses_;
        const auto timer = watch(limit);
        const post_request request = request_of(url, std::move(body), signature);
        webhook_result result;
        if (stream->tls) {
            result = co_await exchange(*stream->tls, request);
        } else {
            result = co_await exchange(stream->socket, request);
        }
        if (timer->late && result.status == 0) result.error = "timeout";
        if (result.status == 0 && stream_ == stream) stream_.reset();
        if (stream_ == stream) watch_idle();
        co_return result;
    }

    void abort() override {
        if (!stream_) return;
        error_code ignored;
        stream_->socket.close(ignored);
    }

private:
    /// Closes the connection on expiry; cancelled by the destructor.
    struct limit_timer {
        explicit limit_timer(asio::io_context& io) : timer(io) {}
        ~limit_timer() { timer.cancel(); }
        limit_timer(const limit_timer&) = delete;
        limit_timer& operator=(const limit_timer&) = delete;

        asio::steady_timer timer;
        bool late = false;
    };

    [[nodiscard]] std::shared_ptr<limit_timer> watch(std::chrono::milliseconds limit) {
        auto out = std::make_shared<limit_timer>(io_);
        out->timer.expires_after(limit);
        out->timer.async_wait(
            [weak = std::weak_ptr<limit_timer>(out), stream = stream_](error_code code) {
                const auto timer = weak.lock();
                if (code || !timer) return;
                timer->late = true;
                error_code ignored;
                stream->socket.close(ignored);
            });
        return out;
    }

    /// An idle connection with something to read was closed or sent unrequested data.
    [[nodiscard]] bool is_alive() {
        if (!stream_->socket.is_open()) return false;
        char byte = 0;
        return ::recv(stream_->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
               (errno == EAGAIN || errno == EWOULDBLOCK);
    }

    /// Closes an idle connection when the receiver does, like the real server's client.
    void watch_idle() {
        if (!stream_->socket.is_open()) return;
        stream_->socket.async_wait(
            tcp::socket::wait_read,
            [this, weak = std::weak_ptr<link_stream>(stream_), use = uses_](error_code code) {
                const auto stream = weak.lock();
                if (code || !stream || stream != stream_ || use != uses_) return;
                error_code ignored;
                stream->socket.close(ignored);
            });
    }

    /// Connects. Returns the error, or an empty string.
    asio::awaitable<std::string> connect(std::shared_ptr<link_stream> stream,
                                         const webhook_url& url) {
        if (url.port == 0) co_return "checkout_failure";
        auto token = asio::as_tuple(asio::use_awaitable);
        tcp::resolver resolver(io_);
        const std::string port = std::to_string(url.port);
        const auto resolved = co_await resolver.async_resolve(url.host, port, token);
        if (std::get<0>(resolved)) co_return "nxdomain";
        if (stream_ != stream) co_return "closed";
        error_code failure = asio::error::host_not_found;
        for (const auto& entry : std::get<1>(resolved)) {
            const tcp::endpoint endpoint = entry.endpoint();
            failure = co_await connect_to(stream, endpoint);
            if (!failure || failure == asio::error::operation_aborted) break;
        }
        if (failure) co_return reason_of(failure);
        error_code ignored;
        stream->socket.set_option(tcp::no_delay(true), ignored);
        if (!url.secure) co_return "";

        stream->tls.emplace(stream->socket, tls_);
        stream->tls->set_verify_callback(ssl::host_name_verification(url.host));
        // SNI carries host names only, not addresses.
        asio::ip::make_address(url.host, ignored);
        if (ignored) SSL_set_tlsext_host_name(stream->tls->native_handle(), url.host.c_str());
        const auto handshake =
            co_await stream->tls->async_handshake(ssl::stream_base::client, token);
        if (std::get<0>(handshake)) co_return "tls_alert: " + std::get<0>(handshake).message();
        co_return "";
    }

    static asio::awaitable<error_code> connect_to(std::shared_ptr<link_stream> stream,
                                                  const tcp::endpoint& endpoint) {
        error_code code;
        stream->socket.close(code);
        jellyfish::detail::open_close_on_exec(stream->socket, endpoint.protocol(), code);
        if (code) co_return code;
        const auto connected =
            co_await stream->socket.async_connect(endpoint, asio::as_tuple(asio::use_awaitable));
        co_return std::get<0>(connected);
    }

    template <class Stream>
    static asio::awaitable<webhook_result> exchange(Stream& stream, const post_request& request) {
        auto token = asio::as_tuple(asio::use_awaitable);
        const auto written = co_await http::async_write(stream, request, token);
        if (std::get<0>(written)) co_return webhook_result{0, "closed"};
        response_parser parser(max_header_size, max_response_size);
        const error_code code = co_await read(stream, parser);
        if (code == http::error::end_of_stream || code == http::error::partial_message)
            co_return webhook_result{0, "closed"};
        if (code) co_return webhook_result{0, code.message()};
        error_code ignored;
        if (!parser.keep_alive()) beast::get_lowest_layer(stream).close(ignored);
        co_return webhook_result{static_cast<int>(parser.get().result_int()), ""};
    }

    /// Reads one response.
    template <class Stream>
    static asio::awaitable<error_code> read(Stream& stream, response_parser& parser) {
        std::string buffer;
        while (!parser.is_done()) {
            const std::size_t kept = buffer.size();
            buffer.resize(kept + read_size);
            const auto received = co_await stream.async_read_some(
                asio::buffer(buffer.data() + kept, read_size), asio::as_tuple(asio::use_awaitable));
            buffer.resize(kept + std::get<1>(received));
            error_code code = std::get<0>(received);
            if (code == asio::error::eof) {
                if (!parser.got_some()) co_return http::error::end_of_stream;
                code = {};
                parser.put_eof(code);
            } else if (!code) {
                code = parse_received(parser, buffer);
            }
            if (code) co_return code;
        }
        co_return error_code();
    }

    static std::string reason_of(const error_code& code) {
        if (code == asio::error::connection_refused) return "econnrefused";
        if (code == asio::error::host_unreachable) return "ehostunreach";
        if (code == asio::error::network_unreachable) return "enetunreach";
        return code == asio::error::operation_aborted ? "connect_timeout" : code.message();
    }

    asio::io_context& io_;
    ssl::context& tls_;
    std::shared_ptr<link_stream> stream_;
    std::size_t uses_ = 0;
};

}  // namespace

std::unique_ptr<webhook_link> make_webhook_link(asio::io_context& io, ssl::context& tls) {
    return std::make_unique<real_webhook_link>(io, tls);
}

}  // namespace jellyfish::testing::detail
