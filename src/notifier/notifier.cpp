#include <jellyfish/notifier.hpp>

#include "async/await_operation.hpp"
#include "async/bounded_timeout.hpp"
#include "delivery/take_next.hpp"
#include "notifier/notifier_impl.hpp"

#include <utility>

namespace jellyfish {
namespace {

using handler_type = detail::operation_handler<>;
using next_handler = detail::operation_handler<std::optional<notification>>;

}  // namespace

notifier::notifier(executor_type executor, const client_options& client,
                   const notifier_options& options)
    : impl_(std::make_shared<detail::notifier_impl>(std::move(executor), client, options)) {}

notifier::~notifier() {
    if (impl_) impl_->destroy();
}

notifier::notifier(notifier&&) noexcept = default;

notifier& notifier::operator=(notifier&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->destroy();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

notifier::executor_type notifier::get_executor() const noexcept { return impl_->executor(); }

void notifier::set_server_handler(detail::notification_callback handler) {
    impl_->set_server_handler(std::move(handler));
}

void notifier::set_metrics_handler(detail::notification_callback handler) {
    impl_->set_metrics_handler(std::move(handler));
}

std::optional<notification> notifier::try_next() { return impl_->queue()->try_pop(); }

bool notifier::try_next(notification& out) { return impl_->queue()->try_pop(out); }

void notifier::reload_tls() { impl_->reload_tls(); }

std::string notifier::server_address() const { return impl_->server_address(); }

notifier_stats notifier::stats() const { return impl_->stats(); }

detail::operation<> notifier::connect_operation() const {
    return [impl = impl_](handler_type handler) { impl->connect(std::move(handler)); };
}

detail::operation<> notifier::wait_ready_operation() const {
    return [impl = impl_](handler_type handler) { impl->wait_ready(std::move(handler)); };
}

detail::operation<std::optional<notification>> notifier::next_operation() const {
    return [impl = impl_](next_handler handler) {
        detail::take_next(impl->queue(), std::move(handler));
    };
}

asio::awaitable<std::optional<notification>> notifier::awaited_next() const {
    return detail::take_next<notification>(impl_->queue());
}

detail::operation<std::optional<notification>> notifier::next_for_operation(
    std::chrono::steady_clock::duration limit) const {
    return [impl = impl_, limit](next_handler handler) {
        detail::take_next(impl->queue(), std::move(handler), detail::deadline_after(limit));
    };
}

detail::operation<> notifier::wait_operation() const {
    return [impl = impl_](handler_type handler) { impl->wait(std::move(handler)); };
}

detail::operation<> notifier::subscribe_operation(event_type type) const {
    return
        [impl = impl_, type](handler_type handler) { impl->subscribe(type, std::move(handler)); };
}

detail::operation<> notifier::close_operation() const {
    return [impl = impl_](handler_type handler) { impl->close(std::move(handler)); };
}

template JELLYFISH_DECL asio::awaitable<std::optional<notification>> detail::awaited(
    detail::operation<std::optional<notification>>, diagnostics*);

}  // namespace jellyfish
