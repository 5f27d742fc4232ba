#include <jellyfish/notifier.hpp>

#include "async/awaited.hpp"
#include "async/bounded_timeout.hpp"
#include "delivery/take_next.hpp"
#include "notifier/notifier_impl.hpp"

#include <utility>

namespace jellyfish::detail {
namespace {

using handler_type = operation_handler<>;
using next_handler = operation_handler<std::optional<notification>>;

}  // namespace

notifier_base::notifier_base(asio::any_io_executor executor, const client_options& client,
                             const notifier_options& options)
    : impl_(std::make_shared<notifier_impl>(std::move(executor), client, options)) {}

notifier_base::~notifier_base() {
    if (impl_) impl_->destroy();
}

notifier_base::notifier_base(notifier_base&&) noexcept = default;

notifier_base& notifier_base::operator=(notifier_base&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->destroy();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

void notifier_base::set_server_handler(notification_callback handler) {
    impl_->set_server_handler(std::move(handler));
}

void notifier_base::set_metrics_handler(notification_callback handler) {
    impl_->set_metrics_handler(std::move(handler));
}

std::optional<notification> notifier_base::try_next() { return impl_->queue()->try_pop(); }

bool notifier_base::try_next(notification& out) { return impl_->queue()->try_pop(out); }

void notifier_base::reload_tls() { impl_->reload_tls(); }

std::shared_ptr<notification_view_impl> notifier_base::make_view(std::string room_id,
                                                                 std::uint64_t kinds) const {
    return impl_->make_view(std::move(room_id), kinds);
}

session_state notifier_base::state() const { return impl_->state(); }

std::string notifier_base::server_address() const { return impl_->server_address(); }

notifier_stats notifier_base::stats() const { return impl_->stats(); }

operation<> notifier_base::connect_operation() const {
    return [impl = impl_](handler_type handler) { impl->connect(std::move(handler)); };
}

operation<> notifier_base::wait_ready_operation() const {
    return [impl = impl_](handler_type handler) { impl->wait_ready(std::move(handler)); };
}

operation<std::optional<notification>> notifier_base::next_operation() const {
    return [impl = impl_](next_handler handler) { take_next(impl->queue(), std::move(handler)); };
}

asio::awaitable<std::optional<notification>> notifier_base::awaited_next() const {
    return take_next<notification>(impl_->queue());
}

operation<std::optional<notification>> notifier_base::next_for_operation(
    std::chrono::steady_clock::duration limit) const {
    return [impl = impl_, limit](next_handler handler) {
        take_next(impl->queue(), std::move(handler), deadline_after(limit));
    };
}

operation<> notifier_base::wait_operation() const {
    return [impl = impl_](handler_type handler) { impl->wait(std::move(handler)); };
}

operation<> notifier_base::subscribe_operation(event_type type) const {
    return
        [impl = impl_, type](handler_type handler) { impl->subscribe(type, std::move(handler)); };
}

operation<> notifier_base::close_operation() const {
    return [impl = impl_](handler_type handler) { impl->close(std::move(handler)); };
}

operation<> notifier_base::drain_operation() const {
    return [impl = impl_](handler_type handler) { impl->drain(std::move(handler)); };
}

template JELLYFISH_DECL asio::awaitable<std::optional<notification>> awaited(
    operation<std::optional<notification>>, diagnostics*);

}  // namespace jellyfish::detail
