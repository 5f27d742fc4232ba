#include "sandbox/rooms/peer_token.hpp"

#include "sandbox/json/json.hpp"
#include "sandbox/server/digest.hpp"

#include <cstdint>

namespace jellyfish::testing::detail {
namespace {

constexpr std::chrono::hours valid_for{24};
constexpr std::string_view header = "SFMyNTY.";  // Base64 of HS256, as in the real server's tokens.

}  // namespace

std::string peer_tokens::make(const std::string& room_id, const std::string& peer_id,
                              time signed_at) const {
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(signed_at.time_since_epoch());
    const auto payload = to_json(json_object{
        {"room_id", room_id}, {"peer_id", peer_id}, {"signed_at", std::int64_t{ms.count()}}});
    const std::string body = std::string(header) + to_base64_url(payload.value_or("{}"));
    return body + '.' + to_base64_url(hmac_sha256(key_, body));
}

peer_tokens::verdict peer_tokens::check(std::string_view token, time now) const {
    verdict out;
    const std::size_t point = token.rfind('.');
    if (!token.starts_with(header) || point < header.size()) return out;
    const std::string_view body = token.substr(0, point);
    if (to_base64_url(hmac_sha256(key_, body)) != token.substr(point + 1)) return out;
    // The token is signed, so it was created here.
    const auto payload = parse_json(from_base64_url(body.substr(header.size())).value_or("{}"));
    const json_value* room_id = payload ? payload->find("room_id") : nullptr;
    if (room_id == nullptr) return out;
    out.room_id = *room_id->string();
    out.peer_id = *payload->find("peer_id")->string();
    const std::chrono::milliseconds signed_at(
        to_int64(*payload->find("signed_at")->integer()).value_or(0));
    const bool expired = now.time_since_epoch() - signed_at > valid_for;
    out.result = expired ? verdict::kind::expired : verdict::kind::good;
    return out;
}

}  // namespace jellyfish::testing::detail
