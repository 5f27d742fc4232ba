#include <jellyfish/webhook_receiver.hpp>

#include "async/member_operation.hpp"
#include "async/owned.hpp"
#include "webhook/webhook_receiver_impl.hpp"

#include <utility>

namespace jellyfish::detail {

webhook_receiver_base::webhook_receiver_base(std::shared_ptr<webhook_receiver_impl> impl)
    : consumer_base(impl->queue()), impl_(std::move(impl)) {}

webhook_receiver_base::webhook_receiver_base(const asio::any_io_executor& executor,
                                             const webhook_options& options)
    : webhook_receiver_base(make_owned<webhook_receiver_impl>(executor, options)) {}

void webhook_receiver_base::set_handler(notification_callback handler) {
    impl_->set_handler(std::move(handler));
}

std::uint16_t webhook_receiver_base::port() const noexcept { return impl_->port(); }

std::string webhook_receiver_base::url(std::string_view host) const { return impl_->url(host); }

void webhook_receiver_base::reload_tls() { impl_->reload_tls(); }

bool webhook_receiver_base::is_listening() const { return impl_->is_listening(); }

webhook_stats webhook_receiver_base::stats() const { return impl_->stats(); }

void webhook_receiver_base::listen() {
    const auto impl = impl_->shared_from_this();  // A logger may destroy this object.
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

operation<> webhook_receiver_base::close_operation() const {
    return member_operation(impl_, &webhook_receiver_impl::close);
}

operation<> webhook_receiver_base::drain_operation() const {
    return member_operation(impl_, &webhook_receiver_impl::drain);
}

}  // namespace jellyfish::detail
