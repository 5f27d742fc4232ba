#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/webhook_options.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/asio/buffer.hpp>

namespace jellyfish {
namespace detail {

[[nodiscard]] JELLYFISH_DECL notification decode_webhook(const void* data, std::size_t size);
[[nodiscard]] JELLYFISH_DECL std::vector<notification> decode_webhook_batch(const void* data,
                                                                            std::size_t size);

template <class T>
concept contiguous_bytes = requires(const T& bytes) {
    { std::size(bytes) } -> std::convertible_to<std::size_t>;
    requires sizeof(*std::data(bytes)) == 1;
};

template <class T>
concept buffers_of_bytes =
    !contiguous_bytes<T> && asio::is_const_buffer_sequence<std::remove_cvref_t<T>>::value;

/// The bytes of all buffers, one after the other.
template <class Buffers>
[[nodiscard]] std::string gathered(const Buffers& buffers) {
    std::string bytes(asio::buffer_size(buffers), '\0');
    asio::buffer_copy(asio::buffer(bytes), buffers);
    return bytes;
}

}  // namespace detail

/// Turns the body of a webhook request into the notification that it carries (protocol:
/// "Webhooks"). Pure: no I/O, may be called from any thread.
///
/// @param bytes Any contiguous bytes: a string, a string_view, a vector or span of `char`,
///     `unsigned char` or `std::byte`.
/// @return What the server told; an `unknown_notification` with the bytes when a later server sent
///     content that this library does not know. A batch is such content: see `receive_batch`.
/// @throws jellyfish::error with `errc::malformed_message` when the bytes are no notification:
///     empty, truncated, not protobuf, an authentication or subscription message, or 2 GiB and
///     more.
template <detail::contiguous_bytes Bytes>
[[nodiscard]] notification receive_binary(const Bytes& bytes) {
    return detail::decode_webhook(std::data(bytes), std::size(bytes));
}

/// The same, for the buffers of Asio and Beast, as `flat_buffer::data()` and
/// `multi_buffer::data()`.
template <detail::buffers_of_bytes Buffers>
[[nodiscard]] notification receive_binary(const Buffers& buffers) {
    return receive_binary(detail::gathered(buffers));
}

/// Turns the body of a webhook request into all notifications that it carries, in order: those of a
/// batch, which later servers send, or the one of any other message. Also reads what an
/// `unknown_notification` holds. Pure, as `receive_binary`.
///
/// @return Empty for an empty batch. A batch within a batch is given as an `unknown_notification`.
/// @throws jellyfish::error with `errc::malformed_message`, as `receive_binary`, also when a part
///     of a batch is no notification: a batch is read as a whole or not at all.
template <detail::contiguous_bytes Bytes>
[[nodiscard]] std::vector<notification> receive_batch(const Bytes& bytes) {
    return detail::decode_webhook_batch(std::data(bytes), std::size(bytes));
}

/// The same, for the buffers of Asio and Beast.
template <detail::buffers_of_bytes Buffers>
[[nodiscard]] std::vector<notification> receive_batch(const Buffers& buffers) {
    return receive_batch(detail::gathered(buffers));
}

/// A request to a webhook, as a program's own HTTP server has it. The texts are the caller's, and
/// are not kept.
struct webhook_request {
    webhook_request() {}  // User-provided: an aggregate in an awaited call is destroyed twice.

    std::string_view method;            ///< As in the request line: `POST`.
    std::string_view target;            ///< As in the request line: `/webhook?query`.
    std::string_view content_type;      ///< The header's value, or empty.
    std::string_view content_encoding;  ///< The header's value, or empty.
    std::string_view authorization;     ///< The header's value, or empty.
    std::string_view body;              ///< Whole, without any transfer coding.
};

/// What to answer a request to a webhook.
struct webhook_response {
    int status = 200;         ///< 200 when there is a notification; 4xx otherwise.
    std::string_view reason;  ///< The reason phrase of the status. A static text.
    /// With 401 and 405: a header that the answer must have, as `Allow` and `POST`; otherwise
    /// empty. Static texts.
    std::string_view header_name;
    std::string_view header_value;         ///< That header's value.
    std::optional<notification> received;  ///< With 200: the notification.
    std::string detail;                    ///< Otherwise: why, for a log. Holds no secret.

    /// Whether there is a notification.
    [[nodiscard]] bool accepted() const noexcept { return received.has_value(); }
};

/// The rules of a webhook: decides what to answer a request, and gives the notification. For
/// programs that have an HTTP server already, as one made of Beast; `webhook_receiver` goes by the
/// same rules. Pure: no I/O, may be called from any thread.
///
/// The statuses, in the order in which they are decided: 404 for another path or secret (the query
/// is passed over), 405 for another method than POST, 401 for wrong credentials, 415 for another
/// content type than `application/x-protobuf` or `application/protobuf` and for any content
/// encoding, 413 for a body over `body_limit`, 400 for a body that is no notification, and 200.
/// Answer 200 only when the notification is where it cannot get lost: the server does not send it
/// again.
///
/// @param request The request, with its whole body.
/// @param options `path`, `secret`, `credentials` and `body_limit` are used.
[[nodiscard]] JELLYFISH_DECL webhook_response handle_webhook(const webhook_request& request,
                                                             const webhook_options& options);

}  // namespace jellyfish
