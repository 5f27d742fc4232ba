#include <jellyfish/webhook_receiver.hpp>

#include "async/bounded_timeout.hpp"
#include "delivery/take_next.hpp"
#include "webhook/webhook_receiver_impl.hpp"

#include <utility>

namespace jellyfish::detail {
namespace {

using handler_type = operation_handler<>;
using next_handler = operation_handler<std::optional<notification>>;

}  // namespace

webhook_receiver_base::webhook_receiver_base(asio::any_io_executor executor,
                                             const webhook_options& options)
    : impl_(std::make_shared<webhook_receiver_impl>(std::move(executor), options)) {}

webhook_receiver_base::~webhook_receiver_base() {
    if (impl_) impl_->destroy();
}

webhook_receiver_base::webhook_receiver_base(webhook_receiver_base&&) noexcept = default;

webhook_receiver_base& webhook_receiver_base::operator=(webhook_receiver_base&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->destroy();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

void webhook_receiver_base::set_handler(notification_callback handler) {
    impl_->set_handler(std::move(handler));
}

std::uint16_t webhook_receiver_base::port() const noexcept { return impl_->port(); }

std::string webhook_receiver_base::url(std::string_view host) const { return impl_->url(host); }

std::optional<notification> webhook_receiver_base::try_next() { return impl_->queue()->try_pop(); }

void webhook_receiver_base::reload_tls() { impl_->reload_tls(); }

bool webhook_receiver_base::is_listening() const { return impl_->is_listening(); }

webhook_stats webhook_receiver_base::stats() const { return impl_->stats(); }

void webhook_receiver_base::listen() {
    const auto impl = impl_;  // A logger may destroy this object.
    impl->listen();
}

void webhook_receiver_base::listen(error_code& code) {
    diagnostics unused;
    listen(code, unused);
}

void webhook_receiver_base::listen(error_code& code, diagnostics& info) {
    code = {};
    info = {};
    try {
        listen();
    } catch (const error& e) {
        code = e.code();
        info = e.info();
    }
}

operation<std::optional<notification>> webhook_receiver_base::next_operation() const {
    return [impl = impl_](next_handler handler) { take_next(impl->queue(), std::move(handler)); };
}

asio::awaitable<std::optional<notification>> webhook_receiver_base::awaited_next() const {
    return take_next<notification>(impl_->queue());
}

operation<std::optional<notification>> webhook_receiver_base::next_for_operation(
    std::chrono::steady_clock::duration limit) const {
    return [impl = impl_, limit](next_handler handler) {
        take_next(impl->queue(), std::move(handler), deadline_after(limit));
    };
}

operation<> webhook_receiver_base::wait_operation() const {
    return
        [impl = impl_](handler_type handler) { impl->queue()->wait_available(std::move(handler)); };
}

operation<> webhook_receiver_base::close_operation() const {
    return [impl = impl_](handler_type handler) { impl->close(std::move(handler)); };
}

operation<> webhook_receiver_base::drain_operation() const {
    return [impl = impl_](handler_type handler) { impl->drain(std::move(handler)); };
}

}  // namespace jellyfish::detail
