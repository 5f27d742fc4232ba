#pragma once

#include <jellyfish/detail/config.hpp>

#include <cstddef>
#include <utility>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>

namespace jellyfish::detail {

using io_handler = asio::any_completion_handler<void(error_code, std::size_t)>;

/// One connected byte stream: TCP, TLS, or a double in a test.
///
/// At most one read and one write may be under way at a time, and all calls are made on its owner's
/// strand. Every handler must be bound to an executor: what is bound to none completes on the
/// stream's, and a plain stream lives on the executor under the strand. Destroying a stream closes
/// it; what is under way then completes with `operation_aborted`.
class stream {
public:
    using executor_type = asio::any_io_executor;

    stream() = default;
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;
    virtual ~stream() = default;

    [[nodiscard]] virtual executor_type get_executor() noexcept = 0;

    /// Whether handlers may be bound to another executor than the stream's: whether nothing of the
    /// stream itself is used when an operation completes.
    [[nodiscard]] virtual bool may_complete_anywhere() const noexcept { return false; }

    /// Reads what is there, at least one byte.
    virtual void read_some(asio::mutable_buffer buffer, io_handler handler) = 0;

    /// Writes some of the buffer, at least one byte.
    virtual void write_some(asio::const_buffer buffer, io_handler handler) = 0;

    /// Writes as much as can be sent without waiting, which may be nothing: what is wrong, and what
    /// is left, is for `write_some()`. Not while a write is under way.
    [[nodiscard]] virtual std::size_t write_now(asio::const_buffer buffer) noexcept {
        (void)buffer;
        return 0;
    }

    /// Ends a read under way with `operation_aborted`, unless it has read something already. Not
    /// while a write is under way.
    virtual void cancel_read() noexcept {}

    /// Whether anything has come that was not read yet. Not while a read is under way.
    [[nodiscard]] virtual bool has_unread() noexcept { return false; }

    /// Tells the other side that nothing more comes, where the transport has a way to without
    /// waiting. Reading goes on.
    virtual void end_writing() noexcept {}

    /// Says goodbye where the transport has a way to (TLS close_notify), for a second at most, then
    /// closes. Completes when the stream is closed; never fails.
    virtual void shutdown(asio::any_completion_handler<void()> handler) = 0;

    /// Closes at once. Idempotent.
    virtual void close() noexcept = 0;

    // What Asio's and Beast's composed operations ask of a stream. Only the first buffer of a
    // sequence is used, as "some" allows.
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
