#include <jellyfish/room_tracker.hpp>

#include "async/awaited.hpp"
#include "async/member_operation.hpp"
#include "async/owned.hpp"
#include "delivery/consumer_base.hpp"
#include "tracker/tracker_impl.hpp"

#include <utility>

namespace jellyfish::detail {

template class consumer_base<room_change>;

room_tracker_base::room_tracker_base(std::shared_ptr<tracker_impl> impl)
    : consumer_base(impl->rooms().queue()), impl_(std::move(impl)) {}

room_tracker_base::room_tracker_base(const asio::any_io_executor& executor,
                                     const client_options& client, const notifier_options& session,
                                     const room_tracker_options& options)
    : room_tracker_base(make_owned<tracker_impl>(executor, client, session, options)) {}

std::vector<room> room_tracker_base::rooms() const {
    std::vector<room> all;
    for (const room_ptr& each : impl_->rooms().rooms())
        all.push_back(each->to_room());
    return all;
}

std::optional<room> room_tracker_base::find(std::string_view room_id) const {
    const room_ptr found = impl_->rooms().find(room_id);
    return found ? std::optional(found->to_room()) : std::nullopt;
}

session_state room_tracker_base::state() const { return impl_->rooms().state(); }

void room_tracker_base::reload_tls() { impl_->reload_tls(); }

void room_tracker_base::refresh() { impl_->refresh(); }

room_tracker_stats room_tracker_base::stats() const { return impl_->rooms().stats(); }

operation<> room_tracker_base::start_operation() const {
    return member_operation(impl_, &tracker_impl::start);
}

operation<> room_tracker_base::close_operation() const {
    return member_operation(impl_, &tracker_impl::close);
}

operation<> room_tracker_base::drain_operation() const {
    return member_operation(impl_, &tracker_impl::drain);
}

template JELLYFISH_DECL asio::awaitable<std::optional<room_change>> awaited(
    operation<std::optional<room_change>>, diagnostics*);

}  // namespace jellyfish::detail
