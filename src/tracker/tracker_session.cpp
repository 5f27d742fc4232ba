#include "tracker/tracker_session.hpp"

#include "async/await_operation.hpp"
#include "async/bounded_timeout.hpp"
#include "async/log.hpp"
#include "model/server_address.hpp"

#include <exception>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::detail {
namespace {

/// How many attempts `start()` makes to fetch the first snapshot.
constexpr std::uint32_t start_attempts = 5;

/// How many notifications are taken before yielding.
constexpr std::uint32_t batch_limit = 256;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

struct start_wait_writable {
    void operator()(operation_handler<> handler,
                    const std::shared_ptr<tracked_rooms>& rooms) const {
        rooms->wait_writable(std::move(handler));
    }
};

/// Waits until more notifications may be reported.
auto wait_writable(const std::shared_ptr<tracked_rooms>& rooms) {
    return await_operation<>(start_wait_writable(), nullptr, rooms);
}

/// Registers a timer while it is awaited, so that it can be cancelled.
class timer_entry {
public:
    timer_entry(std::set<asio::steady_timer*>& all, asio::steady_timer& timer)
        : all_(all), timer_(timer) {
        all_.insert(&timer_);
    }
    ~timer_entry() { all_.erase(&timer_); }

    timer_entry(const timer_entry&) = delete;
    timer_entry& operator=(const timer_entry&) = delete;

private:
    std::set<asio::steady_timer*>& all_;
    asio::steady_timer& timer_;
};

notifier_options session_options(const notifier_options& input) {
    notifier_options options = input;
    options.add_event(event_type::server_notification);
    if (input.overflow() == overflow_policy::drop_oldest) options.overflow(overflow_policy::pause);
    return options;
}

}  // namespace

tracker_session::tracker_session(const asio::any_io_executor& executor, tracker_plan plan,
                                 std::shared_ptr<tracked_rooms> to)
    : executor_(executor),
      plan_(std::move(plan)),
      rooms_(std::move(to)),
      notifier_(std::in_place, executor, plan_.client, session_options(plan_.session)) {}

void tracker_session::start() {
    asio::post(executor_, [self = shared_from_this()] { self->spawn(run(self)); });
}

void tracker_session::close() {
    asio::post(executor_, [self = shared_from_this()] { self->begin_close(); });
}

void tracker_session::stop() {
    asio::post(executor_, [self = shared_from_this()] {
        self->finish();
        self->notifier_.reset();
    });
}

void tracker_session::refresh() {
    asio::post(executor_, [self = shared_from_this()] { self->request_snapshot(); });
}

void tracker_session::reload_tls() {
    asio::post(executor_, [self = shared_from_this()] {
        try {
            if (self->notifier_) self->notifier_->reload_tls();
            for (auto& [server, api] : self->apis_)
                api.reload_tls();
        } catch (const error& e) {  // The caller of reload_tls() read the files successfully.
            write_log(self->plan_.client.logger(), log_level::warning, "room_tracker", e.what());
        }
    });
}

/// Deferred while the queue is full, since the changes of a snapshot may exceed its limit.
void tracker_session::request_snapshot() {
    snapshot_pending_ = !rooms_->has_capacity();
    if (!snapshot_pending_) update([](room_reconciler& r) { r.request_snapshot(); });
}

void tracker_session::spawn(asio::awaitable<void> what) {
    asio::co_spawn(executor_, std::move(what), [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    });
}

// ---- notifications

asio::awaitable<void> tracker_session::run(self_ptr self) {
    error_code code = errc::connection_lost;
    diagnostics_ptr info;
    try {
        co_await take_notifications(self);
    } catch (const error& e) {
        code = e.code();
        info = std::make_shared<const diagnostics>(e.info());
    }
    self->finish();
    self->rooms_->set_ended(self->plan_.id, code, info);
}

/// Completes when the session is closed.
asio::awaitable<void> tracker_session::take_notifications(self_ptr self) {
    if (!self->notifier_) co_return;
    co_await self->notifier_->connect();
    self->note_server();
    self->update([](room_reconciler& r) { r.begin(); });
    if (self->plan_.options.refresh_interval().count() > 0) self->spawn(refresh_now_and_then(self));
    for (std::uint32_t taken = 1;; ++taken) {
        while (!self->rooms_->has_capacity())
            co_await wait_writable(self->rooms_);
        if (std::exchange(self->snapshot_pending_, false)) self->request_snapshot();
        if (!self->notifier_) co_return;
        auto next = co_await self->notifier_->next();
        if (!next) co_return;
        // Yield from time to time: taking what is queued never suspends.
        if (taken % batch_limit == 0) co_await asio::post(asio::use_awaitable);
        if (std::holds_alternative<reconnected>(*next)) self->note_server();
        self->update([&](room_reconciler& r) { r.notified(std::move(*next)); });
    }
}

void tracker_session::begin_close() {
    finish();
    if (notifier_) spawn(close_notifier(shared_from_this()));
}

asio::awaitable<void> tracker_session::close_notifier(self_ptr self) {
    // take_notifications() drains what was received before, and then completes.
    if (self->notifier_) co_await self->notifier_->close(as_tuple);
}

/// Stops fetching.
void tracker_session::finish() {
    closing_ = true;
    apis_.clear();
    for (asio::steady_timer* each : timers_)
        each->cancel();
}

// ---- fetching

void tracker_session::update(const emitter& report) {
    for (fetch_request& each : rooms_->update(plan_.id, report)) {
        if (!closing_) spawn(fetch(shared_from_this(), std::move(each)));
    }
}

asio::awaitable<void> tracker_session::sleep(self_ptr self, std::chrono::milliseconds time) {
    asio::steady_timer timer(self->executor_, bounded_timeout(time));
    const timer_entry entry(self->timers_, timer);
    co_await timer.async_wait(as_tuple);
}

std::chrono::milliseconds tracker_session::wait_before(std::uint32_t attempt) {
    return backoff_.wait(attempt - 1, static_cast<std::uint32_t>(random_()));
}

asio::awaitable<void> tracker_session::refresh_now_and_then(self_ptr self) {
    while (!self->closing_) {
        co_await sleep(self, self->plan_.options.refresh_interval());
        if (!self->closing_) self->request_snapshot();
    }
}

/// The notifier may be gone: `stop()` may have been called during a co_await.
void tracker_session::note_server() {
    if (notifier_) server_ = notifier_->server_address();
}

/// Returns the API of the server that the session is connected to: other nodes have other rooms.
room_api& tracker_session::api() {
    const auto known = apis_.find(server_);
    if (known != apis_.end()) return known->second;
    const client_options options = options_at(plan_.client, server_);
    return apis_.try_emplace(server_, notifier_->get_executor(), options).first->second;
}

asio::awaitable<void> tracker_session::fetch(self_ptr self, fetch_request request) {
    if (request.attempt > 1) co_await sleep(self, self->wait_before(request.attempt));
    if (self->closing_) co_return;
    const emitter report = co_await call(self, std::move(request));
    if (report && !self->closing_) self->update(report);
}

/// Sends the request, and returns a function that reports the response to the reconciler.
asio::awaitable<tracker_session::emitter> tracker_session::call(self_ptr self,
                                                                fetch_request request) {
    const std::uint64_t ticket = request.ticket;
    const bool all = request.room_id.empty();
    emitter report;
    try {
        if (all) {
            // Shared, since std::function requires a copyable callable.
            const auto rooms =
                std::make_shared<std::vector<room>>(co_await self->api().get_all_rooms());
            report = [=](room_reconciler& r) { r.on_snapshot(ticket, std::move(*rooms)); };
        } else {
            const room one = co_await self->api().get_room(request.room_id);
            report = [=](room_reconciler& r) { r.on_room(ticket, one); };
        }
    } catch (const error& e) {
        if (self->closing_) co_return report;
        // A 404 with a detail does not mean that the room is deleted: it comes from a proxy, or the
        // path prefix is wrong.
        if (!all && e.code() == condition::not_found && e.info().detail.empty()) {
            report = [=](room_reconciler& r) { r.room_missing(ticket); };
        } else {
            self->failed(request, e);
            report = [=](room_reconciler& r) {
                if (all) {
                    r.snapshot_failed(ticket);
                } else {
                    r.room_failed(ticket);
                }
            };
        }
    }
    co_return report;
}

void tracker_session::failed(const fetch_request& request, const error& reason) {
    write_log(plan_.client.logger(), log_level::warning, "room_tracker", [&] {
        return "attempt " + std::to_string(request.attempt) + " failed: " + reason.what();
    });
    const bool starting = rooms_->count_failure(plan_.id, request.room_id.empty());
    if (!starting) return;
    // The notifier has just loaded the same TLS files, so the error may be temporary.
    const bool is_retryable_first =
        reason.code() == condition::retryable || reason.code() == errc::tls_configuration;
    if (is_retryable_first && request.attempt < start_attempts) return;
    // After close(), the notifier's completion is reported instead.
    if (rooms_->lives(plan_.id)) {
        rooms_->set_ended(plan_.id, reason.code(),
                          std::make_shared<const diagnostics>(reason.info()));
    }
    begin_close();
}

}  // namespace jellyfish::detail
