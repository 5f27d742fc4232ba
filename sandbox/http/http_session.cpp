#include "sandbox/http/http_session.hpp"

#include "sandbox/http/connection.hpp"
#include "sandbox/http/request_source.hpp"
#include "sandbox/rest/rest_responses.hpp"
#include "sandbox/server/core.hpp"
#include "sandbox/server/node.hpp"
#include "sandbox/sockets/socket_upgrade.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::testing::detail {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t max_recorded_body = 64U << 10;

class http_session {
public:
    http_session(core& server, node& place, std::shared_ptr<connection> client)
        : core_(server), node_(place), client_(std::move(client)), requests_(client_) {}

    asio::awaitable<void> run() {
        for (std::size_t count = 1; client_->is_open(); ++count) {
            last_ = count >= core_.options().requests_per_connection();
            auto received = co_await requests_.read(core_.options().http_idle_timeout());
            if (received.rejection) {
                if (received.request)
                    record(*received.request, static_cast<int>(received.rejection->result_int()));
                client_->write(to_bytes(std::move(*received.rejection)));
                break;
            }
            if (!received.request) break;
            request_ = std::move(*received.request);
            const auto kind = socket_kind_of(request_, core_.options().path_prefix());
            if (kind != socket_kind::none) {
                const bool upgraded = co_await upgrade(kind);
                if (upgraded) co_return;
            } else {
                http_response response = carry_out(request_);
                co_await send(response);
            }
            if (ended_) break;
        }
        client_->finish();
    }

private:
    http_response carry_out(const http_request& request) {
        http_response response;
        if (core_.stopping()) {
            response = core_.stats().requests % 2 == 0 ? failure_response(500) : text_response(500);
            finish_response(response, core_.new_request_id());
        } else if (const auto failure = core_.controls().failures.take(
                       request.method_string(), request.target(), core_.options().path_prefix())) {
            response = response_of(*failure);
            finish_response(response, core_.new_request_id());
        } else {
            response = node_.rest().handle(request);
        }
        core_.log(log_level::debug, std::string(request.method_string()) + ' ' +
                                        std::string(request.target()) + " -> " +
                                        std::to_string(response.result_int()));
        record(request, static_cast<int>(response.result_int()));
        return response;
    }

    static http_response response_of(const request_failure& failure) {
        if (failure.body()) return text_response(failure.status(), *failure.body());
        if (failure.text()) return error_response(failure.status(), *failure.text());
        return failure_response(failure.status());
    }

    void record(const http_request& request, int status) {
        seen_request seen;
        seen.node = node_.index();
        seen.method = request.method_string();
        seen.target = request.target();
        for (const auto& field : request) {
            std::string name(field.name_string());
            std::transform(name.begin(), name.end(), name.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            });
            std::string_view value = field.value();
            // Without a scheme, the whole value may be the token.
            if (field.name() == http::field::authorization)
                value = value.substr(0, value.find(' ') == value.npos ? 0 : value.find(' '));
            seen.headers.emplace_back(std::move(name), value);
        }
        std::stable_sort(seen.headers.begin(), seen.headers.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        seen.body = request.body().substr(0, max_recorded_body);
        seen.status = status;
        core_.record(std::move(seen));
    }

    /// Sets the `connection` header like the real server.
    void set_connection(http_response& response) {
        ended_ = ended_ || last_ || !request_.keep_alive();
        if (ended_) {
            response.set("connection", "close");
        } else if (request_.version() == 10) {
            response.set("connection", "keep-alive");
        }
    }

    asio::awaitable<void> wait_as_configured() {
        const auto delay = core_.controls().delay;
        if (delay <= std::chrono::milliseconds::zero()) co_return;
        asio::steady_timer timer(client_->executor(), delay);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }

    asio::awaitable<void> send(http_response& response) {
        set_connection(response);
        co_await wait_as_configured();
        client_->write(to_bytes(std::move(response), request_.method() == http::verb::head));
        core_.changed();
    }

    /// Upgrades the connection to a WebSocket. Returns false when the request is rejected.
    asio::awaitable<bool> upgrade(socket_kind kind) {
        int status = check_upgrade(request_);
        // A frame that arrives before the response is parsed as a malformed request.
        if (status == 0 && requests_.has_more()) {
            status = 400;
            ended_ = true;
        }
        if (status != 0) {
            http_response response = text_response(status);
            co_await send(response);
            co_return false;
        }
        core_.log(log_level::info, kind == socket_kind::server
                                       ? "New incoming server WebSocket connection, accepting"
                                       : "New incoming peer WebSocket connection, accepting");
        co_await wait_as_configured();
        start_socket(core_, node_, kind, request_, client_);
        co_return true;
    }

    core& core_;
    node& node_;
    std::shared_ptr<connection> client_;
    request_source requests_;
    http_request request_;
    bool last_ = false;   ///< This is the last request on the connection.
    bool ended_ = false;  ///< The connection closes after the response.
};

}  // namespace

asio::awaitable<void> serve_http(core& server, node& place, std::shared_ptr<connection> client) {
    const bool ready = co_await client->handshake(server.options().http_idle_timeout());
    if (!ready) {
        client->abort();
        co_return;
    }
    http_session session(server, place, std::move(client));
    co_await session.run();
}

}  // namespace jellyfish::testing::detail
