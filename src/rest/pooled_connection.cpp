#include "rest/pooled_connection.hpp"

#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

namespace jellyfish::detail {

void pooled_connection::start(std::shared_ptr<http_exchange> exchange) {
    exchange_ = std::move(exchange);
    reader_.begin(exchange_->method, exchange_->body_limit);
    written_ = 0;
    writing_ = true;
    write();
    read();
}

void pooled_connection::abort() {
    reusable_ = false;
    stream_->close();
}

void pooled_connection::close() {
    closed_ = true;
    exchange_.reset();
    stream_->close();
}

// ---- writing

void pooled_connection::write() {
    const auto bytes = asio::buffer(exchange_->request);
    // Usually the whole request fits into the socket's buffer.
    written_ += stream_->write_now(bytes + written_);
    if (written_ == bytes.size()) {
        writing_ = false;
        return;
    }
    // The operation keeps the request alive.
    stream_->write_some(
        bytes + written_,
        io_handler(asio::bind_executor(
            executor_, [self = shared_from_this(), kept = exchange_](
                           error_code code, std::size_t n) { self->on_write(code, n); })));
}

void pooled_connection::on_write(const error_code& code, std::size_t bytes) {
    if (closed_) return;
    written_ += bytes;
    if (!code && !read_ended_ && written_ < exchange_->request.size()) {
        write();
        return;
    }
    writing_ = false;
    if (read_ended_) {
        fail(errc::connection_lost, std::move(lost_because_));
    } else if (code) {
        reusable_ = false;  // The read reports more: a response, or how the connection was closed.
    }
}

// ---- reading

void pooled_connection::read() {
    const auto free = buffer_.prepare(1);
    reads_.read_some(*stream_, asio::buffer(free.data(), free.size()),
                     [self = shared_from_this()](const error_code& code, std::size_t bytes) {
                         self->on_read(code, bytes);
                     });
}

void pooled_connection::on_read(const error_code& code, std::size_t bytes) {
    if (closed_) return;
    buffer_.commit(bytes);
    read_ended_ = code.failed();
    if (bytes != 0 && consume()) return;
    if (read_ended_) {
        on_read_end(code);
    } else {
        read();
    }
}

/// Returns whether the exchange is complete. The next one may have begun then.
bool pooled_connection::consume() {
    buffer_.consume(reader_.read(buffer_.data()));
    if (reader_.failure()) {
        fail(reader_.failure(), reader_.detail());
        return true;
    }
    if (!reader_.done()) return false;
    respond();
    return true;
}

void pooled_connection::respond() {
    exchange_->response = reader_.take();
    exchange_result result;
    result.status = exchange_->response.status;
    result.request_begun = true;
    // Bytes after the response make the connection unusable, and so does a request that is still
    // being written.
    result.kept =
        reusable_ && !writing_ && !read_ended_ && reader_.keep_alive() && buffer_.data().empty();
    exchange_.reset();
    if (!result.kept) close();
    on_result_(std::move(result));
}

void pooled_connection::on_read_end(const error_code& cause) {
    // A response may be delimited by the end of the stream, but not by an error.
    if (cause == asio::error::eof && reader_.read_end()) {
        respond();
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

void pooled_connection::fail(error_code code, std::string detail) {
    exchange_result result;
    result.code = code;
    result.detail = std::move(detail);
    result.request_begun = written_ != 0 || writing_;
    result.response_begun = reader_.begun();
    close();
    on_result_(std::move(result));
}

}  // namespace jellyfish::detail
