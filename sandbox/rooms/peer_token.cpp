#include "sandbox/rooms/peer_token.hpp"

#include "sandbox/server/digest.hpp"

#include <cstdint>

namespace jellyfish::testing::detail {
namespace {

constexpr std::chrono::hours valid_for{24};
constexpr std::string_view header = "SFMyNTY.";

std::string big_endian(std::uint64_t value, std::size_t size) {
    std::string out;
    for (std::size_t i = size; i-- > 0;)
        out += static_cast<char>(value >> (8 * i) & 0xff);
    return out;
}

std::string little_endian(std::uint64_t value, std::size_t size) {
    const std::string bytes = big_endian(value, size);
    return {bytes.rbegin(), bytes.rend()};
}

// Erlang's external term format.
std::string atom(std::string_view name) {
    return 'd' + big_endian(name.size(), 2) + std::string(name);
}
std::string binary(std::string_view data) {
    return 'm' + big_endian(data.size(), 4) + std::string(data);
}

/// `{%{peer_id: …, room_id: …}, signed_at_ms, 86400}` as a term.
std::string payload_of(const std::string& room_id, const std::string& peer_id, std::int64_t ms) {
    std::string out{'\x83', 'h', '\x03', 't', '\0', '\0', '\0', '\x02'};
    out += atom("peer_id") + binary(peer_id) + atom("room_id") + binary(room_id);
    out += std::string{'n', '\x06', '\0'} + little_endian(static_cast<std::uint64_t>(ms), 6);
    return out + 'b' + big_endian(86'400, 4);
}

/// Parses such terms; stops at anything else.
class term_reader {
public:
    explicit term_reader(std::string_view bytes) : bytes_(bytes) {}

    bool skip(std::string_view expected) {
        if (!bytes_.starts_with(expected)) return false;
        bytes_.remove_prefix(expected.size());
        return true;
    }

    bool read_binary(std::string& out) {
        if (!skip("m") || bytes_.size() < 4) return false;
        std::size_t size = 0;
        for (std::size_t i = 0; i < 4; ++i)
            size = size << 8 | static_cast<unsigned char>(bytes_[i]);
        bytes_.remove_prefix(4);
        if (bytes_.size() < size) return false;
        out = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return true;
    }

    bool read_milliseconds(std::int64_t& out) {
        if (!skip(std::string_view("n\x06\0", 3)) || bytes_.size() < 6) return false;
        out = 0;
        for (std::size_t i = 6; i-- > 0;)
            out = out << 8 | static_cast<unsigned char>(bytes_[i]);
        return true;
    }

private:
    std::string_view bytes_;
};

}  // namespace

std::string peer_tokens::make(const std::string& room_id, const std::string& peer_id,
                              time signed_at) const {
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(signed_at.time_since_epoch());
    const std::string body =
        std::string(header) + to_base64_url(payload_of(room_id, peer_id, ms.count()));
    return body + '.' + to_base64_url(hmac_sha256(key_, body));
}

peer_tokens::verdict peer_tokens::check(std::string_view token, time now) const {
    verdict out;
    const std::size_t point = token.rfind('.');
    if (!token.starts_with(header) || point < header.size()) return out;
    const std::string_view body = token.substr(0, point);
    if (to_base64_url(hmac_sha256(key_, body)) != token.substr(point + 1)) return out;
    const auto payload = from_base64_url(body.substr(header.size()));
    if (!payload) return out;
    term_reader term(*payload);
    std::int64_t ms = 0;
    const bool whole = term.skip(std::string_view("\x83h\x03t\0\0\0\x02", 8)) &&
                       term.skip(atom("peer_id")) && term.read_binary(out.peer_id) &&
                       term.skip(atom("room_id")) && term.read_binary(out.room_id) &&
                       term.read_milliseconds(ms);
    if (!whole) return out;
    const auto age = now.time_since_epoch() - std::chrono::milliseconds(ms);
    out.result = age > valid_for ? verdict::kind::expired : verdict::kind::good;
    return out;
}

}  // namespace jellyfish::testing::detail
