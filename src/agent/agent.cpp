#include <jellyfish/fishjam/agent.hpp>

#include "agent/agent_address.hpp"
#include "agent/agent_impl.hpp"
#include "async/asio_internals.hpp"
#include "async/awaited.hpp"
#include "async/member_operation.hpp"
#include "async/owned.hpp"
#include "async/wrapped_handler.hpp"
#include "delivery/consumer_base.hpp"
#include "json/document.hpp"
#include "text/utf8.hpp"

#include <exception>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::detail {
namespace {

using handler_type = operation_handler<>;

struct start_wait_send {
    void operator()(handler_type handler, const std::shared_ptr<agent_stream>& to) const {
        to->wait_send(std::move(handler));
    }
};

/// Queues media for a handler. Runs on the handler's executor, so that the operation cannot be
/// cancelled between queuing the media and calling the handler.
struct send_media {
    using wrapped_handler = handler_type;

    std::shared_ptr<agent_stream> to;
    std::string track_id;
    asio::const_buffer data;
    handler_type handler;

    void operator()(error_code code, diagnostics_ptr info) {
        if (!code && to->try_send(track_id, data, true, code, info) == push_result::full) {
            wait(std::move(*this));
            return;
        }
        std::move(handler)(code, std::move(info));
    }

    static void wait(send_media op) {
        const auto stream = op.to;
        stream->wait_send(handler_type(std::move(op)));
    }
};

/// Queues media; implements `send()` for coroutines. Posts first if it may be in a branch of `||`
/// that has just been spawned, for the same reason as `take_next`: see asio_internals.hpp.
asio::awaitable<void> send_next(std::shared_ptr<agent_stream> to, std::string_view track_id,
                                asio::const_buffer data) {
    const bool resumed = was_resumed(co_await resumption_query());
    if (!resumed) {
        co_await asio::post(asio::use_awaitable);
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            throw error(asio::error::operation_aborted, {"send", "", "", 0, ""});
    }
    for (bool waited = false;; waited = true) {
        error_code code;
        diagnostics_ptr info;
        const push_result result = to->try_send(track_id, data, waited, code, info);
        if (result == push_result::failed) std::rethrow_exception(make_exception(code, info));
        if (result == push_result::queued) co_return;
        co_await await_operation<>(start_wait_send(), nullptr, to);
    }
}

/// Throws if the server would mishandle the options.
void check(const fishjam::agent_track_options& options) {
    const auto reject = [](std::string detail) {
        throw error(errc::invalid_argument, {"add a track", "", std::move(detail), 0, ""});
    };
    if (options.sample_rate() == 0) reject("sample_rate must be greater than 0");
    if (options.channels() == 0) reject("channels must be greater than 0");
    if (options.encoding() != fishjam::audio_encoding::pcm16 &&
        options.encoding() != fishjam::audio_encoding::opus)
        reject("encoding must be a value of audio_encoding");
    if (!is_utf8(options.metadata())) reject("metadata must be UTF-8");
    std::string problem;
    if (!json::document::parse(options.metadata(), problem))
        reject("metadata must be JSON: " + problem);
}

}  // namespace

agent_base::agent_base(std::shared_ptr<agent_impl> impl)
    : consumer_base(impl->queue()), impl_(std::move(impl)) {}

agent_base::agent_base(const asio::any_io_executor& executor, const client_options& connection,
                       std::string token, const std::string& peer_websocket_url,
                       const fishjam::agent_options& options)
    : agent_base(make_owned<agent_impl>(
          executor,
          at_peer_websocket_url(connection, peer_websocket_url).server_api_token(std::move(token)),
          options)) {}

operation<> agent_base::connect_operation() const {
    return member_operation(impl_, &agent_impl::connect);
}

operation<> agent_base::wait_ready_operation() const {
    return member_operation(impl_, &agent_impl::wait_ready);
}

operation<> agent_base::send_operation(std::string_view track_id, asio::const_buffer data) const {
    return [to = impl_->stream(), id = std::string(track_id), data](handler_type handler) {
        send_media::wait(send_media{to, id, data, std::move(handler)});
    };
}

asio::awaitable<void> agent_base::awaited_send(std::string_view track_id,
                                               asio::const_buffer data) const {
    return send_next(impl_->stream(), track_id, data);
}

operation<fishjam::track_image> agent_base::capture_image_operation(std::string track_id) const {
    return [to = impl_->stream(),
            id = std::move(track_id)](operation_handler<fishjam::track_image> handler) {
        to->capture_image(id, std::move(handler));
    };
}

operation<> agent_base::close_operation() const {
    return member_operation(impl_, &agent_impl::close);
}

operation<> agent_base::drain_operation() const {
    return member_operation(impl_, &agent_impl::drain);
}

std::string agent_base::add_track(const fishjam::agent_track_options& options) {
    check(options);
    return impl_->stream()->add_track(options);
}

void agent_base::remove_track(std::string_view track_id) {
    impl_->stream()->remove_track(track_id);
}

void agent_base::interrupt(std::string_view track_id) { impl_->stream()->interrupt(track_id); }

void agent_base::reload_tls() { impl_->reload_tls(); }

session_state agent_base::state() const { return impl_->stream()->state(); }

fishjam::agent_stats agent_base::stats() const { return impl_->stats(); }

template class consumer_base<fishjam::agent_event>;

template JELLYFISH_DECL asio::awaitable<std::optional<fishjam::agent_event>> awaited(
    operation<std::optional<fishjam::agent_event>>, diagnostics*);
template JELLYFISH_DECL asio::awaitable<fishjam::track_image> awaited(
    operation<fishjam::track_image>, diagnostics*);

}  // namespace jellyfish::detail
