#include <jellyfish/room_tracker.hpp>

#include "async/bounded_timeout.hpp"
#include "delivery/take_next.hpp"
#include "tracker/tracker_impl.hpp"

#include <utility>

namespace jellyfish {

room_tracker::room_tracker(executor_type executor, const client_options& client,
                           const notifier_options& session, const room_tracker_options& options)
    : impl_(std::make_shared<detail::tracker_impl>(std::move(executor), client, session, options)) {
}

room_tracker::~room_tracker() {
    if (impl_) impl_->destroy();
}

room_tracker::room_tracker(room_tracker&&) noexcept = default;

room_tracker& room_tracker::operator=(room_tracker&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->destroy();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

room_tracker::executor_type room_tracker::get_executor() const noexcept {
    return impl_->executor();
}

std::vector<room> room_tracker::rooms() const {
    std::vector<room> all;
    for (const detail::room_ptr& each : impl_->rooms().rooms())
        all.push_back(each->to_room());
    return all;
}

std::optional<room> room_tracker::find(std::string_view room_id) const {
    const detail::room_ptr found = impl_->rooms().find(room_id);
    return found ? std::optional(found->to_room()) : std::nullopt;
}

bool room_tracker::is_current() const { return impl_->rooms().is_current(); }

std::optional<room_change> room_tracker::try_next() {
    return std::optional<room_change>(impl_->rooms().queue()->try_pop());
}

void room_tracker::reload_tls() { impl_->reload_tls(); }

void room_tracker::refresh() { impl_->refresh(); }

room_tracker_stats room_tracker::stats() const { return impl_->rooms().stats(); }

void room_tracker::start_start::operator()(detail::operation_handler<> handler,
                                           const impl_ptr& impl) const {
    impl->start(std::move(handler));
}

asio::awaitable<void> room_tracker::start_start::awaited(impl_ptr impl) {
    return detail::operation<>::awaited(start_start(), std::move(impl));
}

void room_tracker::start_next::operator()(next_handler handler, const impl_ptr& impl) const {
    detail::take_next(impl->rooms().queue(), std::move(handler));
}

asio::awaitable<std::optional<room_change>> room_tracker::start_next::awaited(impl_ptr impl) {
    return detail::take_next<room_change>(impl->rooms().queue());
}

void room_tracker::start_next_for::operator()(next_handler handler, const impl_ptr& impl,
                                              std::chrono::steady_clock::duration limit) const {
    detail::take_next(impl->rooms().queue(), std::move(handler), detail::deadline_after(limit));
}

asio::awaitable<std::optional<room_change>> room_tracker::start_next_for::awaited(
    impl_ptr impl, std::chrono::steady_clock::duration limit) {
    return detail::operation<std::optional<room_change>>::awaited(start_next_for(), std::move(impl),
                                                                  limit);
}

void room_tracker::start_wait::operator()(detail::operation_handler<> handler,
                                          const impl_ptr& impl) const {
    impl->rooms().queue()->wait_available(std::move(handler));
}

asio::awaitable<void> room_tracker::start_wait::awaited(impl_ptr impl) {
    return detail::operation<>::awaited(start_wait(), std::move(impl));
}

void room_tracker::start_close::operator()(detail::operation_handler<> handler,
                                           const impl_ptr& impl) const {
    impl->close(std::move(handler));
}

asio::awaitable<void> room_tracker::start_close::awaited(impl_ptr impl) {
    return detail::operation<>::awaited(start_close(), std::move(impl));
}

}  // namespace jellyfish
