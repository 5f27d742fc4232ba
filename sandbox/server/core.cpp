#include "sandbox/server/core.hpp"

#include "sandbox/http/tls.hpp"
#include "sandbox/server/digest.hpp"
#include "sandbox/server/node.hpp"
#include "sandbox/sockets/sockets.hpp"
#include "wire/server_message.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace jellyfish::testing::detail {
namespace {

constexpr std::size_t max_recorded = 1'000;

std::mt19937_64 seeded() {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64(seed);
}

std::string random_bytes(std::mt19937_64& random, std::size_t size) {
    std::string out;
    while (out.size() < size)
        out += static_cast<char>(random() & 0xff);
    return out;
}

/// Returns the id of the room or livestream that a notification is about, or nothing.
std::string source_of(const notification& value) {
    return std::visit(
        [](const auto& each) -> std::string {
            if constexpr (requires { each.room_id; }) {
                return each.room_id;
            } else if constexpr (requires { each.stream_id; }) {
                return each.stream_id;
            } else {
                return {};
            }
        },
        value);
}

template <class T>
void keep(std::deque<T>& list, T value) {
    list.push_back(std::move(value));
    if (list.size() > max_recorded) list.pop_front();
}

}  // namespace

bool is_end_of_room(const notification& value) {
    return std::holds_alternative<room_deleted>(value) ||
           std::holds_alternative<room_crashed>(value);
}

void change_signal::raise() {
    {
        const std::lock_guard lock(mutex_);
        ++count_;
    }
    changed_.notify_all();
}

std::uint64_t change_signal::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

void change_signal::wait(std::uint64_t seen, std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [&] { return count_ != seen; });
}

core::core(asio::io_context& io, const server_options& options, std::vector<std::uint16_t> ports,
           change_signal& signal)
    : io_(io),
      options_(options),
      signal_(signal),
      random_(seeded()),
      tokens_(random_bytes(random_, 32)),
      tls_(make_server_tls(options)),
      webhook_tls_(make_webhook_tls(options)),
      gate_(std::make_shared<connection_gate>()),
      stop_timer_(io) {
    gate_->on_change = [&signal] { signal.raise(); };
    ports.resize(std::max<std::size_t>(options.nodes(), 1));
    for (std::size_t i = 0; i < ports.size(); ++i) {
        nodes_.push_back(std::make_unique<node>(*this, i, ports[i]));
    }
}

core::~core() = default;

void core::start() {
    for (const auto& each : nodes_)
        each->start();
}

void core::stop_gracefully() {
    if (stopping()) return;
    state_ = state::stopping;
    for (const auto& each : nodes_)
        each->stop_gracefully();
    stop_timer_.expires_after(options_.graceful_stop_time());
    stop_timer_.async_wait([this](boost::system::error_code code) {
        if (!code) shut_down();
    });
}

void core::shut_down() {
    state_ = state::stopped;
    stop_timer_.cancel();
    for (const auto& each : nodes_)
        each->shut_down();
    drop_connections(false);
}

std::string core::new_id() {
    std::array<char, 40> text{};
    const std::uint64_t high = (random_() & 0xffff'ffff'ffff'0fffULL) | 0x4000;
    const std::uint64_t low = (random_() & 0x3fff'ffff'ffff'ffffULL) | 0x8000'0000'0000'0000ULL;
    std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%012llx",
                  static_cast<unsigned>(high >> 32), static_cast<unsigned>(high >> 16 & 0xffff),
                  static_cast<unsigned>(high & 0xffff), static_cast<unsigned>(low >> 48),
                  static_cast<unsigned long long>(low & 0xffff'ffff'ffffULL));
    return text.data();
}

std::string core::new_request_id() { return to_base64_url(random_bytes(random_, 15)); }

void core::log(log_level level, std::string_view text) {
    if (!options_.log()) return;
    try {
        options_.log()(level, text);
    } catch (...) {
        // A failing logger must not stop the server, and there is nowhere to report it.
    }
}

void core::broadcast(const notification& value) {
    const std::string bytes = jellyfish::detail::wire::encode(value);
    if (bytes.empty()) return;
    const bool is_metrics = std::holds_alternative<metrics_report>(value);
    for (const auto& socket : server_sockets_) {
        if (is_metrics ? socket->subscribes_to_metrics() : socket->subscribes_to_notifications()) {
            socket->socket().send(frame_kind::binary, bytes);
        }
    }
    if (!is_metrics) {
        post({source_of(value), bytes, is_end_of_room(value),
              std::holds_alternative<vad_notification>(value)});
    }
    changed();
}

void core::post(const webhook_notification& value) {
    bool known = false;
    for (const auto& each : nodes_) {
        if (!each->webhooks().knows(value.source)) continue;
        known = true;
        each->webhooks().notify(value);
    }
    // A recording, for example: it has only the URL of the server.
    if (!known) nodes_.front()->webhooks().notify(value);
}

void core::add(const std::shared_ptr<connection>& value, const node& place) {
    std::erase_if(connections_, [](const auto& each) { return each.value.expired(); });
    connections_.push_back({value, &place});
    changed();
}

void core::add(std::shared_ptr<server_socket> value) {
    server_sockets_.push_back(std::move(value));
}

void core::remove(const server_socket& value) {
    std::erase_if(server_sockets_, [&](const auto& each) { return each.get() == &value; });
}

void core::add(socket_id id, std::shared_ptr<room_socket> value) {
    room_sockets_[id] = std::move(value);
}

void core::remove(socket_id id) { room_sockets_.erase(id); }

std::shared_ptr<room_socket> core::find_room_socket(socket_id id) const {
    const auto found = room_sockets_.find(id);
    return found == room_sockets_.end() ? nullptr : found->second;
}

std::size_t core::open_connections() const {
    return static_cast<std::size_t>(
        std::count_if(connections_.begin(), connections_.end(), [](const auto& each) {
            const auto found = each.value.lock();
            return found && found->is_open();
        }));
}

std::size_t core::authenticated_peers() const {
    return static_cast<std::size_t>(
        std::count_if(room_sockets_.begin(), room_sockets_.end(),
                      [](const auto& entry) { return entry.second->authenticated(); }));
}

node* core::node_of(const std::string& room_id) {
    for (const auto& each : nodes_) {
        if (each->rooms().find(room_id) != nullptr) return each.get();
    }
    return nullptr;
}

node* core::emptiest_node() {
    node* best = nullptr;
    for (const auto& each : nodes_) {
        if (each->stopped()) continue;
        if (best == nullptr || each->rooms().rooms().size() < best->rooms().rooms().size())
            best = each.get();
    }
    return best;
}

void core::stop_node(std::size_t index) {
    node& place = *nodes_.at(index);
    place.shut_down();
    drop_connections(false, &place);
}

void core::restart_node(std::size_t index) {
    const std::uint16_t port = nodes_.at(index)->port();
    if (stopping()) return;
    stop_node(index);
    auto fresh = std::make_unique<node>(*this, index, port);
    fresh->start();
    replaced_.push_back(std::exchange(nodes_[index], std::move(fresh)));
}

void core::drop_connections(bool reset, const node* of) {
    for (const auto& each : std::vector(connections_)) {
        if (of != nullptr && each.place != of) continue;
        if (const auto found = each.value.lock()) found->abort(reset);
    }
    // Their connections report that they closed only later.
    for (const auto& each : std::vector(server_sockets_)) {
        if (!each->socket().is_open()) each->lose();
    }
    for (const auto& [id, each] : std::map(room_sockets_)) {
        if (!each->socket().is_open()) each->lose();
    }
}

void core::stall(bool on) {
    gate_->stalled = on;
    if (on) return;
    for (const auto& each : std::vector(connections_)) {
        if (const auto found = each.value.lock()) found->flush();
    }
}

void core::record(seen_request value) {
    ++stats_.requests;
    keep(stats_.seen_requests, std::move(value));
    changed();
}

void core::record(seen_close value) {
    keep(stats_.seen_closes, std::move(value));
    changed();
}

}  // namespace jellyfish::testing::detail
