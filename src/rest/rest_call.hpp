#pragma once

#include <jellyfish/detail/initiate.hpp>

#include "rest/pooled_connection.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>

namespace jellyfish::detail {

class rest_client;

/// Decodes the response of a successful call. May throw `jellyfish::error`.
template <class... Results>
using response_decoder = std::function<std::tuple<Results...>(http::response)>;

/// One call of a user: a request and its completion handler.
///
/// It is completed by the first of: the pool, with a response or a failure; a signal in the
/// handler's cancellation slot; `reject()`. Later outcomes are ignored. The handler is posted to
/// its executor. Pending calls keep their client alive.
class rest_call : public std::enable_shared_from_this<rest_call> {
public:
    rest_call(const rest_call&) = delete;
    rest_call& operator=(const rest_call&) = delete;
    virtual ~rest_call() = default;

    /// Sends a request. Call at most once.
    void start(http::request request);

    [[nodiscard]] std::shared_ptr<http_exchange> exchange() {
        return {shared_from_this(), &exchange_};
    }
    [[nodiscard]] bool idempotent() const noexcept { return request_.idempotent(); }
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept { return request_.timeout; }

    /// Returns the diagnostics of an attempt that failed and is repeated.
    [[nodiscard]] diagnostics info_of_attempt(const error_code& code, std::string detail) const;

    /// Whether the handler was posted.
    [[nodiscard]] bool finished() const noexcept { return finished_.load(); }

    /// Posts the caller's handler unless `finished()`.
    /// @param code Not set if there is a response, with any status.
    /// @param perhaps_done An earlier attempt has an unknown outcome.
    void complete(const error_code& code, diagnostics&& info, bool perhaps_done = false);

protected:
    rest_call(std::shared_ptr<rest_client> client,
              const asio::any_completion_executor& handler_executor,
              asio::cancellation_slot cancellation);

    /// Logs the failure, unless the caller caused it. Returns its diagnostics, with the call's name
    /// and the server's address.
    [[nodiscard]] diagnostics_ptr failed(const error_code& code);

    http_exchange exchange_;
    diagnostics info_;

private:
    /// Decodes the response, unless the call failed, and calls the handler.
    virtual void deliver(error_code code) = 0;

    void note_earlier(const error_code& code);
    void add_names(diagnostics& to) const;
    void add_response(diagnostics& to) const;
    void cancel();
    void finish();

    const std::shared_ptr<rest_client> client_;
    asio::any_completion_executor handler_executor_;  // Tracks outstanding work.
    asio::cancellation_slot cancellation_;
    http::request request_;
    error_code code_;  // The first outcome.
    bool perhaps_done_ = false;
    std::atomic<bool> finished_{false};
    std::atomic<bool> cancelled_{false};  // A signal was emitted, possibly too late.
};

/// A call with `Results`.
template <class... Results>
class decoded_rest_call final : public rest_call {
public:
    /// @param otherwise The executor of a handler that has none.
    decoded_rest_call(std::shared_ptr<rest_client> client,
                      const asio::any_completion_executor& otherwise,
                      response_decoder<Results...> decode, operation_handler<Results...> handler)
        : rest_call(std::move(client), asio::get_associated_executor(handler, otherwise),
                    asio::get_associated_cancellation_slot(handler)),
          decode_(std::move(decode)),
          handler_(std::move(handler)) {}

private:
    void deliver(error_code code) override {
        std::tuple<Results...> results = decode(code);
        diagnostics_ptr info;
        if (code) info = failed(code);
        operation_handler<Results...> handler(std::move(handler_));
        std::apply(
            [&](Results&... each) {
                std::move(handler)(code, std::move(info), std::move(each)...);
            },
            results);
    }

    /// Returns the results of a successful call, and otherwise empty ones.
    [[nodiscard]] std::tuple<Results...> decode(error_code& code) {
        try {
            if (!code) return decode_(std::move(exchange_.response));
        } catch (const error& e) {
            code = e.code();
            info_.detail = e.info().detail;
            info_.status = e.info().status;
        }
        return {};
    }

    response_decoder<Results...> decode_;
    operation_handler<Results...> handler_;
};

}  // namespace jellyfish::detail
