#include <jellyfish/webhook_receiver.hpp>

#include "async/bounded_timeout.hpp"
#include "delivery/take_next.hpp"
#include "webhook/webhook_receiver_impl.hpp"

#include <utility>

namespace jellyfish {

webhook_receiver::webhook_receiver(executor_type executor, const webhook_options& options)
    : impl_(std::make_shared<detail::webhook_receiver_impl>(std::move(executor), options)) {}

webhook_receiver::~webhook_receiver() {
    if (impl_) impl_->destroy();
}

webhook_receiver::webhook_receiver(webhook_receiver&&) noexcept = default;

webhook_receiver& webhook_receiver::operator=(webhook_receiver&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->destroy();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

webhook_receiver::executor_type webhook_receiver::get_executor() const noexcept {
    return impl_->executor();
}

void webhook_receiver::set_handler(detail::notification_callback handler) {
    impl_->set_handler(std::move(handler));
}

std::uint16_t webhook_receiver::port() const noexcept { return impl_->port(); }

std::string webhook_receiver::url(std::string_view host) const { return impl_->url(host); }

std::optional<notification> webhook_receiver::try_next() { return impl_->queue()->try_pop(); }

void webhook_receiver::reload_tls() { impl_->reload_tls(); }

webhook_stats webhook_receiver::stats() const { return impl_->stats(); }

void webhook_receiver::start_listen::operator()(detail::operation_handler<> handler,
                                                const impl_ptr& impl) const {
    impl->listen(std::move(handler));
}

asio::awaitable<void> webhook_receiver::start_listen::awaited(impl_ptr impl) {
    return detail::operation<>::awaited(start_listen(), std::move(impl));
}

void webhook_receiver::start_next::operator()(next_handler handler, const impl_ptr& impl) const {
    detail::take_next(impl->queue(), std::move(handler));
}

asio::awaitable<std::optional<notification>> webhook_receiver::start_next::awaited(
    const impl_ptr& impl) {
    return detail::take_next<notification>(impl->queue());
}

void webhook_receiver::start_next_for::operator()(next_handler handler, const impl_ptr& impl,
                                                  std::chrono::steady_clock::duration limit) const {
    detail::take_next(impl->queue(), std::move(handler), detail::deadline_after(limit));
}

asio::awaitable<std::optional<notification>> webhook_receiver::start_next_for::awaited(
    impl_ptr impl, std::chrono::steady_clock::duration limit) {
    return detail::operation<std::optional<notification>>::awaited(start_next_for(),
                                                                   std::move(impl), limit);
}

void webhook_receiver::start_wait::operator()(detail::operation_handler<> handler,
                                              const impl_ptr& impl) const {
    impl->queue()->wait_available(std::move(handler));
}

asio::awaitable<void> webhook_receiver::start_wait::awaited(impl_ptr impl) {
    return detail::operation<>::awaited(start_wait(), std::move(impl));
}

void webhook_receiver::start_close::operator()(detail::operation_handler<> handler,
                                               const impl_ptr& impl) const {
    impl->close(std::move(handler));
}

asio::awaitable<void> webhook_receiver::start_close::awaited(impl_ptr impl) {
    return detail::operation<>::awaited(start_close(), std::move(impl));
}

}  // namespace jellyfish
