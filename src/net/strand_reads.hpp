#pragma once

#include "async/executors.hpp"
#include "async/resume_scope.hpp"
#include "net/stream.hpp"

#include <cstddef>
#include <utility>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

/// Reads on a strand. An operation that a read completes is resumed outside the strand, so that it
/// does not block other threads from entering the strand.
class strand_reads {
public:
    using strand = asio::strand<asio::any_io_executor>;

    explicit strand_reads(const strand& executor)
        : strand_(executor),
          inner_(executor.get_inner_executor()),
          unwrapped_inner_(erased_io_context_executor(inner_)) {}
    strand_reads(const strand_reads&) = delete;  // Pending reads refer to it.
    strand_reads& operator=(const strand_reads&) = delete;

    /// Reads some bytes, then calls `on_read(code, bytes)` on the strand. The function must keep
    /// the owner of this object alive.
    template <class Function>
    void read_some(stream& from, asio::mutable_buffer buffer, Function on_read) {
        if (from.may_complete_anywhere()) {
            auto handler = [this, on_read = std::move(on_read)](const error_code& code,
                                                                std::size_t bytes) {
                take([on_read, code, bytes] { on_read(code, bytes); });
            };
            from.read_some(buffer,
                           io_handler(asio::bind_executor(unwrapped_inner_, std::move(handler))));
        } else {
            from.read_some(buffer, io_handler(asio::bind_executor(strand_, std::move(on_read))));
        }
    }

private:
    /// Called on the executor under the strand.
    template <class Function>
    void take(Function function) {
        // A stream whose executor is the strand may complete immediately, on the strand.
        if (strand_.running_in_this_thread()) {
            function();
            return;
        }
        resume_scope taken(inner_);
        asio::dispatch(strand_, std::move(function));
        taken.end();
    }

    strand strand_;
    asio::any_io_executor inner_;  // The strand's inner executor.
    asio::any_completion_executor unwrapped_inner_;
};

}  // namespace jellyfish::detail
