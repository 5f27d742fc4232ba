#include "tracker/room_reconciler.hpp"

#include "tracker/room_difference.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace jellyfish::detail {

// ---- input

void room_reconciler::begin() {
    phase_ = phase::syncing;
    request_all(1);
}

void room_reconciler::end() {
    const bool holding = phase_ == phase::syncing || phase_ == phase::renewing;
    phase_ = phase::down;
    snapshot_ticket_ = 0;
    renew_pending_ = false;
    fetches_.clear();
    // Apply them to the known state even if it is outdated: the next snapshot corrects it.
    if (holding) {
        for (notification& each : std::exchange(held_, {}))
            apply(std::move(each));
    }
    in_flight_.clear();
    clear_pending();
    fresh_.clear();
}

void room_reconciler::notified(notification value) {
    if (std::holds_alternative<disconnected>(value)) {
        end();
        apply(std::move(value));
    } else if (std::holds_alternative<reconnected>(value) ||
               std::holds_alternative<dropped>(value)) {
        end();
        apply(std::move(value));
        begin();
    } else if (phase_ == phase::syncing || phase_ == phase::renewing) {
        held_.push_back(std::move(value));
    } else {
        apply(std::move(value));
        request_pending();
    }
}

void room_reconciler::request_snapshot() {
    // A pending snapshot may be older than this request.
    renew_pending_ = phase_ == phase::syncing || phase_ == phase::renewing;
    if (phase_ != phase::current) return;
    phase_ = phase::renewing;
    // Their responses might be newer than the snapshot. If it fails, they are fetched again.
    for (auto& [ticket, fetch] : in_flight_)
        add_pending(fetch.room_id);
    in_flight_.clear();
    request_all(1);
}

void room_reconciler::on_snapshot(std::uint64_t ticket, std::vector<room> rooms) {
    if (ticket == 0 || ticket != snapshot_ticket_) return;
    ++snapshots_;
    std::set<std::string_view> ids;
    for (const room& each : rooms)
        ids.insert(each.id);
    std::vector<std::string> gone;
    for (const auto& [id, each] : view_.rooms()) {
        if (!ids.contains(id)) gone.push_back(id);
    }
    for (const std::string& id : gone)
        emit_room_deleted(view_, id, changes_);
    std::ranges::sort(rooms, {}, &room::id);
    for (room& each : rooms) {
        const bool complete = fresh_.contains(each.id);
        emit_difference(view_, room_state(std::move(each)), complete, changes_);
    }
    clear_pending();
    fresh_.clear();
    become_current();
}

void room_reconciler::snapshot_failed(std::uint64_t ticket) {
    if (ticket == 0 || ticket != snapshot_ticket_) return;
    if (phase_ == phase::syncing) {
        request_all(snapshot_attempt_ + 1);
    } else {
        become_current();
    }
}

void room_reconciler::on_room(std::uint64_t ticket, room value) {
    const auto fetch = take_fetch(ticket);
    if (!fetch) return;
    const room_ptr known = view_.find(fetch->room_id);
    if (known && value.id == fetch->room_id) {
        room_state merged = with_fields_without_notification(
            *known, room_state(std::move(value)), [&](const std::string& id, bool in_response) {
                return in_response ? !fetch->crashed.contains(id) : fetch->reported.contains(id);
            });
        const bool fresh = fresh_.erase(fetch->room_id) > 0;
        if (fresh || merged != *known) {
            room_ptr made = view_.put(std::move(merged));
            changes_.push_back({room_refreshed{fetch->room_id}, std::move(made), true});
        }
        if (fetch->again) request_room(fetch->room_id);
    }
    request_pending();
}

void room_reconciler::room_missing(std::uint64_t ticket) {
    const auto fetch = take_fetch(ticket);
    if (!fetch) return;
    // Later notifications about the room precede its deletion.
    emit_room_deleted(view_, fetch->room_id, changes_);
    fresh_.erase(fetch->room_id);
    request_pending();
}

void room_reconciler::room_failed(std::uint64_t ticket) {
    auto fetch = take_fetch(ticket);
    if (!fetch) return;
    if (fetch->attempt < limits_.room_attempts) {
        ++fetch->attempt;
        request_one(std::move(*fetch));
    } else {
        request_pending();
    }
}

// ---- output

std::vector<view_change> room_reconciler::take_changes() { return std::exchange(changes_, {}); }

std::vector<fetch_request> room_reconciler::take_fetches() { return std::exchange(fetches_, {}); }

void room_reconciler::request_all(std::uint32_t attempt) {
    snapshot_ticket_ = ++last_ticket_;
    snapshot_attempt_ = attempt;
    fetches_.push_back({snapshot_ticket_, {}, attempt});
}

void room_reconciler::request_one(room_fetch fetch) {
    const std::uint64_t ticket = ++last_ticket_;
    fetches_.push_back({ticket, fetch.room_id, fetch.attempt});
    in_flight_.emplace(ticket, std::move(fetch));
}

void room_reconciler::request_room(const std::string& room_id) {
    for (auto& [ticket, fetch] : in_flight_) {
        if (fetch.room_id != room_id) continue;
        fetch.again = true;
        return;
    }
    add_pending(room_id);
}

void room_reconciler::add_pending(const std::string& room_id) {
    if (pending_.insert(room_id).second) pending_order_.push_back(room_id);
}

void room_reconciler::clear_pending() {
    pending_.clear();
    pending_order_.clear();
}

void room_reconciler::request_pending() {
    while (phase_ == phase::current && !pending_.empty() &&
           in_flight_.size() < limits_.room_fetches) {
        room_fetch fetch;
        fetch.room_id = std::move(pending_order_.front());
        pending_order_.pop_front();
        if (pending_.erase(fetch.room_id) > 0) request_one(std::move(fetch));
    }
    if (pending_.empty()) pending_order_.clear();
}

std::optional<room_reconciler::room_fetch> room_reconciler::take_fetch(std::uint64_t ticket) {
    const auto found = in_flight_.find(ticket);
    if (found == in_flight_.end()) return std::nullopt;
    room_fetch fetch = std::move(found->second);
    in_flight_.erase(found);
    return fetch;
}

void room_reconciler::become_current() {
    snapshot_ticket_ = 0;
    phase_ = phase::current;
    for (notification& each : std::exchange(held_, {}))
        apply(std::move(each));
    request_pending();
    if (std::exchange(renew_pending_, false)) request_snapshot();
}

// ---- notifications

void room_reconciler::apply(notification value) {
    record(value);
    view_effect effect = view_.apply(value);
    if (effect.incomplete) request_room(std::string(room_id_of(value)));
    if (effect.changed || is_stateless(value)) {
        changes_.push_back({to_event(std::move(value)), std::move(effect.room), false});
    } else {
        ++repeated_;
    }
}

/// Records what pending responses may not contain.
void room_reconciler::record(const notification& value) {
    if (const auto* created = std::get_if<room_created>(&value)) {
        if (view_.find(created->room_id)) return;
        forget(created->room_id);
        fresh_.insert(created->room_id);
    } else if (const auto* deleted = std::get_if<room_deleted>(&value)) {
        forget(deleted->room_id);
    } else if (const auto* room_crash = std::get_if<room_crashed>(&value)) {
        forget(room_crash->room_id);
    }
    for (auto& [ticket, fetch] : in_flight_) {
        if (fetch.room_id != room_id_of(value)) continue;
        if (const auto* crash = std::get_if<component_crashed>(&value))
            fetch.crashed.insert(crash->component_id);
        if (const auto* playable = std::get_if<hls_playable>(&value))
            fetch.reported.insert(playable->component_id);
        const auto* added = std::get_if<track_added>(&value);
        if (added && added->endpoint.is_component()) fetch.reported.insert(added->endpoint.id);
    }
}

void room_reconciler::forget(const std::string& room_id) {
    std::erase_if(in_flight_, [&](const auto& each) { return each.second.room_id == room_id; });
    if (pending_.erase(room_id) != 0) std::erase(pending_order_, room_id);
    fresh_.erase(room_id);
}

}  // namespace jellyfish::detail
