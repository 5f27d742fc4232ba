#pragma once

#include <jellyfish/basic_client_view.hpp>
#include <jellyfish/detail/client_view.hpp>
#include <jellyfish/detail/initiate.hpp>

#include <iosfwd>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish {
namespace fishjam {

/// The permissions of a client of the Media over QUIC relay. At least one path must be set.
class moq_access_config {
public:
    moq_access_config() {}  // User-provided: see room_config.

    /// The client may publish to paths with this prefix, relative to the account's root. Default:
    /// none.
    moq_access_config& publish_path(std::string value) {
        publish_path_ = std::move(value);
        return *this;
    }
    /// Returns the publish path; empty unless set.
    [[nodiscard]] const std::optional<std::string>& publish_path() const noexcept {
        return publish_path_;
    }

    /// The client may subscribe to paths with this prefix, relative to the account's root. Default:
    /// none.
    moq_access_config& subscribe_path(std::string value) {
        subscribe_path_ = std::move(value);
        return *this;
    }
    /// Returns the subscribe path; empty unless set.
    [[nodiscard]] const std::optional<std::string>& subscribe_path() const noexcept {
        return subscribe_path_;
    }

    bool operator==(const moq_access_config&) const = default;

private:
    std::optional<std::string> publish_path_;
    std::optional<std::string> subscribe_path_;
};

/// Access to the Media over QUIC relay.
struct moq_access {
    std::string connection_url;  ///< The URL to connect to. Contains the token: a secret.
    std::string token;           ///< Authenticates the client; valid for 1 h. A secret.

    bool operator==(const moq_access&) const = default;
};

/// @{
/// Prints one line. Omits tokens.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const moq_access_config& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const moq_access& value);
/// @}

}  // namespace fishjam

namespace detail {

/// The operations of `fishjam::basic_moq_api`.
class JELLYFISH_DECL fishjam_moq_calls : public client_view {
protected:
    using client_view::client_view;
    explicit fishjam_moq_calls(const client_view& client) : client_view(client) {}

    [[nodiscard]] operation<fishjam::moq_access> create_access_operation(
        const fishjam::moq_access_config& config) const;
};

}  // namespace detail

namespace fishjam {

/// Grants access to Fishjam's Media over QUIC relay (protocol: "Fishjam").
///
/// The object is a view of a `jellyfish::client`, like `fishjam::room_api`.
///
/// @errors As for `fishjam::room_api`.
/// @cancellation As for `fishjam::room_api`.
/// @exceptions As for `fishjam::room_api`.
/// @threads As for `fishjam::room_api`.
/// @lifetime As for `fishjam::room_api`.
template <class Executor = boost::asio::any_io_executor>
class basic_moq_api : public basic_client_view<basic_moq_api, detail::fishjam_moq_calls, Executor> {
public:
    using basic_client_view<fishjam::basic_moq_api, detail::fishjam_moq_calls,
                            Executor>::basic_client_view;

    /// Returns a URL and a token for a client. `POST /moq/access`.
    ///
    /// @signature `void(error_code, moq_access)`
    /// @errors The common errors, and `errc::bad_request`. Not idempotent: never resent if the
    ///     server may have executed it.
    template <detail::completion<moq_access>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto create_access(const moq_access_config& config, Completion&&... completion) {
        return detail::initiate(this->create_access_operation(config), *this,
                                std::forward<Completion>(completion)...);
    }
};

/// A `basic_moq_api` for any executor, whose operations return awaitables by default.
using moq_api = basic_moq_api<>;

}  // namespace fishjam
}  // namespace jellyfish
