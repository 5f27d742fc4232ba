#pragma once

#include <jellyfish/error.hpp>

#include "http/response_reader.hpp"

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>

namespace jellyfish::detail {

class pooled_connection;

/// The outcome of a call: a response with any status, or an error code and diagnostics.
struct call_outcome {
    error_code code;
    diagnostics info;
    http::response response;
};

/// A request on its way through a connection pool.
class pooled_call {
public:
    pooled_call() = default;
    pooled_call(const pooled_call&) = delete;
    pooled_call& operator=(const pooled_call&) = delete;
    virtual ~pooled_call() = default;

    /// The request's header and body. Constant once the call is in a pool.
    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
    [[nodiscard]] http::method method() const noexcept { return method_; }
    [[nodiscard]] bool idempotent() const noexcept { return idempotent_; }
    [[nodiscard]] std::uint64_t body_limit() const noexcept { return body_limit_; }

    /// Whether the handler was posted or destroyed. Later outcomes are ignored.
    [[nodiscard]] virtual bool finished() const noexcept = 0;

    /// How long to wait before retrying the call after such an outcome. Nothing if the outcome is
    /// final.
    [[nodiscard]] virtual std::optional<std::chrono::milliseconds> repeat_after(
        const call_outcome& outcome, std::uint32_t random) = 0;

    /// Posts the caller's handler unless `finished()`.
    virtual void complete(call_outcome outcome) = 0;

    /// Destroys the caller's handler: its execution context is being shut down.
    virtual void destroy_handlers() = 0;

protected:
    std::string bytes_;
    http::method method_ = http::method::get;
    bool idempotent_ = true;
    bool perhaps_done_ = false;  // An earlier attempt has an unknown outcome. On the strand.
    std::uint64_t body_limit_ = http::response_reader::normal_body_limit;

private:
    friend class connection_pool;
    using place = std::list<std::shared_ptr<pooled_call>>::iterator;

    // The pool's own, on its strand.
    enum class stage : std::uint8_t { outside, delayed, waiting, exchanging, detached };

    stage stage_ = stage::outside;
    place in_calls_;  // Or in the delayed or the detached calls.
    place in_waiting_;
    pooled_connection* connection_ = nullptr;
    std::chrono::steady_clock::time_point deadline_;  // If delayed: when to retry.
    std::chrono::steady_clock::time_point queue_deadline_;
    bool on_kept_ = false;   // On a reused connection.
    bool was_sent_ = false;  // At least one byte was sent at some time.
    bool repeated_ = false;  // Was lost on a reused connection: requires a fresh one.
    bool renewed_ = false;   // Its timeout was restarted, see `time_limit`.
};

using pooled_call_ptr = std::shared_ptr<pooled_call>;

}  // namespace jellyfish::detail
