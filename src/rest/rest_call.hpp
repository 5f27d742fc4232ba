#pragma once

#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/logger.hpp>
#include <jellyfish/retry_policy.hpp>

#include "rest/connection_pool.hpp"
#include "rest/pooled_call.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>

namespace jellyfish::detail {

/// Shared by all calls of one client.
struct rest_settings {
    asio::any_io_executor executor;                     ///< The default executor of handlers.
    asio::any_completion_executor completion_executor;  ///< The same, type-erased.
    server_address address;
    std::string url;  ///< The server's URL, for diagnostics.
    std::string token;
    http::request_writer writer;  ///< Writes requests to the address, with the token.
    retry_policy retry = retry_policy::never();
    std::uint64_t body_limit = http::response_reader::normal_body_limit;
    jellyfish::logger logger;
};
using rest_settings_ptr = std::shared_ptr<const rest_settings>;

/// One call of a user: a request and its completion handler.
///
/// It is completed by the first of: the pool, with a response or a failure; a signal in the
/// handler's cancellation slot; `reject()`. Later outcomes are ignored. The handler is posted to
/// its executor.
class rest_call : public pooled_call, public std::enable_shared_from_this<rest_call> {
public:
    /// Sends a request. Call at most once.
    void start(const http::request& request, const std::shared_ptr<connection_pool>& pool);

    /// Fails a call that was not started.
    void reject(const error& reason);

    [[nodiscard]] bool finished() const noexcept override { return finished_.load(); }
    [[nodiscard]] std::optional<std::chrono::milliseconds> repeat_after(
        const call_outcome& outcome, std::uint32_t random) override;
    void complete(call_outcome outcome) override;
    void destroy_handlers() override;

protected:
    rest_call(rest_settings_ptr settings, const asio::any_completion_executor& handler_executor);

    /// Adds the call's name and the server's address to the diagnostics of a failure.
    [[nodiscard]] diagnostics_ptr complete_info(diagnostics info) const;

private:
    using slot = asio::cancellation_slot;

    [[nodiscard]] virtual slot cancellation_slot() const = 0;
    /// Decodes the response, unless the call failed, and calls the handler.
    virtual void deliver(const error_code& code, call_outcome outcome) = 0;
    virtual void drop_handler() = 0;

    void listen_for_cancellation(const std::shared_ptr<connection_pool>& pool);
    void finish();
    [[nodiscard]] std::string name() const;

    const rest_settings_ptr settings_;
    asio::any_completion_executor handler_executor_;  // Tracks outstanding work.
    std::string target_;
    call_outcome outcome_;  // The first outcome.
    bool file_ = false;
    std::uint32_t attempts_ = 1;  // On the pool's strand.
    std::atomic<bool> finished_{false};
    std::atomic<bool> cancelled_{false};  // A signal was emitted, possibly too late.
};

/// A call whose response is decoded by `Decode`, from `http::response` to `std::tuple<Results...>`.
/// `Decode` may throw `jellyfish::error`.
template <class Decode, class... Results>
class decoded_rest_call final : public rest_call {
public:
    decoded_rest_call(const rest_settings_ptr& settings, Decode decode,
                      operation_handler<Results...> handler)
        : rest_call(settings,
                    asio::get_associated_executor(handler, settings->completion_executor)),
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

    Decode decode_;
    operation_handler<Results...> handler_;
};

}  // namespace jellyfish::detail
