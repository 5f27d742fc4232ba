#include <jellyfish/notification_view.hpp>

#include "async/bounded_timeout.hpp"
#include "delivery/notification_view_impl.hpp"
#include "delivery/take_next.hpp"

#include <utility>

namespace jellyfish::detail {
namespace {

using next_handler = operation_handler<std::optional<notification>>;

}  // namespace

operation<std::optional<notification>> notification_view_base::next_operation() const {
    return [queue = impl_->queue()](next_handler handler) { take_next(queue, std::move(handler)); };
}

asio::awaitable<std::optional<notification>> notification_view_base::awaited_next() const {
    return take_next<notification>(impl_->queue());
}

operation<std::optional<notification>> notification_view_base::next_for_operation(
    std::chrono::steady_clock::duration limit) const {
    return [queue = impl_->queue(), limit](next_handler handler) {
        take_next(queue, std::move(handler), deadline_after(limit));
    };
}

operation<> notification_view_base::wait_operation() const {
    return [queue = impl_->queue()](operation_handler<> handler) {
        queue->wait_available(std::move(handler));
    };
}

std::optional<notification> notification_view_base::try_next() { return impl_->queue()->try_pop(); }

bool notification_view_base::try_next(notification& out) { return impl_->queue()->try_pop(out); }

notification_view_stats notification_view_base::stats() const { return impl_->stats(); }

}  // namespace jellyfish::detail
