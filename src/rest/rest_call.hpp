#pragma once

#include <jellyfish/detail/initiate.hpp>

#include "rest/connection_pool.hpp"
#include "rest/pooled_connection.hpp"

#include <atomic>
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
    void start(const http::request& request);

    /// Fails a call that was not started.
    void reject(const error& reason);

    [[nodiscard]] std::shared_ptr<const outgoing_request> outgoing() const {
        return {shared_from_this(), &outgoing_};
    }
    [[nodiscard]] bool idempotent() const noexcept { return idempotent_; }

    /// Returns method and target, for messages.
    [[nodiscard]] std::string name() const;

    /// Whether the handler was posted or destroyed.
    [[nodiscard]] bool finished() const noexcept { return finished_.load(); }

    /// Posts the caller's handler unless `finished()`.
    void complete(call_outcome outcome);

    /// Destroys the caller's handler: its execution context is being shut down.
    void destroy_handlers();

protected:
    rest_call(std::shared_ptr<rest_client> client,
              const asio::any_completion_executor& handler_executor);

    /// Adds the call's name and the server's address to the diagnostics of a failure.
    [[nodiscard]] diagnostics_ptr complete_info(diagnostics info) const;

private:
    [[nodiscard]] virtual asio::cancellation_slot cancellation_slot() const = 0;
    /// Decodes the response, unless the call failed, and calls the handler.
    virtual void deliver(const error_code& code, call_outcome outcome) = 0;
    virtual void drop_handler() = 0;

    void listen_for_cancellation();
    void finish();

    const std::shared_ptr<rest_client> client_;
    asio::any_completion_executor handler_executor_;  // Tracks outstanding work.
    outgoing_request outgoing_;
    std::string target_;
    call_outcome outcome_;  // The first outcome.
    bool idempotent_ = true;
    bool file_ = false;
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
        : rest_call(std::move(client), asio::get_associated_executor(handler, otherwise)),
          decode_(std::move(decode)),
          handler_(std::move(handler)) {}

private:
    [[nodiscard]] asio::cancellation_slot cancellation_slot() const override {
        return asio::get_associated_cancellation_slot(handler_);
    }

    void deliver(const error_code& code, call_outcome reported) override {
        std::tuple<Results...> results;
        error_code outcome = code;
        if (!code) {
            try {
                results = decode_(std::move(reported.response));
            } catch (const error& e) {
                outcome = e.code();
                reported.info.detail = e.info().detail;
                reported.info.status = e.info().status;
            }
        }
        diagnostics_ptr shared;
        if (outcome) shared = complete_info(std::move(reported.info));
        operation_handler<Results...> handler(std::move(handler_));
        std::apply(
            [&](Results&... each) {
                std::move(handler)(outcome, std::move(shared), std::move(each)...);
            },
            results);
    }

    void drop_handler() override {
        const operation_handler<Results...> dropped(std::move(handler_));
    }

    response_decoder<Results...> decode_;
    operation_handler<Results...> handler_;
};

}  // namespace jellyfish::detail
