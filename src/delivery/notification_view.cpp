#include <jellyfish/notification_view.hpp>

#include "delivery/notification_view_impl.hpp"

#include <utility>

namespace jellyfish::detail {

notification_view_base::notification_view_base(std::shared_ptr<notification_view_impl> impl)
    : consumer_base(impl->queue()), impl_(std::move(impl)) {}

notification_view_stats notification_view_base::stats() const { return impl_->stats(); }

}  // namespace jellyfish::detail
