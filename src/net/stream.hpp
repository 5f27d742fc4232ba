#pragma once

#include <jellyfish/detail/config.hpp>

#include "model/names.hpp"

#include <cstddef>
#include <utility>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>

namespace jellyfish::detail {

using io_handler = asio::any_completion_handler<void(error_code, std::size_t)>;

/// A connected byte stream: TCP, TLS, or a test double.
///
/// At most one read and one write may be pending at a time. All calls are made on the owner's
/// strand. Every handler must be bound to an executor: an unbound one completes on the stream's
/// executor, which for a stream without TLS is the executor under the strand. The destructor closes
/// the stream; pending operations then complete with `operation_aborted`.
class stream {
public:
    using executor_type = asio::any_io_executor;

    stream() = default;
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;
    virtual ~stream() = default;

    [[nodiscard]] virtual executor_type get_executor() noexcept = 0;

    /// Whether handlers may be bound to an executor other than the stream's. True if completing an
    /// operation does not access the stream itself.
    [[nodiscard]] virtual bool may_complete_anywhere() const noexcept { return false; }

    /// Reads at least one byte.
    virtual void read_some(asio::mutable_buffer buffer, io_handler handler) = 0;

    /// Writes some of the buffer, at least one byte.
    virtual void write_some(asio::const_buffer buffer, io_handler handler) = 0;

    /// Writes as much as can be sent without waiting, possibly nothing. Use `write_some()` for the
    /// rest, and to obtain errors. Not while a write is pending.
    [[nodiscard]] virtual std::size_t write_now(asio::const_buffer buffer) noexcept {
        (void)buffer;
        return 0;
    }

    /// Cancels a pending read with `operation_aborted`, unless it has already read something. Not
    /// while a write is pending.
    virtual void cancel_read() noexcept {}

    /// Whether unread bytes have arrived. Not while a read is pending.
    [[nodiscard]] virtual bool has_unread() noexcept { return false; }

    /// Whether the stream is open and nothing unread has arrived, not even its end. May consume
    /// what has arrived, so a stream that is not quiet must be closed. Not while a read or a write
    /// is pending.
    [[nodiscard]] virtual bool is_quiet() noexcept { return true; }

    /// Shuts down the sending side, if the transport can do so without waiting. Reading remains
    /// possible.
    virtual void end_writing() noexcept {}

    /// Performs the transport's shutdown (TLS close_notify), for at most one second, then closes.
    /// Completes when the stream is closed; never fails.
    virtual void shutdown(asio::any_completion_handler<void()> handler) = 0;

    /// Closes immediately. Idempotent.
    virtual void close() noexcept = 0;

    // The AsyncStream requirements of Asio and Beast. Only the first non-empty buffer of a sequence
    // is used, as "some" permits.
    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            start_read(), token, this, first<asio::mutable_buffer>(buffers));
    }

    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            start_write(), token, this, first<asio::const_buffer>(buffers));
    }

private:
    struct start_read {
        template <class Handler>
        void operator()(Handler&& handler, stream* self, asio::mutable_buffer buffer) const {
            self->read_some(buffer, io_handler(std::forward<Handler>(handler)));
        }
    };

    struct start_write {
        template <class Handler>
        void operator()(Handler&& handler, stream* self, asio::const_buffer buffer) const {
            self->write_some(buffer, io_handler(std::forward<Handler>(handler)));
        }
    };

    template <class Buffer, class Buffers>
    static Buffer first(const Buffers& buffers) {
        for (auto it = asio::buffer_sequence_begin(buffers);
             it != asio::buffer_sequence_end(buffers); ++it) {
            const Buffer buffer(*it);
            if (buffer.size() != 0) return buffer;
        }
        return Buffer();
    }
};

}  // namespace jellyfish::detail
