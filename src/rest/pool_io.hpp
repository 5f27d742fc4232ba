#pragma once

#include <jellyfish/error.hpp>

#include "net/stream.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include <boost/asio/any_completion_handler.hpp>

namespace jellyfish::detail {

/// What a connection pool needs of the world around it. All calls are made on the pool's strand.
class pool_io {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using connect_handler =
        asio::any_completion_handler<void(error_code, diagnostics, std::unique_ptr<stream>)>;

    pool_io() = default;
    pool_io(const pool_io&) = delete;
    pool_io& operator=(const pool_io&) = delete;
    virtual ~pool_io() = default;

    [[nodiscard]] virtual time_point now() const = 0;

    /// Random bits.
    [[nodiscard]] virtual std::uint32_t random() = 0;

    /// Has `callback` called, on the pool's strand, at a time or a little later, but not from
    /// within this call. Takes the place of what was asked for before.
    virtual void schedule_at(time_point when, std::function<void()> callback) = 0;

    /// Takes back what was asked for.
    virtual void cancel_schedule() = 0;

    /// Makes a connection. Completes on the handler's executor, not within this call; a signal in
    /// the handler's cancellation slot ends it early.
    virtual void connect(connect_handler handler) = 0;
};

}  // namespace jellyfish::detail
