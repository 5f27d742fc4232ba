#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/webhook_options.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
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
[[nodiscard]] JELLYFISH_DECL bool verify_signature(const std::vector<std::string>& secrets,
                                                   const void* data, std::size_t size,
                                                   std::string_view signature);

template <class T>
concept contiguous_bytes = requires(const T& bytes) {
    { std::size(bytes) } -> std::convertible_to<std::size_t>;
    requires sizeof(*std::data(bytes)) == 1;
};

template <class T>
concept buffers_of_bytes =
    !contiguous_bytes<T> && boost::asio::is_const_buffer_sequence<std::remove_cvref_t<T>>::value;

/// Concatenates the bytes of all buffers.
template <class Buffers>
[[nodiscard]] std::string gathered(const Buffers& buffers) {
    std::string bytes(boost::asio::buffer_size(buffers), '\0');
    boost::asio::buffer_copy(boost::asio::buffer(bytes), buffers);
    return bytes;
}

}  // namespace detail

/// Decodes the body of a webhook request into its notification (protocol: "Webhooks"). Performs no
/// I/O; may be called from any thread.
///
/// @param bytes Any contiguous bytes: a string, a string_view, a vector or span of `char`,
///     `unsigned char` or `std::byte`.
/// @return The notification, or an `unknown_notification` with the bytes if a newer server
///     sent content that this library does not know. Also returned for a batch; see
///     `receive_batch`.
/// @throws jellyfish::error with `errc::malformed_message` if the bytes are not a notification:
///     empty, truncated, not protobuf, an authentication or subscription message, or 2 GiB or
///     longer.
template <detail::contiguous_bytes Bytes>
[[nodiscard]] notification receive_binary(const Bytes& bytes) {
    return detail::decode_webhook(std::data(bytes), std::size(bytes));
}

/// Overload for the buffers of Asio and Beast, such as `flat_buffer::data()` and
/// `multi_buffer::data()`.
template <detail::buffers_of_bytes Buffers>
[[nodiscard]] notification receive_binary(const Buffers& buffers) {
    return receive_binary(detail::gathered(buffers));
}

/// Decodes the body of a webhook request into all its notifications, in order. Fishjam can send
/// batches; any other message yields one notification. Also decodes the bytes of an
/// `unknown_notification`. Performs no I/O; may be called from any thread.
///
/// @return The notifications; none for an empty batch. Parts of a batch that are not notifications,
///     such as messages without content, are left out.
/// @throws jellyfish::error with `errc::malformed_message`, like `receive_binary`, and if any part
///     of a batch is malformed or itself a batch: a batch is never decoded partially.
template <detail::contiguous_bytes Bytes>
[[nodiscard]] std::vector<notification> receive_batch(const Bytes& bytes) {
    return detail::decode_webhook_batch(std::data(bytes), std::size(bytes));
}

/// Overload for the buffers of Asio and Beast.
template <detail::buffers_of_bytes Buffers>
[[nodiscard]] std::vector<notification> receive_batch(const Buffers& buffers) {
    return receive_batch(detail::gathered(buffers));
}

/// Verifies the signature of a webhook of Fishjam: the header `x-fishjam-signature-256` contains
/// the HMAC-SHA256 of the body. Call this function before decoding the body, and respond with 401
/// if it returns false. `handle_webhook` and `webhook_receiver` perform this check themselves if
/// `webhook_options::signature_secret` is set. A replayed request has a valid signature, so replays
/// are not detected. Performs no I/O; may be called from any thread.
///
/// @param secrets The accepted secrets: usually one, or several while one is being replaced. If
///     there are none, every signature is wrong.
/// @param body The complete body as received, of a type that `receive_binary` accepts.
/// @param signature The value of the header: 64 hexadecimal digits of either case, optionally
///     preceded by `sha256=` and surrounded by white space. Any other value, including an empty
///     one, is a wrong signature. Compared in constant time.
/// @return Whether the signature matches one of the secrets.
/// @throws jellyfish::error with `errc::invalid_option` if a secret is empty.
template <detail::contiguous_bytes Bytes>
[[nodiscard]] bool verify_webhook_signature(const std::vector<std::string>& secrets,
                                            const Bytes& body, std::string_view signature) {
    return detail::verify_signature(secrets, std::data(body), std::size(body), signature);
}

/// Overload for the buffers of Asio and Beast.
template <detail::buffers_of_bytes Buffers>
[[nodiscard]] bool verify_webhook_signature(const std::vector<std::string>& secrets,
                                            const Buffers& body, std::string_view signature) {
    return verify_webhook_signature(secrets, detail::gathered(body), signature);
}

/// A webhook request received by a program's own HTTP server. Refers to the caller's strings, which
/// must outlive the call of `handle_webhook`.
struct webhook_request {
    webhook_request() {}  // Not an aggregate: GCC 12 destroys those twice in co_await.

    std::string_view method;            ///< From the request line: `POST`.
    std::string_view target;            ///< From the request line: `/webhook?query`.
    std::string_view content_type;      ///< The header's value, or empty.
    std::string_view content_encoding;  ///< The header's value, or empty.
    std::string_view authorization;     ///< The header's value, or empty.
    std::string_view signature;         ///< The value of `x-fishjam-signature-256`, or empty.
    std::string_view body;              ///< The complete body, without transfer coding.
};

/// The response to a webhook request.
struct webhook_response {
    int status = 200;         ///< 200 if notifications were received; otherwise 4xx.
    std::string_view reason;  ///< The reason phrase of the status. A static string.
    /// With 401 and 405, the name of a header that the response must contain, such as `Allow` (with
    /// the value `POST`). Otherwise empty. A static string, like `header_value`.
    std::string_view header_name;
    std::string_view header_value;  ///< The value of that header.
    /// With 200: the notification, or those of a batch, which may be empty.
    std::vector<notification> received;
    std::string detail;  ///< Otherwise, the reason, for a log. Contains no secrets.

    /// Returns whether the request was accepted: the status is 200.
    [[nodiscard]] bool accepted() const noexcept { return status == 200; }
};

/// Turns a webhook request into a response and its notifications. For programs that already have an
/// HTTP server, such as one built on Beast; `webhook_receiver` applies the same rules. Performs no
/// I/O; may be called from any thread.
///
/// The checks, in this order: 404 for a wrong path or secret (the query is ignored), 405 for a
/// method other than POST, 401 for wrong credentials, 415 for a content type other than
/// `application/x-protobuf` or `application/protobuf` and for any content encoding, 401 for a
/// missing or malformed signature if there is a `signature_secret`, 413 for a body longer than
/// `body_limit`, 401 for a wrong signature, 400 for a body that is not a notification. Otherwise
/// the status is 200. Send a response of 200 only once the notifications are stored safely: the
/// server does not send them again.
///
/// @param request The request, with its complete body.
/// @param options Only `path`, `secret`, `credentials`, `signature_secrets` and `body_limit` are
///     used.
/// @throws jellyfish::error with `errc::invalid_option` if a signature secret is empty.
[[nodiscard]] JELLYFISH_DECL webhook_response handle_webhook(const webhook_request& request,
                                                             const webhook_options& options);

}  // namespace jellyfish
