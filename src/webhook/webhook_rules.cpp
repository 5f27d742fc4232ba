#include "webhook/webhook_rules.hpp"

#include "http/header_list.hpp"
#include "model/webhook_url.hpp"
#include "text/base64.hpp"

#include <algorithm>
#include <utility>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/status.hpp>
#include <openssl/crypto.h>

namespace jellyfish::detail {
namespace {

constexpr std::string_view basic = "basic ";

bool iequals(std::string_view a, std::string_view b) {
    return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

/// Returns the path of a request target, which may be an absolute URL, without the query.
std::string_view path_of(std::string_view target) noexcept {
    target = target.substr(0, target.find('?'));
    if (target.starts_with('/')) return target;
    const std::size_t scheme = target.find("://");
    if (scheme == target.npos) return target;
    const std::size_t path = target.find('/', scheme + 3);
    return path == target.npos ? "/" : target.substr(path);
}

/// Returns a media type without its parameters.
std::string_view media_type_of(std::string_view value) noexcept {
    value = value.substr(0, value.find(';'));
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t'))
        value.remove_suffix(1);
    return value;
}

webhook_response reject_signature(const char* detail) {
    webhook_response response = make_webhook_response(401, detail);
    response.header_name = "WWW-Authenticate";
    response.header_value = signature_header;
    return response;
}

/// Whether no part is malformed.
bool is_valid(wire::notification_batch batch) {
    notification part;
    wire::control_message control;
    while (!batch.empty()) {
        if (wire::decode_part(batch, part, control) == wire::decoded::malformed) return false;
    }
    return true;
}

}  // namespace

bool same_in_constant_time(std::string_view input, std::string_view secret) noexcept {
    return input.size() == secret.size() &&
           CRYPTO_memcmp(input.data(), secret.data(), secret.size()) == 0;
}

webhook_rules::webhook_rules(const webhook_options& options)
    : target_(options.target()),
      signatures_(options.signature_secrets()),
      body_limit_(options.body_limit()) {
    if (!options.user()) return;
    credentials_ = base64(*options.user() + ':' + options.password());
    credentials_of_url_ =
        base64(encoded_for_url(*options.user()) + ':' + encoded_for_url(options.password()));
}

bool webhook_rules::is_target(std::string_view target) const noexcept {
    return same_in_constant_time(path_of(target), target_);
}

bool webhook_rules::is_authorized(std::string_view authorization) const noexcept {
    if (credentials_.empty()) return true;
    if (!iequals(authorization.substr(0, basic.size()), basic)) return false;
    authorization.remove_prefix(basic.size());
    authorization.remove_prefix(
        std::min(authorization.find_first_not_of(' '), authorization.size()));
    const bool same = same_in_constant_time(authorization, credentials_);
    const bool same_as_in_url = same_in_constant_time(authorization, credentials_of_url_);
    return same || same_as_in_url;
}

std::optional<webhook_response> webhook_rules::reject_header(const webhook_request& request) const {
    if (!is_target(request.target)) return make_webhook_response(404, "unknown path");
    if (request.method != "POST") {
        webhook_response response = make_webhook_response(405, "a method other than POST");
        response.header_name = "Allow";
        response.header_value = "POST";
        return response;
    }
    if (!is_authorized(request.authorization)) {
        webhook_response response = make_webhook_response(
            401, request.authorization.empty() ? "no credentials" : "wrong credentials");
        response.header_name = "WWW-Authenticate";
        response.header_value = "Basic realm=\"webhook\", charset=\"UTF-8\"";
        return response;
    }
    const std::string_view type = media_type_of(request.content_type);
    if (!iequals(type, "application/x-protobuf") && !iequals(type, "application/protobuf"))
        return make_webhook_response(415, "a content type other than application/x-protobuf");
    if (http::has_other_member(request.content_encoding, "identity"))
        return make_webhook_response(415, "an encoded body");
    if (require_signature() && !parse_signature(request.signature))
        return reject_signature(request.signature.empty() ? "no signature"
                                                          : "a malformed signature");
    return std::nullopt;
}

webhook_response webhook_rules::response_body(std::string_view body, std::string_view signature,
                                              notification& into,
                                              std::optional<wire::notification_batch>& batch) {
    if (body.size() > body_limit_) return make_webhook_response(413, "a body that is too long");
    if (require_signature()) {
        const auto given = parse_signature(signature);
        if (!given || !signatures_.verify(body, *given))
            return reject_signature("a wrong signature");
    }
    switch (wire::decode_server_message(body, into, control_)) {
        case wire::decoded::notification:
            return make_webhook_response(200);
        case wire::decoded::malformed:
            return make_webhook_response(400, "a body that is not a ServerMessage");
        case wire::decoded::batch: {
            auto& found = std::get<wire::notification_batch>(control_);
            if (!is_valid(found)) return make_webhook_response(400, "an invalid part of a batch");
            batch = std::move(found);
            return make_webhook_response(200);
        }
        case wire::decoded::control:
            break;
    }
    const bool empty = std::holds_alternative<wire::no_content>(control_);
    control_ = wire::no_content();  // It may hold a token.
    return make_webhook_response(
        400, empty ? "a message without content" : "an authentication or subscription message");
}

webhook_response make_webhook_response(int status, std::string detail) {
    webhook_response response;
    response.status = status;
    response.reason =
        boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    response.detail = std::move(detail);
    return response;
}

bool is_invalid_signature(const webhook_response& response) noexcept {
    return response.header_value == signature_header;
}

void append_webhook_response(std::string& out, const webhook_response& response, bool http_1_1,
                             bool keep_alive) {
    if (response.status == 200 && http_1_1 && keep_alive) {
        out.append("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    out.append(response.reason).append("\r\nContent-Length: 0\r\n");
    if (!response.header_name.empty())
        out.append(response.header_name).append(": ").append(response.header_value).append("\r\n");
    if (!keep_alive) {
        out.append("Connection: close\r\n");
    } else if (!http_1_1) {
        out.append("Connection: keep-alive\r\n");
    }
    out.append("\r\n");
}

}  // namespace jellyfish::detail

namespace jellyfish {

webhook_response handle_webhook(const webhook_request& request, const webhook_options& options) {
    detail::webhook_rules rules(options);
    if (auto rejected = rules.reject_header(request)) return std::move(*rejected);
    notification received;
    std::optional<detail::wire::notification_batch> batch;
    webhook_response response =
        rules.response_body(request.body, request.signature, received, batch);
    if (!response.accepted()) return response;
    if (batch) {
        response.received = receive_batch(request.body);
    } else {
        response.received.push_back(std::move(received));
    }
    return response;
}

}  // namespace jellyfish
