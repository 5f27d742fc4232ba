#include "tracker/tracker_impl.hpp"

#include "model/option_checks.hpp"
#include "net/connect.hpp"
#include "text/redact.hpp"

#include <string>
#include <utility>

namespace jellyfish::detail {

tracker_impl::tracker_impl(asio::any_io_executor executor, client_options client,
                           notifier_options session, room_tracker_options options)
    : executor_(std::move(executor)),
      client_(std::move(client)),
      session_options_(std::move(session)),
      options_(options),
      rooms_(std::make_shared<tracked_rooms>(executor_, options_,
                                             url_without_userinfo(client_.server_address()))) {}

void tracker_impl::start(operation_handler<> handler) {
    const auto id = rooms_->begin(std::move(handler));
    if (!id) return;
    if (auto problem = problem_of(options_)) {
        diagnostics info{"start", url_without_userinfo(client_.server_address()),
                         std::move(*problem), 0, ""};
        rooms_->set_ended(*id, errc::invalid_option,
                          std::make_shared<const diagnostics>(std::move(info)));
        return;
    }
    const auto made = std::make_shared<tracker_session>(
        executor_, tracker_plan{*id, client_, session_options_, options_}, rooms_);
    rooms_->on_start_cancelled([weak = std::weak_ptr(made)] {
        if (const auto cancelled = weak.lock()) cancelled->close();
    });
    {
        const std::lock_guard lock(mutex_);
        session_ = made;
    }
    made->start();
    // Closed or cancelled before session_ was set.
    if (!rooms_->lives(*id)) made->close();
}

void tracker_impl::refresh() {
    if (const auto current = session()) current->refresh();
}

void tracker_impl::reload_tls() {
    if (!client_.secure()) return;
    make_client_tls(client_, "room_tracker")->reload("reload TLS");  // May throw.
    if (const auto current = session()) current->reload_tls();
}

void tracker_impl::close(operation_handler<> handler) {
    begin_close();
    rooms_->connection().wait_closed(std::move(handler));
}

void tracker_impl::drain(operation_handler<> handler) {
    begin_close();
    rooms_->connection().wait_drained(std::move(handler));
}

void tracker_impl::begin_close() {
    const bool session_lives = rooms_->set_closing();
    const auto current = session();
    if (session_lives && current) current->close();
}

void tracker_impl::destroy() {
    rooms_->destroy();
    if (const auto current = session()) current->stop();
}

std::shared_ptr<tracker_session> tracker_impl::session() const {
    const std::lock_guard lock(mutex_);
    return session_;
}

}  // namespace jellyfish::detail
