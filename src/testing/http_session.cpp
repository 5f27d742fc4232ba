#include "testing/http_session.hpp"

#include "testing/connection.hpp"
#include "testing/core.hpp"
#include "testing/form.hpp"
#include "testing/node.hpp"
#include "testing/request_parser.hpp"
#include "testing/rest_access.hpp"
#include "testing/rest_answers.hpp"
#include "testing/socket_upgrade.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::testing::detail {
namespace {

using clock = std::chrono::steady_clock;

/// As much as the real server reads at a time, on which its limits depend.
constexpr std::size_t head_piece = 1'460;
constexpr std::size_t body_piece = 64U << 10;
/// The real server reads eight times a million bytes and a little more.
constexpr std::size_t most_body = 8'000'800;
/// What it reads of a body that nobody has asked for.
constexpr std::size_t most_skipped = 1'000'000;
constexpr std::chrono::seconds body_idle_timeout{60};
constexpr std::size_t most_recorded_body = 64U << 10;

class http_session {
public:
    http_session(core& server, node& place, std::shared_ptr<connection> client)
        : core_(server), node_(place), client_(std::move(client)) {}

    asio::awaitable<void> run() {
        for (std::size_t count = 1; client_->is_open(); ++count) {
            last_ = count >= core_.options().requests_per_connection();
            const bool has_request = co_await read_head();
            if (!has_request) break;
            if (is_socket_path(head_.request, core_.options().path_prefix())) {
                const bool upgraded = co_await upgrade();
                if (upgraded) co_return;
            } else {
                co_await answer_call();
            }
            if (ended_) break;
        }
        client_->finish();
    }

private:
    /// Reads the next request's head. False when the connection is done.
    asio::awaitable<bool> read_head() {
        const auto deadline = clock::now() + core_.options().http_idle_timeout();
        head_ = parse_request_head(buffer_);
        while (head_.verdict == request_head::kind::incomplete) {
            const auto got = co_await client_->receive(buffer_, head_piece, deadline);
            if (got == connection::received::timeout && head_.in_headers) {
                client_->write(refusal_bytes(408));
            }
            if (got != connection::received::data) co_return false;
            head_ = parse_request_head(buffer_);
        }
        if (head_.verdict == request_head::kind::refused) {
            client_->write(refusal_bytes(head_.status));
            co_return false;
        }
        buffer_.erase(0, head_.size);
        co_return true;
    }

    /// How reading a body ended.
    enum class body_end { whole, too_large, lost };

    asio::awaitable<body_end> read_body(body_reader& reader, std::string& body, std::size_t most) {
        while (true) {
            if (!reader.read(buffer_, body)) co_return body_end::lost;
            if (body.size() > most) co_return body_end::too_large;
            if (reader.done()) co_return body_end::whole;
            const auto deadline = clock::now() + body_idle_timeout;
            const auto got = co_await client_->receive(buffer_, body_piece, deadline);
            if (got != connection::received::data) co_return body_end::lost;
        }
    }

    [[nodiscard]] bool has_body() const { return head_.chunked || head_.content_length > 0; }

    asio::awaitable<void> answer_call() {
        http_request& request = head_.request;
        body_reader reader(head_);
        http_answer answer;
        body_end end = body_end::whole;
        if (has_body() && rest_api::needs_body(request)) {
            const std::string* expect = request.header("expect");
            if (expect != nullptr && to_lower(*expect) == "100-continue" && buffer_.empty()) {
                client_->write("HTTP/1.1 100 Continue\r\n\r\n");
            }
            end = co_await read_body(reader, request.body, most_body);
        }
        if (end == body_end::lost) {
            ended_ = true;
            co_return;
        }
        if (end == body_end::whole) {
            answer = carry_out(request);
        } else {
            answer = rest_api::too_large();
            record(request, answer.status);
        }
        co_await send(answer);
        if (ended_ || reader.done()) co_return;
        // The rest of a body that nobody wants is read so that the next request can be.
        std::string skipped;
        end = co_await read_body(reader, skipped, most_skipped);
        ended_ = end != body_end::whole;
    }

    http_answer carry_out(const http_request& request) {
        behaviour& controls = core_.controls();
        http_answer answer;
        if (core_.stopping()) {
            answer = failed(request, 500, core_.stats().requests % 2 == 0);
        } else if (controls.fail_count > 0) {
            --controls.fail_count;
            answer = failed(request, controls.fail_status, controls.fail_with_body);
        } else {
            answer = node_.rest().handle(request);
        }
        core_.log(log_level::debug,
                  request.method + ' ' + request.path + " -> " + std::to_string(answer.status));
        record(request, answer.status);
        return answer;
    }

    http_answer failed(const http_request& request, int status, bool with_body) {
        http_answer answer = with_body ? failure_answer(status) : empty_answer(status);
        finish_answer(answer, request, core_.new_request_id());
        return answer;
    }

    void record(const http_request& request, int status) {
        seen_request seen;
        seen.node = node_.index();
        seen.method = request.method;
        seen.target = request.path + (request.query.empty() ? "" : '?' + request.query);
        for (const auto& [name, value] : request.headers) {
            const std::size_t scheme = std::min(value.find(' '), value.size());
            const bool secret = name == "authorization";
            // Without a scheme all of it may be the token.
            seen.headers.emplace_back(
                name, !secret ? value : value.substr(0, scheme == value.size() ? 0 : scheme));
        }
        seen.body = request.body.substr(0, most_recorded_body);
        seen.status = status;
        core_.record(std::move(seen));
    }

    /// Says how the connection goes on, as the real server does.
    void set_connection(http_answer& answer) {
        const http_request& request = head_.request;
        const std::string* header = request.header("connection");
        const auto options = header == nullptr ? std::vector<std::string>() : header_list(*header);
        const auto has = [&](const char* name) {
            return std::find(options.begin(), options.end(), name) != options.end();
        };
        const bool close = has("close") || (request.http_1_0 && !has("keep-alive"));
        if (last_ || close || ended_) {
            answer.headers["connection"] = "close";
            ended_ = true;
        } else if (request.http_1_0) {
            answer.headers["connection"] = "keep-alive";
        }
    }

    asio::awaitable<void> wait_as_told() {
        const auto delay = core_.controls().delay;
        if (delay <= std::chrono::milliseconds::zero()) co_return;
        asio::steady_timer timer(client_->executor(), delay);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }

    asio::awaitable<void> send(http_answer& answer) {
        set_connection(answer);
        co_await wait_as_told();
        client_->write(to_bytes(answer, head_.request.method == "HEAD"));
        core_.changed();
    }

    /// Makes a WebSocket of the connection. False when the request is refused.
    asio::awaitable<bool> upgrade() {
        const auto kind = socket_kind_of(head_.request, core_.options().path_prefix());
        auto refusal = check_socket_request(head_.request, kind);
        if (!refusal || refusal->status == 400) {
            // The real server accepts before it looks at the upgrade itself.
            if (kind != socket_kind::live && head_.request.method == "GET") announce(kind);
        }
        if (refusal) {
            co_await send(*refusal);
            co_return false;
        }
        // A frame that comes before the answer is taken for a request, and a bad one.
        if (!buffer_.empty()) {
            client_->write(refusal_bytes(400));
            ended_ = true;
            co_return false;
        }
        co_await wait_as_told();
        start_socket(core_, node_, kind, head_.request, client_);
        co_return true;
    }

    void announce(socket_kind kind) {
        core_.log(log_level::info, kind == socket_kind::server
                                       ? "New incoming server WebSocket connection, accepting"
                                       : "New incoming peer WebSocket connection, accepting");
    }

    core& core_;
    node& node_;
    std::shared_ptr<connection> client_;
    std::string buffer_;
    request_head head_;
    bool last_ = false;   ///< No more requests after this one.
    bool ended_ = false;  ///< The connection ends after the answer.
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
