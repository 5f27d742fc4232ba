#include "agent/agent_stream.hpp"

#include "async/bounded_timeout.hpp"
#include "async/wrapped_handler.hpp"
#include "session/random_bits.hpp"
#include "text/quoted.hpp"
#include "wire/agent_message.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <sstream>
#include <utility>
#include <variant>

namespace jellyfish::detail {
namespace {

using fishjam::agent_event;
using fishjam::track_image;

/// Returns a random UUID (RFC 9562, version 4).
std::string new_uuid() {
    std::string text;
    for (int i = 0; i < 4; ++i) {
        std::uint32_t bits = random_bits();
        if (i == 1) bits = (bits & 0xffff0fffU) | 0x4000U;
        if (i == 2) bits = (bits & 0x3fffffffU) | 0x80000000U;
        for (int shift = 28; shift >= 0; shift -= 4) {
            if (text.size() == 8 || text.size() == 13 || text.size() == 18 || text.size() == 23)
                text += '-';
            text += "0123456789abcdef"[bits >> shift & 0xf];
        }
    }
    return text;
}

diagnostics_ptr unknown_track(const char* operation, std::string_view track_id) {
    std::ostringstream detail;
    detail << "no track " << quoted{track_id} << ": use an id that add_track() returned";
    return std::make_shared<const diagnostics>(
        diagnostics{operation, "", std::move(detail).str(), 0, ""});
}

}  // namespace

agent_stream::agent_stream(asio::any_io_executor executor, const fishjam::agent_options& options)
    : delivery_stream(std::move(executor)),
      send_limit_(options.send_limit()),
      capture_timeout_(bounded_timeout(options.capture_timeout())),
      overflow_(options.overflow()),
      senders_(waits()->make_queue(wait_kind::item, "send")),
      queue_(std::make_shared<queue_type>(waits(), options.queue_limit(), options.overflow())) {
    const std::lock_guard lock(mutex());
    queue_->on_drained([this] { connection().check_drained(); });
    senders_.on_abandoned([this] { notify_senders(); });
}

agent_stream::~agent_stream() {
    const std::lock_guard lock(mutex());
    queue_->on_drained(nullptr);  // Consumers may keep the queue.
    senders_.on_abandoned(nullptr);
}

// ---- received events

std::size_t agent_stream::capacity_left(std::size_t beyond) {
    const std::lock_guard lock(mutex());
    return queue_->capacity_left(beyond);
}

bool agent_stream::is_consumed() const {
    const std::lock_guard lock(mutex());
    return queue_->consumed();
}

void agent_stream::on_writable(std::function<void()> callback, std::size_t slots) {
    const std::lock_guard lock(mutex());
    on_change_ = std::move(callback);
    queue_->on_writable(on_change_, slots);
}

bool agent_stream::push(generation session, agent_events& batch) {
    const std::lock_guard lock(mutex());
    std::size_t lost = 0;
    route(session, batch, [&] { lost = queue_->push(batch); });
    dropped_ += lost;
    return lost == 0 || overflow_ != overflow_policy::fail;
}

void agent_stream::push_beyond_limit(generation session, agent_events& batch) {
    const std::lock_guard lock(mutex());
    route(session, batch, [&] { queue_->push_beyond_limit(batch); });
}

/// Completes captures with their images, calls `push` for the events left in the batch, and empties
/// the batch.
template <class Push>
void agent_stream::route(generation session, agent_events& batch, Push push) {
    if (connection().is_current(session) && !batch.empty()) {
        received_ += batch.size();
        close_gap();
        if (!captures_.empty()) {
            std::size_t kept = 0;
            for (agent_event& each : batch) {
                if (!complete_capture(each)) batch[kept++].swap(each);
            }
            batch.cut(kept);
        }
        push();
    }
    batch.clear();
}

// ---- images

struct agent_stream::capture_operation {
    using wrapped_handler = image_handler;

    std::shared_ptr<capture> of;
    image_handler handler;

    void operator()(error_code code, diagnostics_ptr info) {
        track_image image;
        if (!code) image = of->image;
        std::move(handler)(code, std::move(info), std::move(image));
    }
};

/// One request serves all captures of a track that wait at the same time.
void agent_stream::capture_image(std::string track_id, image_handler handler) {
    wait_queue& waiting = waits()->make_queue(wait_kind::event, "capture_image");
    const std::lock_guard lock(mutex());
    remove_abandoned_captures();
    auto found = std::ranges::find(captures_, track_id, &capture::track_id);
    const bool requested = found != captures_.end();
    const auto of =
        requested
            ? *found
            : std::make_shared<capture>(capture{std::move(track_id), ++last_number_, waiting, {}});
    capture_operation op{of, std::move(handler)};
    if (!is_ready()) {
        waiting.complete(std::move(op), connection().is_closing()
                                            ? connection().closed_code()
                                            : error_code(errc::not_connected));
    } else {
        of->waiting.add(std::move(op), std::chrono::steady_clock::now() + capture_timeout_);
        if (!requested) {
            captures_.push_back(of);
            outgoing_.push(request_kind::capture, of->number,
                           wire::encode_capture_image(of->track_id));
            request_sending();
            return;
        }
    }
    waits()->release(waiting);
}

/// Completes the captures that wait for this image. Returns false if there are none.
bool agent_stream::complete_capture(agent_event& event) {
    auto* const image = std::get_if<track_image>(&event);
    if (image == nullptr) return false;
    remove_abandoned_captures();
    const auto found = std::ranges::find(captures_, image->track_id, &capture::track_id);
    if (found == captures_.end()) return false;
    const auto of = *found;
    captures_.erase(found);
    of->image = std::move(*image);
    of->waiting.notify();
    waits()->release(of->waiting);
    return true;
}

void agent_stream::end_captures(const error_code& code, const diagnostics_ptr& info) {
    for (const auto& each : captures_) {
        each->waiting.notify_all(code, info);
        waits()->release(each->waiting);
    }
    captures_.clear();
}

/// Removes the captures whose operations have all timed out or were cancelled, with their requests
/// unless these were sent.
void agent_stream::remove_abandoned_captures() {
    captures_.remove_if([this](const std::shared_ptr<capture>& each) {
        if (!each->waiting.empty()) return false;
        waits()->release(each->waiting);
        outgoing_.remove_if(
            [&](const send_queue::entry& sent) { return sent.subject == each->number; });
        return true;
    });
}

// ---- tracks

std::string agent_stream::add_track(const fishjam::agent_track_options& options) {
    std::string id = new_uuid();
    const std::lock_guard lock(mutex());
    const std::uint64_t number = ++last_number_;
    tracks_.emplace(id, outgoing_track{number, options});
    if (is_ready()) {
        outgoing_.push(request_kind::add, number, wire::encode_add_track(id, options));
        request_sending();
    }
    return id;
}

void agent_stream::remove_track(std::string_view track_id) {
    const std::lock_guard lock(mutex());
    const auto found = tracks_.find(track_id);
    if (found == tracks_.end()) return;
    const std::uint64_t number = found->second.number;
    if (outgoing_.contains(request_kind::add, number)) {  // Unknown to the server.
        discard_if([&](const send_queue::entry& each) { return each.subject == number; });
    } else if (is_ready()) {
        outgoing_.push(request_kind::remove, number, wire::encode_remove_track(found->first));
        request_sending();
    }
    tracks_.erase(found);
}

void agent_stream::interrupt(std::string_view track_id) {
    const std::lock_guard lock(mutex());
    const auto found = tracks_.find(track_id);
    if (found == tracks_.end())
        throw error(errc::invalid_argument, *unknown_track("interrupt", track_id));
    if (!is_ready()) return;
    const std::uint64_t number = found->second.number;
    discard_if([&](const send_queue::entry& each) {
        return each.subject == number &&
               (each.kind == request_kind::media || each.kind == request_kind::interrupt);
    });
    outgoing_.push(request_kind::interrupt, number, wire::encode_interrupt_track(track_id));
    request_sending();
    notify_senders();
}

// ---- sending

push_result agent_stream::try_send(std::string_view track_id, asio::const_buffer data, bool waited,
                                   error_code& code, diagnostics_ptr& info) {
    const std::lock_guard lock(mutex());
    if (const failure reason = sending_failure(); reason.code) {
        code = reason.code;
        info = reason.info ? reason.info : senders_.info_of("send");
        return push_result::failed;
    }
    const auto found = tracks_.find(track_id);
    if (found == tracks_.end()) {
        code = errc::invalid_argument;
        info = unknown_track("send", track_id);
        notify_senders();  // It leaves its turn to the next.
        return push_result::failed;
    }
    if (!may_send() || (!waited && !senders_.empty())) return push_result::full;
    outgoing_.append(request_kind::media, found->second.number, [&](std::string& to) {
        wire::append_track_data(to, track_id, {static_cast<const char*>(data.data()), data.size()});
    });
    request_sending();
    notify_senders();
    return push_result::queued;
}

void agent_stream::wait_send(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    senders_.add(std::move(handler));
    notify_senders();
}

void agent_stream::take(generation session, agent_session& to, std::size_t limit) {
    const std::lock_guard lock(mutex());
    if (!connection().is_current(session)) return;
    sending_requested_ = false;
    outgoing_.take(limit, [&](const send_queue::entry& each, std::string_view request) {
        to.send(request);
        if (each.kind == request_kind::media) ++packets_sent_;
    });
    notify_senders();
}

agent_stream::failure agent_stream::sending_failure() noexcept {
    switch (connection().state()) {
        case session_state::idle:
            return {errc::not_connected, nullptr};
        case session_state::failed:
            return {connection().failure(), connection().failure_info()};
        case session_state::closing:
        case session_state::closed:
            return {connection().closed_code(), nullptr};
        default:
            return {};
    }
}

/// Makes the session take the queued requests. Calls `on_change_` once for many requests.
void agent_stream::request_sending() {
    if (sending_requested_ || !on_change_) return;
    sending_requested_ = true;
    on_change_();
}

/// Resumes a waiting sender. If it leaves capacity, it resumes the next one.
void agent_stream::notify_senders() {
    if (!senders_.empty() && (may_send() || sending_failure().code)) senders_.notify(1);
}

template <class Matches>
void agent_stream::discard_if(Matches matches) {
    outgoing_.remove_if([&](const send_queue::entry& each) {
        if (!matches(each)) return false;
        if (each.kind == request_kind::media) ++packets_discarded_;
        return true;
    });
}

void agent_stream::discard_unsent() {
    discard_if([](const send_queue::entry&) { return true; });
}

// ---- changes of the connection

/// Adds all tracks again: the server has forgotten those of a lost session.
void agent_stream::on_ready() {
    for (const auto& [id, each] : tracks_)
        outgoing_.push(request_kind::add, each.number, wire::encode_add_track(id, each.options));
    notify_senders();
}

void agent_stream::on_lost(const disconnected& mark, const diagnostics_ptr& info,
                           time_point since) {
    end_captures(mark.code, info);
    discard_unsent();
    gaps_.open(*queue_, mark, since);
}

void agent_stream::on_restored(time_point now, std::uint32_t attempts) {
    gaps_.close(*queue_, now, attempts);
}

void agent_stream::on_begin() {
    queue_->reopen();
    gaps_ = {};
}

/// Nothing will send what they wait to send, unless `connect()` is called again.
void agent_stream::on_cancelled() { senders_.notify(); }

void agent_stream::on_closing() {
    end_captures(errc::closed, nullptr);
    senders_.notify();
    queue_->set_draining();
}

void agent_stream::on_end() {
    const error_code& code = connection().failure();
    const diagnostics_ptr& info = connection().failure_info();
    end_captures(code ? code : error_code(errc::closed), info);
    discard_unsent();
    senders_.notify();
    queue_->end(code, info);
}

void agent_stream::on_destroy() {
    end_captures(connection().closed_code(), nullptr);
    senders_.destroy();
    queue_->destroy();
    on_change_ = nullptr;
}

void agent_stream::count_into(fishjam::agent_stats& stats) const {
    const std::lock_guard lock(mutex());
    stats.received = received_;
    stats.queued = queue_->size();
    stats.dropped = dropped_;
    stats.packets_sent = packets_sent_;
    stats.packets_discarded = packets_discarded_;
    stats.bytes_to_send = outgoing_.bytes();
    stats.reconnects = reconnects();
}

}  // namespace jellyfish::detail
