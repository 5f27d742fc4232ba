#include "model/option_checks.hpp"

#include "model/server_address.hpp"
#include "text/characters.hpp"
#include "text/quoted.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <sstream>
#include <string_view>
#include <type_traits>

namespace jellyfish::detail {
namespace {

/// The maximum payload of a control frame (RFC 6455, section 5.5).
constexpr std::size_t smallest_message_limit = 125;

using std::chrono::milliseconds;

bool is_visible_ascii(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_fishjam_id(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (in_lower_case(c) >= 'a' && in_lower_case(c) <= 'z') ||
               c == '-' || c == '_';
    });
}

bool has_control_character(std::string_view text) noexcept {
    return std::ranges::any_of(text, is_control_character);
}

std::string shown(milliseconds value) { return std::to_string(value.count()) + " ms"; }

std::string shown(std::size_t value) { return std::to_string(value); }

template <class Enum>
    requires std::is_enum_v<Enum> std::string shown(Enum value) {
        return std::to_string(static_cast<std::underlying_type_t<Enum>>(value));
    }

std::string shown(const std::string& value) {
    std::ostringstream out;
    out << quoted{value};
    return out.str();
}

/// Records the first problem found.
class checks {
public:
    /// For values that may be secret.
    void expect(bool usable, std::string_view name, std::string_view requirement) {
        if (usable || problem_) return;
        problem_ = std::string(name).append(" must ").append(requirement);
    }

    template <class T>
    void expect(bool usable, std::string_view name, std::string_view requirement, const T& value) {
        if (usable || problem_) return;
        expect(false, name, std::string(requirement).append(", not ").append(shown(value)));
    }

    void expect_time(std::string_view name, milliseconds value) {
        expect(value > milliseconds(0), name, "be greater than 0", value);
    }

    void expect_time_or_none(std::string_view name, milliseconds value) {
        expect(value >= milliseconds(0), name, "be at least 0", value);
    }

    void expect_some(std::string_view name, std::size_t value) {
        expect(value >= 1, name, "be at least 1", value);
    }

    void expect_overflow(overflow_policy value) {
        expect(value == overflow_policy::pause || value == overflow_policy::drop_oldest ||
                   value == overflow_policy::fail,
               "overflow", "be a value of overflow_policy", value);
    }

    template <class Policy>
    void expect_delays(std::string_view policy, const Policy& value) {
        const std::string prefix(policy);
        expect_time(prefix + ": base_delay", value.base_delay());
        expect(value.max_delay() >= value.base_delay(), prefix + ": max_delay",
               "be at least base_delay", value.max_delay());
    }

    [[nodiscard]] std::optional<std::string> problem() const { return problem_; }

private:
    std::optional<std::string> problem_;
};

}  // namespace

std::optional<std::string> problem_of(const client_options& options) {
    checks all;
    all.expect_time("connect_timeout", options.connect_timeout());
    all.expect_time("request_timeout", options.request_timeout());
    all.expect_time_or_none("queue_timeout", options.queue_timeout());
    all.expect_some("retry: max_attempts", options.retry().max_attempts());
    all.expect_delays("retry", options.retry());
    all.expect_some("max_response_size", options.max_response_size());
    all.expect_some("max_connections", options.max_connections());
    const auto& id = options.fishjam_id();
    all.expect(!id || scheme_of(*id) || is_fishjam_id(*id), "fishjam_id",
               "be an id of letters, digits, '-' and '_', or a URL", id.value_or(""));
    const std::string& token = options.server_api_token();
    all.expect(is_utf8(token) && !has_control_character(token), "server_api_token",
               "be UTF-8 without control characters, such as line breaks");
    all.expect(
        std::ranges::all_of(options.user_agent(), [](char c) { return c >= ' ' && c < '\x7f'; }),
        "user_agent", "be printable ASCII", options.user_agent());
    return all.problem();
}

std::optional<std::string> problem_of(const notifier_options& options) {
    checks all;
    for (const event_type each : options.events()) {
        all.expect(each == event_type::server_notification || each == event_type::metrics, "events",
                   "be values of event_type", each);
    }
    all.expect_some("queue_limit", options.queue_limit());
    all.expect_overflow(options.overflow());
    all.expect(options.max_message_size() >= smallest_message_limit, "max_message_size",
               "be at least 125", options.max_message_size());
    all.expect_time("authentication_timeout", options.authentication_timeout());
    all.expect_time("idle_timeout", options.idle_timeout());
    all.expect_time("close_timeout", options.close_timeout());
    all.expect_delays("reconnect", options.reconnect());
    all.expect_time_or_none("reconnect: stable_time", options.reconnect().stable_time());
    all.expect_time_or_none("reconnect: forbidden_time", options.reconnect().forbidden_time());
    return all.problem();
}

std::optional<std::string> problem_of(const room_tracker_options& options) {
    checks all;
    all.expect_some("queue_limit", options.queue_limit());
    all.expect_time_or_none("refresh_interval", options.refresh_interval());
    return all.problem();
}

std::optional<std::string> problem_of(const webhook_options& options) {
    constexpr std::size_t least_header = 256;
    constexpr std::size_t longest_header = 32'768;
    checks all;
    all.expect(options.path().starts_with('/'), "path", "begin with /", options.path());
    all.expect(
        is_visible_ascii(options.path()) && options.path().find_first_of("?#") == std::string::npos,
        "path", "be percent-encoded and have no query or fragment", options.path());
    all.expect(is_visible_ascii(options.secret()) &&
                   options.secret().find_first_of("/?#") == std::string::npos,
               "secret", "be a single percent-encoded path segment");
    if (options.user()) {
        all.expect(options.user()->find(':') == std::string::npos &&
                       !has_control_character(*options.user()),
                   "the user name", "contain neither colons nor control characters");
        all.expect(!has_control_character(options.password()), "the password",
                   "contain no control characters");
    }
    all.expect(std::ranges::none_of(options.signature_secrets(), &std::string::empty),
               "signature_secret", "not be empty");
    all.expect_some("body_limit", options.body_limit());
    all.expect_some("queue_limit", options.queue_limit());
    all.expect_some("max_connections", options.max_connections());
    all.expect(options.header_limit() >= least_header && options.header_limit() <= longest_header,
               "header_limit", "be from 256 to 32768", options.header_limit());
    all.expect_time("handshake_timeout", options.handshake_timeout());
    all.expect_time("header_timeout", options.header_timeout());
    all.expect_time("body_timeout", options.body_timeout());
    all.expect_time("write_timeout", options.write_timeout());
    all.expect_time("idle_timeout", options.idle_timeout());
    all.expect_time("close_timeout", options.close_timeout());
    all.expect_time_or_none("full_queue_timeout", options.full_queue_timeout());
    return all.problem();
}

}  // namespace jellyfish::detail
