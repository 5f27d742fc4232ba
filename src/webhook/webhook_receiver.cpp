#include <jellyfish/webhook_receiver.hpp>

#include "async/bounded_timeout.hpp"
#include "delivery/take_next.hpp"
#include "webhook/webhook_receiver_impl.hpp"

#include <utility>

namespace jellyfish {
namespace {

using handler_type = detail::operation_handler<>;
using next_handler = detail::operation_handler<std::optional<notification>>;

}  // namespace

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

detail::operation<> webhook_receiver::listen_operation() const {
    return [impl = impl_](handler_type handler) { impl->listen(std::move(handler)); };
}

detail::operation<std::optional<notification>> webhook_receiver::next_operation() const {
    return [impl = impl_](next_handler handler) {
        detail::take_next(impl->queue(), std::move(handler));
    };
}

asio::awaitable<std::optional<notification>> webhook_receiver::awaited_next() const {
    return detail::take_next<notification>(impl_->queue());
}

detail::operation<std::optional<notification>> webhook_receiver::next_for_operation(
    std::chrono::steady_clock::duration limit) const {
    return [impl = impl_, limit](next_handler handler) {
        detail::take_next(impl->queue(), std::move(handler), detail::deadline_after(limit));
    };
}

detail::operation<> webhook_receiver::wait_operation() const {
    return
        [impl = impl_](handler_type handler) { impl->queue()->wait_available(std::move(handler)); };
}

detail::operation<> webhook_receiver::close_operation() const {
    return [impl = impl_](handler_type handler) { impl->close(std::move(handler)); };
}

}  // namespace jellyfish
