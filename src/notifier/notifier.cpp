#include <jellyfish/notifier.hpp>

#include "async/bounded_timeout.hpp"
#include "delivery/take_next.hpp"
#include "notifier/notifier_impl.hpp"

#include <utility>

namespace jellyfish {

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

void notifier::start_connect::operator()(detail::operation_handler<> handler,
                                         const impl_ptr& impl) const {
    impl->connect(std::move(handler));
}

asio::awaitable<void> notifier::start_connect::awaited(impl_ptr impl) {
    return detail::operation<>::awaited(start_connect(), std::move(impl));
}

void notifier::start_wait_ready::operator()(detail::operation_handler<> handler,
                                            const impl_ptr& impl) const {
    impl->wait_ready(std::move(handler));
}

asio::awaitable<void> notifier::start_wait_ready::awaited(impl_ptr impl) {
    return detail::operation<>::awaited(start_wait_ready(), std::move(impl));
}

void notifier::start_next::operator()(next_handler handler, const impl_ptr& impl) const {
    detail::take_next(impl->queue(), std::move(handler));
}

asio::awaitable<std::optional<notification>> notifier::start_next::awaited(const impl_ptr& impl) {
    return detail::take_next<notification>(impl->queue());
}

void notifier::start_next_for::operator()(next_handler handler, const impl_ptr& impl,
                                          std::chrono::steady_clock::duration limit) const {
    detail::take_next(impl->queue(), std::move(handler), detail::deadline_after(limit));
}

asio::awaitable<std::optional<notification>> notifier::start_next_for::awaited(
    impl_ptr impl, std::chrono::steady_clock::duration limit) {
    return detail::operation<std::optional<notification>>::awaited(start_next_for(),
                                                                   std::move(impl), limit);
}

void notifier::start_wait::operator()(detail::operation_handler<> handler,
                                      const impl_ptr& impl) const {
    impl->wait(std::move(handler));
}

asio::awaitable<void> notifier::start_wait::awaited(impl_ptr impl) {
    return detail::operation<>::awaited(start_wait(), std::move(impl));
}

void notifier::start_subscribe::operator()(detail::operation_handler<> handler,
                                           const impl_ptr& impl, event_type type) const {
    impl->subscribe(type, std::move(handler));
}

asio::awaitable<void> notifier::start_subscribe::awaited(impl_ptr impl, event_type type) {
    return detail::operation<>::awaited(start_subscribe(), std::move(impl), type);
}

void notifier::start_close::operator()(detail::operation_handler<> handler,
                                       const impl_ptr& impl) const {
    impl->close(std::move(handler));
}

asio::awaitable<void> notifier::start_close::awaited(impl_ptr impl) {
    return detail::operation<>::awaited(start_close(), std::move(impl));
}

}  // namespace jellyfish
