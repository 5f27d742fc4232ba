#include "wire/server_message.hpp"

#include <jellyfish/error.hpp>
#include <jellyfish/server_notifications.pb.h>
#include <jellyfish/webhook.hpp>

#include "fakes/wire.hpp"
#include "support/fuzz_input.hpp"
#include "support/require.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// @file
/// Bytes are decoded as protobuf does it, as a socket message, as a webhook body and within a
/// batch. Decoded notifications encode to an equivalent message.

namespace jellyfish::fuzz {
namespace {

namespace wire = detail::wire;

struct outcome {
    wire::decoded what = wire::decoded::malformed;
    notification reported;
    wire::control_message control;

    bool operator==(const outcome& other) const {
        if (what != other.what) return false;
        if (what == wire::decoded::notification) return reported == other.reported;
        return what == wire::decoded::malformed || control == other.control;
    }
};

outcome decode(std::string_view bytes) {
    outcome result;
    result.what = detail::wire::decode_server_message(bytes, result.reported, result.control);
    return result;
}

/// Decodes as a session does: into a used notification.
outcome decode_into(std::string_view bytes, notification& slot) {
    outcome result;
    result.what = detail::wire::decode_server_message(bytes, slot, result.control);
    if (result.what == wire::decoded::notification) result.reported = slot;
    return result;
}

bool is_unknown(const outcome& found) {
    return found.what == wire::decoded::notification &&
           std::holds_alternative<unknown_notification>(found.reported);
}

/// The result of protobuf's own parser for the same bytes.
void check_against_protobuf(std::string_view bytes, const outcome& found) {
    ServerMessage message;
    const bool parsed = message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
    require(parsed == (found.what != wire::decoded::malformed),
            "protobuf agrees on what is a message");
    if (!parsed) return;
    const bool content = message.content_case() != ServerMessage::CONTENT_NOT_SET;
    const bool empty = found.what == wire::decoded::control &&
                       std::holds_alternative<wire::no_content>(found.control);
    require(content == (!empty && !is_unknown(found)), "protobuf agrees on what is content");
    require(empty == bytes.empty(), "only an empty message has no content");
    if (content)
        require(decode(message.SerializeAsString()) == found, "protobuf agrees on what is in it");
}

void check_round_trip(std::string_view bytes, const outcome& found) {
    if (found.what == wire::decoded::malformed) return;
    if (found.what == wire::decoded::control || found.what == wire::decoded::batch) {
        require(decode(detail::wire::encode(found.control)) == found,
                "what is decoded encodes to the same");
        return;
    }
    if (is_unknown(found))
        require(detail::wire::encode(found.reported) == bytes, "unknown bytes are kept");
    require(decode(detail::wire::encode(found.reported)) == found,
            "what is decoded encodes to the same");
    require(decode(test::notification_bytes(found.reported)) == found,
            "so does a server's encoding");
}

std::optional<notification> as_webhook(std::string_view bytes) {
    try {
        return receive_binary(bytes);
    } catch (const error& e) {
        require(e.code() == errc::malformed_message, "a bad body is a malformed message");
        return std::nullopt;
    }
}

std::optional<std::vector<notification>> as_batch(std::string_view bytes) {
    try {
        return receive_batch(bytes);
    } catch (const error& e) {
        require(e.code() == errc::malformed_message, "a bad batch is a malformed message");
        return std::nullopt;
    }
}

/// A batch holds what its parts are by themselves, without those that are no notification.
void check_parts(const std::vector<std::string>& parts,
                 const std::optional<std::vector<notification>>& all) {
    std::vector<notification> expected;
    bool good = true;
    for (const std::string& part : parts) {
        outcome each = decode(part);
        good = good && each.what != wire::decoded::malformed && each.what != wire::decoded::batch;
        if (each.what == wire::decoded::notification) expected.push_back(std::move(each.reported));
    }
    require(all.has_value() == good, "a batch is decoded completely or not at all");
    if (good) require(*all == expected, "a batch holds its parts in order");
}

/// The bytes may be a batch; otherwise they are decoded like in `receive_binary`.
void check_as_batch(std::string_view bytes, const outcome& found,
                    const std::optional<notification>& single) {
    const auto all = as_batch(bytes);
    if (found.what == wire::decoded::batch) {
        ServerMessage message;
        require(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())),
                "a batch is a message");
        const auto& parts = message.notification_batch().notifications();
        check_parts({parts.begin(), parts.end()}, all);
        require(single == notification(unknown_notification{std::string(bytes)}),
                "a batch is not one notification");
        return;
    }
    require(all.has_value() == single.has_value(), "other bytes are one message");
    if (all) require(all->size() == 1 && all->front() == *single, "and is returned unchanged");
}

void run(fuzz_input input) {
    const std::size_t parts = input.below(4) + 1;
    const std::string bytes(input.rest());

    const outcome found = decode(bytes);
    static notification slot;
    require(decode_into(bytes, slot) == found, "the same where something was before");
    check_against_protobuf(bytes, found);
    check_round_trip(bytes, found);

    const auto single = as_webhook(bytes);
    const bool one = found.what == wire::decoded::notification;
    require(single.has_value() == (one || found.what == wire::decoded::batch), "as by socket");
    if (one) require(*single == found.reported, "a webhook returns the same as the socket");
    check_as_batch(bytes, found, single);
    const std::vector<std::string> texts = input.texts(parts);
    check_parts(texts, as_batch(test::batch_bytes(texts)));
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
