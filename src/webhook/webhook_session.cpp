#include "webhook/webhook_session.hpp"

#include <utility>

namespace jellyfish::detail {

std::size_t webhook_session::read(std::string_view input, std::size_t room,
                                  notification_slots& taken) {
    std::size_t used = 0;
    while (!finished_ && !held_) {
        used += reader_.read(input.substr(used));
        if (ends_with_input_ && reader_.begun() && used == input.size()) ending_ = true;
        if (reader_.failure() != 0) {
            break_off(make_webhook_response(reader_.failure(), reader_.detail()));
            break;
        }
        if (reader_.header_done() && !header_seen_) finish_header();
        if (finished_ || !reader_.done()) break;
        if (rejected_) {
            reject(*rejected_);
            continue;
        }
        const webhook_response decided =
            rules_->response_body(reader_.body(), signature_, taken.spare(), held_);
        if (decided.status != 200) {
            reject(decided);
        } else if (held_) {
            release(taken, room);
        } else if (taken.size() < room) {
            taken.add_spare();
            respond(decided);
        } else {
            held_.emplace().add(reader_.body());
        }
    }
    return used;
}

/// Checks a complete header.
void webhook_session::finish_header() {
    header_seen_ = true;
    webhook_request request;
    request.method = reader_.method();
    request.target = reader_.target();
    request.content_type = reader_.content_type();
    request.content_encoding = reader_.content_encoding();
    request.authorization = reader_.authorization();
    if (rules_->require_signature()) signature_ = reader_.field(signature_header);
    request.signature = signature_;
    rejected_ = rules_->reject_header(request);
    if (reader_.done()) return;
    if (!rejected_) {
        if (reader_.expects_continue()) output_.append("HTTP/1.1 100 Continue\r\n\r\n");
        return;
    }
    reader_.discard_body();
    if (!reader_.expects_continue()) return;
    // The client may or may not send the body, so the next request cannot be located.
    break_off(*rejected_);
}

/// Rejects an incomplete request and closes the connection.
void webhook_session::break_off(const webhook_response& response) {
    ending_ = true;
    broken_off_ = true;
    reject(response);
}

void webhook_session::reject(const webhook_response& response) {
    rejections_.push_back({response.status, response.detail, is_invalid_signature(response)});
    respond(response);
}

void webhook_session::respond(const webhook_response& response) {
    const bool keep_alive = !ending_ && reader_.keep_alive();
    append_webhook_response(output_, response, reader_.http_1_1(), keep_alive);
    finished_ = !keep_alive;
    held_.reset();
    rejected_.reset();
    header_seen_ = false;
    reader_.reset();
}

/// Decodes the next held part. Returns whether it is a notification.
bool webhook_session::take_part(notification& out) {
    wire::control_message control;
    const bool taken = wire::decode_part(*held_, out, control) == wire::decoded::notification;
    if (!taken) ++ignored_;
    return taken;
}

void webhook_session::release(notification_slots& taken, std::size_t room) {
    while (!held_->empty()) {
        const std::size_t used = held_->used;
        if (!take_part(taken.spare())) continue;
        if (taken.size() >= room) {
            held_->used = used;
            return;
        }
        taken.add_spare();
    }
    respond(make_webhook_response(200));
}

std::size_t webhook_session::drop() {
    std::size_t dropped = 0;
    notification part;
    while (!held_->empty()) {
        if (take_part(part)) ++dropped;
    }
    respond(make_webhook_response(503));
    return dropped;
}

void webhook_session::expire() {
    if (finished_) return;
    if (reader_.begun())
        break_off(make_webhook_response(408, "a request that was not received in time"));
    finished_ = true;
}

void webhook_session::end() {
    ending_ = true;
    if (!reader_.begun()) finished_ = true;
}

webhook_phase webhook_session::phase() const noexcept {
    if (finished_) return webhook_phase::closed;
    if (held_) return webhook_phase::held;
    if (!reader_.begun()) return webhook_phase::idle;
    return reader_.header_done() ? webhook_phase::body : webhook_phase::header;
}

std::vector<webhook_rejection> webhook_session::take_rejections() {
    return std::exchange(rejections_, {});
}

}  // namespace jellyfish::detail
