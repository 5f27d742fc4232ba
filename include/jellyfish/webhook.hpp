#pragma once

#include <jellyfish/notification.hpp>

#include <cstddef>
#include <ranges>

namespace jellyfish {
namespace detail {

[[nodiscard]] JELLYFISH_DECL notification decode_webhook(const void* data, std::size_t size);

}  // namespace detail

/// Turns the body of a webhook request into the notification that it carries (protocol:
/// "Webhooks"). Pure: no I/O, may be called from any thread.
///
/// @param bytes Any contiguous bytes: a string, a string_view, a vector or span of `char`,
///     `unsigned char` or `std::byte`.
/// @return What the server told; an `unknown_notification` with the bytes when a later server sent
///     content that this library does not know.
/// @throws jellyfish::error with `errc::malformed_message` when the bytes are no notification:
///     empty, truncated, not protobuf, or an authentication or subscription message.
template <std::ranges::contiguous_range Bytes>
    requires(sizeof(std::ranges::range_value_t<Bytes>) == 1)
[[nodiscard]] notification receive_binary(const Bytes& bytes) {
    return detail::decode_webhook(std::ranges::data(bytes), std::ranges::size(bytes));
}

}  // namespace jellyfish
