#include <jellyfish/notifier.hpp>

#include "async/member_operation.hpp"
#include "async/owned.hpp"
#include "notifier/notifier_impl.hpp"

#include <utility>

namespace jellyfish::detail {

notifier_base::notifier_base(std::shared_ptr<notifier_impl> impl)
    : consumer_base(impl->queue()), impl_(std::move(impl)) {}

notifier_base::notifier_base(const asio::any_io_executor& executor, const client_options& client,
                             const notifier_options& options)
    : notifier_base(make_owned<notifier_impl>(executor, client, options)) {}

void notifier_base::set_server_handler(notification_callback handler) {
    impl_->set_server_handler(std::move(handler));
}

void notifier_base::set_metrics_handler(notification_callback handler) {
    impl_->set_metrics_handler(std::move(handler));
}

void notifier_base::reload_tls() { impl_->reload_tls(); }

std::shared_ptr<notification_view_impl> notifier_base::make_view(std::string room_id,
                                                                 std::uint64_t kinds) const {
    return impl_->make_view(std::move(room_id), kinds);
}

session_state notifier_base::state() const { return impl_->state(); }

std::string notifier_base::server_address() const { return impl_->server_address(); }

notifier_stats notifier_base::stats() const { return impl_->stats(); }

operation<> notifier_base::connect_operation() const {
    return member_operation(impl_, &notifier_impl::connect);
}

operation<> notifier_base::wait_ready_operation() const {
    return member_operation(impl_, &notifier_impl::wait_ready);
}

operation<> notifier_base::subscribe_operation(event_type type) const {
    return [impl = impl_->shared_from_this(), type](operation_handler<> handler) {
        impl->subscribe(type, std::move(handler));
    };
}

operation<> notifier_base::close_operation() const {
    return member_operation(impl_, &notifier_impl::close);
}

operation<> notifier_base::drain_operation() const {
    return member_operation(impl_, &notifier_impl::drain);
}

}  // namespace jellyfish::detail
