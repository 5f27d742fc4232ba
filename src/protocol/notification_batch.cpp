#include "protocol/notification_batch.hpp"

#include <cstdint>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace jellyfish::detail {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr int batch_field = 33;
constexpr int messages_field = 1;

/// The payloads of all fields of this number. False when the bytes are no message.
bool collect(std::string_view bytes, int number, std::vector<std::string_view>& payloads) {
    CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                           static_cast<int>(bytes.size()));
    const std::uint32_t wanted =
        WireFormatLite::MakeTag(number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
    while (const std::uint32_t tag = input.ReadTag()) {
        std::uint32_t size = 0;
        if (tag != wanted) {
            if (!WireFormatLite::SkipField(&input, tag)) return false;
            continue;
        }
        if (!input.ReadVarint32(&size) || size > bytes.size()) return false;
        const auto at = static_cast<std::size_t>(input.CurrentPosition());
        if (!input.Skip(static_cast<int>(size))) return false;
        payloads.push_back(bytes.substr(at, size));
    }
    return input.ConsumedEntireMessage();
}

}  // namespace

std::optional<std::vector<std::string_view>> parts_of_batch(std::string_view bytes) {
    std::vector<std::string_view> batches;
    if (!collect(bytes, batch_field, batches) || batches.empty()) return std::nullopt;
    // The same field twice is one batch, as protobuf has it.
    std::vector<std::string_view> parts;
    for (const std::string_view batch : batches) {
        if (!collect(batch, messages_field, parts)) parts.push_back(batch.substr(0, 0));
    }
    return parts;
}

}  // namespace jellyfish::detail
