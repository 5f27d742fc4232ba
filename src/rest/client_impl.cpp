#include "rest/client_impl.hpp"

#include "async/bounded_timeout.hpp"
#include "async/log.hpp"
#include "model/server_rules.hpp"

#include <iterator>

namespace jellyfish::detail {

client_impl::client_impl(asio::any_io_executor executor, client_options options,
                         pool_io_maker make_io)
    : options_(std::move(options)),
      make_io_(std::move(make_io)),
      tls_(make_client_tls(options_, "REST")),
      home_(std::make_shared<rest_client>(std::move(executor), options_, make_io_, tls_)) {}

client_impl::node_ptr client_impl::node_of(const std::string& room_id) {
    node_ptr known = room_id.empty() ? nullptr : directory_.find(room_id);
    return known ? known : home_;
}

client_impl::node_ptr client_impl::node_at(const std::string& address, bool secure) {
    const address_key key(parse_server_address(address, secure).url("", ""), secure);
    if (secure == options_.secure() && home_->is_at(key.first)) return home_;
    const std::lock_guard lock(mutex_);
    if (const auto found = nodes_.find(key); found != nodes_.end()) {
        if (node_ptr node = found->second.lock()) return node;
    }
    std::erase_if(nodes_, [](const auto& each) { return each.second.expired(); });
    auto node = std::make_shared<rest_client>(
        home_->executor(), client_options(options_).server_address(address).secure(secure),
        make_io_, tls_);
    if (closed_) node->close();  // A late call completes with operation_aborted.
    nodes_[key] = node;
    return node;
}

client_impl::node_ptr client_impl::node_of_redirection(const std::string& address, bool secure) {
    const std::string place = placing_.of_redirection(address);
    return place.empty() ? home_ : node_at(place, secure);
}

void client_impl::remember(const std::string& room_id, const std::string& address) {
    const std::string place = placing_.of_room(address);
    try {
        node_ptr node = place.empty() ? home_ : node_at(place, options_.secure());
        if (node == home_) {
            directory_.forget(room_id);
        } else {
            directory_.remember(room_id, std::move(node));
        }
    } catch (const error& e) {
        // The room exists, and may be reachable through the server that created it.
        directory_.forget(room_id);
        write_log(options_.logger(), log_level::warning, "REST",
                  [&] { return std::string("ignored an announced node address: ") + e.what(); });
    }
}

void client_impl::log_unreachable(const std::string& room_id, const error_code& code,
                                  const diagnostics_ptr& info) const {
    write_log(options_.logger(), log_level::warning, "REST", [&] {
        return "the server announced for room " + room_id +
               " cannot be reached: " + describe(code, info ? *info : diagnostics()) +
               "; using server_address instead";
    });
}

bool is_unreachable(const error_code& code) noexcept {
    return code == errc::connect_failed || code == errc::resolve_failed ||
           code == errc::connect_timeout;
}

http::request client_impl::checked(http::request request, const call_timeout& timeout) const {
    const auto fail = [&](const error_code& code, std::string detail) {
        throw error(code, {request.name(), "", std::move(detail), 0, ""});
    };
    if (auto problem = problem_of(request.features, options_.server_api()))
        fail(errc::not_supported, std::move(*problem));
    if (destroyed_) fail(asio::error::operation_aborted, "the object was destroyed");
    if (closed_) fail(errc::closed, "");
    if (!timeout) return request;
    if (timeout->count() <= 0)
        fail(errc::invalid_argument,
             "timeout must be greater than 0, not " + std::to_string(timeout->count()) + " ms");
    request.timeout = bounded_timeout(*timeout);
    return request;
}

std::vector<client_impl::node_ptr> client_impl::clients() {
    std::vector<node_ptr> found{home_};
    const std::lock_guard lock(mutex_);
    for (const auto& [key, node] : nodes_) {
        if (node_ptr each = node.lock()) found.push_back(std::move(each));
    }
    return found;
}

void client_impl::cancel() {
    ++cancellations_;
    for (const node_ptr& each : clients())
        each->cancel();
}

void client_impl::destroy() {
    destroyed_ = true;
    close();
}

diagnostics_ptr client_impl::info_of_end(const diagnostics_ptr& info_of_call) const {
    diagnostics info = info_of_call ? *info_of_call : diagnostics();
    info.detail = closed_ ? "the object was closed" : "all calls were cancelled";
    return std::make_shared<const diagnostics>(std::move(info));
}

void client_impl::close() {
    ++cancellations_;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    for (const node_ptr& each : clients())
        each->close();
}

}  // namespace jellyfish::detail
