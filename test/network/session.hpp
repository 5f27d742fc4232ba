#pragma once

#include <jellyfish/notifier.hpp>

#include "data/number_source.hpp"
#include "data/numbered.hpp"
#include "fixtures/run.hpp"
#include "fixtures/sandbox_fixture.hpp"
#include "network/network.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::test {

inline boost::asio::awaitable<void> until(std::function<bool()> condition) {
    boost::asio::steady_timer moment{co_await boost::asio::this_coro::executor};
    for (;;) {
        const bool holds = condition();
        if (holds) co_return;
        moment.expires_after(std::chrono::milliseconds(1));
        co_await moment.async_wait(boost::asio::use_awaitable);
    }
}

/// A notifier that receives numbered notifications over a network.
class session {
public:
    static constexpr std::chrono::milliseconds idle_timeout{400};

    session() : session(std::chrono::milliseconds(idle_timeout)) {}
    explicit session(std::chrono::milliseconds idle, const std::string& host = network::far_address)
        : subject(context.get_executor(), client(host + ':' + std::to_string(net.server().port())),
                  options(idle)) {}

    network net;
    boost::asio::io_context context;
    log_lines log;
    notifier subject;
    numbered_stream stream;
    number_source source{net.server()};

    void connect() {
        run(context, subject.connect());
        receive_more();
    }

    /// Sends some more notifications, and receives them.
    void receive_more() {
        source.send(5);
        run(context, receive_all(subject, stream, source));
    }

    /// Takes up to the first notification of a kind.
    template <class Kind>
    Kind receive_until() {
        return run(context, received_until<Kind>());
    }

    /// The session is lost and reports it.
    disconnected lose() {
        disconnected loss = receive_until<disconnected>();
        source.send(5);  // To nobody, unless it has reconnected by now.
        return loss;
    }

    /// The session is restored: what is sent arrives.
    reconnected restore() {
        reconnected back = receive_until<reconnected>();
        run(context, subject.wait_ready());
        receive_more();
        check(stream, source);
        BOOST_TEST(stream.gaps() > 0U);
        return back;
    }

    /// Runs the notifier until a condition holds.
    void await(std::function<bool()> condition) { run(context, until(std::move(condition))); }

    void await_log_lines(std::size_t more) {
        await([this, count = log.lines().size() + more] { return log.lines().size() >= count; });
    }

    [[nodiscard]] bool log_contains(std::string_view text) const {
        const auto lines = log.lines();
        return std::ranges::any_of(
            lines, [&](const std::string& line) { return line.find(text) != line.npos; });
    }

private:
    client_options client(const std::string& address) {
        return client_options()
            .server_address(address)
            .connect_timeout(std::chrono::milliseconds(500))
            .logger(log.log());
    }

    static notifier_options options(std::chrono::milliseconds idle) {
        return notifier_options()
            .idle_timeout(idle)
            .authentication_timeout(std::chrono::seconds(1))
            .reconnect(reconnect_policy()
                           .base_delay(std::chrono::milliseconds(1))
                           .max_delay(std::chrono::milliseconds(20))
                           .retry_first_connect(true));
    }

    template <class Kind>
    boost::asio::awaitable<Kind> received_until() {
        for (;;) {
            auto item = co_await subject.next();
            if (!item) throw std::runtime_error("the notifier closed early");
            stream.take(*item);
            if (const auto* found = std::get_if<Kind>(&*item)) co_return *found;
        }
    }
};

}  // namespace jellyfish::test
