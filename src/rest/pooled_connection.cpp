#include "rest/pooled_connection.hpp"

#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

namespace jellyfish::detail {

pooled_connection::pooled_connection(strand executor, std::unique_ptr<stream> connection,
                                     connection_owner& owner)
    : executor_(std::move(executor)), stream_(std::move(connection)), owner_(&owner) {}

void pooled_connection::start() { read(); }

void pooled_connection::send(pooled_call_ptr call) {
    call_ = std::move(call);
    reader_.begin(call_->method(), call_->body_limit());
    request_size_ = call_->bytes().size();
    written_ = 0;
    writing_ = true;
    write();
}

void pooled_connection::cancel_exchange() {
    write_failed_ = true;  // Not reusable, even if a response has arrived.
    stream_->close();
}

void pooled_connection::close() {
    closed_ = true;
    call_.reset();
    stream_->close();
}

// ---- writing

void pooled_connection::write() {
    // Usually the whole request fits into the socket's buffer.
    written_ += stream_->write_now(asio::buffer(call_->bytes()) + written_);
    if (written_ == request_size_) {
        writing_ = false;
        return;
    }
    // The operation keeps the call alive: it reads from the call's bytes.
    stream_->write_some(
        asio::buffer(call_->bytes()) + written_,
        io_handler(asio::bind_executor(
            executor_, [self = shared_from_this(), call = call_](error_code code, std::size_t n) {
                self->on_write(code, n);
            })));
}

void pooled_connection::on_write(const error_code& code, std::size_t bytes) {
    if (closed_) return;
    written_ += bytes;
    if (!code && call_ && !read_ended_ && written_ < request_size_) {
        write();
        return;
    }
    writing_ = false;
    if (read_ended_) {
        fail(errc::connection_lost, std::move(lost_because_));
    } else if (!call_) {  // The response was complete before the write.
        if (code || written_ < request_size_) {
            end_idle();
        } else {
            owner_->on_free(*this);
        }
    } else if (code) {
        // The read reports more: a response, or how the connection was closed.
        write_failed_ = true;
    }
}

// ---- reading

void pooled_connection::read() {
    const auto room = buffer_.prepare(1);
    stream_->read_some(
        asio::buffer(room.data(), room.size()),
        io_handler(asio::bind_executor(
            executor_, [self = shared_from_this()](const error_code& code, std::size_t bytes) {
                self->on_read(code, bytes);
            })));
}

void pooled_connection::on_read(const error_code& code, std::size_t bytes) {
    if (closed_) return;
    buffer_.commit(bytes);
    if (!call_) {  // Unexpected: end of stream, or bytes without a request.
        end_idle();
        return;
    }
    read_ended_ = code.failed();
    if (bytes != 0) consume();
    if (closed_) return;
    if (read_ended_) {
        on_read_end(code);
    } else {
        read();
    }
}

void pooled_connection::consume() {
    buffer_.consume(reader_.read(buffer_.data()));
    if (reader_.failure()) {
        fail(reader_.failure(), reader_.detail());
    } else if (reader_.done()) {
        responded();
    }
}

void pooled_connection::responded() {
    // Bytes after the response make the connection unusable.
    const bool kept =
        !write_failed_ && !read_ended_ && reader_.keep_alive() && buffer_.data().empty();
    http::response response = reader_.take();
    const pooled_call_ptr call = std::move(call_);
    call_.reset();
    if (!kept) close();
    owner_->on_response(*this, call, std::move(response), kept);
}

void pooled_connection::on_read_end(const error_code& cause) {
    // A response may be delimited by the end of the stream, but not by an error.
    if (cause == asio::error::eof && reader_.read_end()) {
        responded();
        return;
    }
    lost_because_ = cause == asio::error::eof ? "the server closed the connection"
                                              : "the connection failed: " + cause.message();
    if (writing_) {
        stream_->close();  // Completes the write, which reports whether any byte was sent.
    } else {
        fail(errc::connection_lost, std::move(lost_because_));
    }
}

// ---- closing

void pooled_connection::end_idle() {
    close();
    owner_->on_idle_end(*this);
}

void pooled_connection::fail(error_code code, std::string detail) {
    exchange_failure failure;
    failure.code = code;
    failure.detail = std::move(detail);
    failure.request_begun = written_ != 0 || writing_;
    failure.response_begun = reader_.begun();
    const pooled_call_ptr call = call_;
    close();
    owner_->on_failure(*this, call, std::move(failure));
}

}  // namespace jellyfish::detail
