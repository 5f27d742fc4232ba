#include <jellyfish/room_tracker.hpp>

#include "async/await_operation.hpp"
#include "async/bounded_timeout.hpp"
#include "delivery/take_next.hpp"
#include "tracker/tracker_impl.hpp"

#include <utility>

namespace jellyfish {
namespace {

using handler_type = detail::operation_handler<>;
using next_handler = detail::operation_handler<std::optional<room_change>>;

}  // namespace

room_tracker::room_tracker(executor_type executor, const client_options& client,
                           const notifier_options& session, const room_tracker_options& options)
    : impl_(std::make_shared<detail::tracker_impl>(std::move(executor), client, session, options)) {
}

room_tracker::~room_tracker() {
    if (impl_) impl_->destroy();
}

room_tracker::room_tracker(room_tracker&&) noexcept = default;

room_tracker& room_tracker::operator=(room_tracker&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->destroy();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

room_tracker::executor_type room_tracker::get_executor() const noexcept {
    return impl_->executor();
}

std::vector<room> room_tracker::rooms() const {
    std::vector<room> all;
    for (const detail::room_ptr& each : impl_->rooms().rooms())
        all.push_back(each->to_room());
    return all;
}

std::optional<room> room_tracker::find(std::string_view room_id) const {
    const detail::room_ptr found = impl_->rooms().find(room_id);
    return found ? std::optional(found->to_room()) : std::nullopt;
}

bool room_tracker::is_current() const { return impl_->rooms().is_current(); }

std::optional<room_change> room_tracker::try_next() {
    return std::optional<room_change>(impl_->rooms().queue()->try_pop());
}

void room_tracker::reload_tls() { impl_->reload_tls(); }

void room_tracker::refresh() { impl_->refresh(); }

room_tracker_stats room_tracker::stats() const { return impl_->rooms().stats(); }

detail::operation<> room_tracker::start_operation() const {
    return [impl = impl_](handler_type handler) { impl->start(std::move(handler)); };
}

detail::operation<std::optional<room_change>> room_tracker::next_operation() const {
    return [impl = impl_](next_handler handler) {
        detail::take_next(impl->rooms().queue(), std::move(handler));
    };
}

detail::operation<std::optional<room_change>> room_tracker::next_for_operation(
    std::chrono::steady_clock::duration limit) const {
    return [impl = impl_, limit](next_handler handler) {
        detail::take_next(impl->rooms().queue(), std::move(handler), detail::deadline_after(limit));
    };
}

detail::operation<> room_tracker::wait_operation() const {
    return [impl = impl_](handler_type handler) {
        impl->rooms().queue()->wait_available(std::move(handler));
    };
}

detail::operation<> room_tracker::close_operation() const {
    return [impl = impl_](handler_type handler) { impl->close(std::move(handler)); };
}

template JELLYFISH_DECL asio::awaitable<std::optional<room_change>> detail::awaited(
    detail::operation<std::optional<room_change>>, diagnostics*);

}  // namespace jellyfish
