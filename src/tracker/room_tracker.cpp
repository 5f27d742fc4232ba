#include <jellyfish/room_tracker.hpp>

#include "async/awaited.hpp"
#include "async/bounded_timeout.hpp"
#include "delivery/take_next.hpp"
#include "tracker/tracker_impl.hpp"

#include <utility>

namespace jellyfish::detail {
namespace {

using handler_type = operation_handler<>;
using next_handler = operation_handler<std::optional<room_change>>;

}  // namespace

room_tracker_base::room_tracker_base(asio::any_io_executor executor, const client_options& client,
                                     const notifier_options& session,
                                     const room_tracker_options& options)
    : impl_(std::make_shared<tracker_impl>(std::move(executor), client, session, options)) {}

room_tracker_base::~room_tracker_base() {
    if (impl_) impl_->destroy();
}

room_tracker_base::room_tracker_base(room_tracker_base&&) noexcept = default;

room_tracker_base& room_tracker_base::operator=(room_tracker_base&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->destroy();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

std::vector<room> room_tracker_base::rooms() const {
    std::vector<room> all;
    for (const room_ptr& each : impl_->rooms().rooms())
        all.push_back(each->to_room());
    return all;
}

std::optional<room> room_tracker_base::find(std::string_view room_id) const {
    const room_ptr found = impl_->rooms().find(room_id);
    return found ? std::optional(found->to_room()) : std::nullopt;
}

session_state room_tracker_base::state() const { return impl_->rooms().state(); }

std::optional<room_change> room_tracker_base::try_next() {
    return std::optional<room_change>(impl_->rooms().queue()->try_pop());
}

void room_tracker_base::reload_tls() { impl_->reload_tls(); }

void room_tracker_base::refresh() { impl_->refresh(); }

room_tracker_stats room_tracker_base::stats() const { return impl_->rooms().stats(); }

operation<> room_tracker_base::start_operation() const {
    return [impl = impl_](handler_type handler) { impl->start(std::move(handler)); };
}

operation<std::optional<room_change>> room_tracker_base::next_operation() const {
    return [impl = impl_](next_handler handler) {
        take_next(impl->rooms().queue(), std::move(handler));
    };
}

operation<std::optional<room_change>> room_tracker_base::next_for_operation(
    std::chrono::steady_clock::duration limit) const {
    return [impl = impl_, limit](next_handler handler) {
        take_next(impl->rooms().queue(), std::move(handler), deadline_after(limit));
    };
}

operation<> room_tracker_base::wait_operation() const {
    return [impl = impl_](handler_type handler) {
        impl->rooms().queue()->wait_available(std::move(handler));
    };
}

operation<> room_tracker_base::close_operation() const {
    return [impl = impl_](handler_type handler) { impl->close(std::move(handler)); };
}

operation<> room_tracker_base::drain_operation() const {
    return [impl = impl_](handler_type handler) { impl->drain(std::move(handler)); };
}

template JELLYFISH_DECL asio::awaitable<std::optional<room_change>> awaited(
    operation<std::optional<room_change>>, diagnostics*);

}  // namespace jellyfish::detail
