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

/// What came of a call: an answer, whatever its status, or a code and what is known beside.
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

    /// The request's head and body. These do not change once the call is in a pool.
    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
    [[nodiscard]] http::method method() const noexcept { return method_; }
    [[nodiscard]] bool idempotent() const noexcept { return idempotent_; }
    [[nodiscard]] std::uint64_t body_limit() const noexcept { return body_limit_; }

    /// Whether the caller has been told something: what happens from then on is of no interest.
    [[nodiscard]] virtual bool finished() const noexcept = 0;

    /// How long to wait before the call is made once more after such an outcome; nothing when the
    /// caller is to be told.
    [[nodiscard]] virtual std::optional<std::chrono::milliseconds> repeat_after(
        const call_outcome& outcome, std::uint32_t random) = 0;

    /// Posts the caller's handler, unless the call is over.
    virtual void complete(call_outcome outcome) = 0;

    /// Drops the caller's handler: its execution context is going away.
    virtual void destroy_handlers() = 0;

protected:
    std::string bytes_;
    http::method method_ = http::method::get;
    bool idempotent_ = true;
    bool perhaps_done_ = false;  // By an attempt before: its outcome is not known. On the strand.
    std::uint64_t body_limit_ = http::response_reader::normal_body_limit;

private:
    friend class connection_pool;
    using place = std::list<std::shared_ptr<pooled_call>>::iterator;

    // The pool's own, on its strand.
    enum class stage : std::uint8_t { outside, delayed, waiting, exchanging, detached };

    stage stage_ = stage::outside;
    place in_calls_;  // Or among those that are delayed or given up.
    place in_waiting_;
    pooled_connection* connection_ = nullptr;
    std::chrono::steady_clock::time_point deadline_;  // Or, delayed, the end of that.
    std::chrono::steady_clock::time_point queue_deadline_;
    bool on_kept_ = false;   // On a connection that was idle before.
    bool was_sent_ = false;  // A part of it, at least, and at any time.
    bool repeated_ = false;  // Lost on such a one: goes on a fresh connection only.
    bool renewed_ = false;   // Its time has begun anew, see `time_limit`.
};

using pooled_call_ptr = std::shared_ptr<pooled_call>;

}  // namespace jellyfish::detail
