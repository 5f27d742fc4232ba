#pragma once

#include <jellyfish/webhook_receiver.hpp>

#include "support/plain_client.hpp"
#include "support/run.hpp"
#include "support/wire.hpp"

#include <cstddef>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace jellyfish::test {

/// What a future gives, which it must soon.
template <class T>
T get(std::future<T> future) {
    if (future.wait_for(patience) != std::future_status::ready)
        throw std::runtime_error("it never completes");
    return future.get();
}

/// A request as the server sends it.
inline std::string post_request(std::string_view body, std::string_view target = "/webhook",
                                std::string_view more = {}) {
    std::string text = "POST " + std::string(target) + " HTTP/1.1\r\nHost: 127.0.0.1:5003\r\n";
    text += "User-Agent: hackney/1.20.1\r\nContent-Type: application/x-protobuf\r\n";
    text += std::string(more) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return text.append(body);
}

inline std::string post_request(const notification& value) {
    return post_request(notification_bytes(value));
}

/// A receiver that listens, in threads of its own.
class running_webhook {
public:
    explicit running_webhook(const webhook_options& options = webhook_options(),
                             std::size_t threads = 1)
        : receiver_(context_.get_executor(), options) {
        for (std::size_t i = 0; i < threads; ++i)
            threads_.emplace_back([this] { context_.run(); });
    }

    ~running_webhook() {
        try {
            get(receiver_.close(asio::use_future));
        } catch (const std::exception&) {
            // The test has failed already.
        }
        work_.reset();
        context_.stop();
    }

    running_webhook& listen() {
        get(receiver_.listen(asio::use_future));
        return *this;
    }

    [[nodiscard]] webhook_receiver& operator*() noexcept { return receiver_; }
    [[nodiscard]] webhook_receiver* operator->() noexcept { return &receiver_; }

    /// The next notification, which comes soon, or the end.
    [[nodiscard]] std::optional<notification> next() {
        return get(receiver_.next_for(patience, asio::use_future));
    }

    [[nodiscard]] http_client connect() const { return http_client(receiver_.port()); }

    /// What a request on a connection of its own is answered with.
    [[nodiscard]] client_response response_to(std::string_view request) const {
        http_client client = connect();
        client.send(request);
        return client.receive();
    }

    /// Waits until what is counted is so.
    template <class Condition>
    [[nodiscard]] bool await(Condition condition) const {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!condition(receiver_.stats())) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            std::this_thread::yield();
        }
        return true;
    }

private:
    asio::io_context context_;
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    webhook_receiver receiver_;
    std::vector<std::jthread> threads_;
};

}  // namespace jellyfish::test
