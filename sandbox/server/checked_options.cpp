#include "sandbox/server/checked_options.hpp"

#include "async/bounded_timeout.hpp"
#include "sandbox/http/urls.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

namespace jellyfish::testing::detail {
namespace {

using std::chrono::milliseconds;

/// Whether webhooks can be sent to this URL.
bool can_post_to(const std::string& url) {
    const auto parsed = parse_webhook_url(url);
    return parsed && parsed->port != 0;
}

void expect(bool usable, const char* requirement) {
    if (!usable) throw std::invalid_argument(std::string("server_options: ") + requirement);
}

/// Whether an id needs no encoding in a path.
bool is_fishjam_id(std::string_view id) {
    constexpr std::string_view characters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    return !id.empty() && id.find_first_not_of(characters) == id.npos;
}

}  // namespace

server_options checked(server_options options) {
    using jellyfish::detail::bounded_timeout;
    constexpr milliseconds zero(0);
    constexpr std::size_t max_nodes = 1'000;
    expect(options.metrics_interval() > zero, "metrics_interval must be greater than 0");
    expect(options.ping_interval() > zero, "ping_interval must be greater than 0");
    expect(options.socket_idle_timeout() > zero, "socket_idle_timeout must be greater than 0");
    expect(options.http_idle_timeout() > zero, "http_idle_timeout must be greater than 0");
    expect(options.webhook_timeout() > zero, "webhook_timeout must be greater than 0");
    expect(options.webhook_url().empty() || can_post_to(options.webhook_url()),
           "webhook_url must be http://host/path or https://host/path");
    expect(options.graceful_stop_time() >= zero, "graceful_stop_time must be at least 0");
    expect(options.requests_per_connection() >= 1, "requests_per_connection must be at least 1");
    expect(options.nodes() >= 1 && options.nodes() <= max_nodes, "nodes must be from 1 to 1000");
    if (options.api() == server_api::fishjam) {
        expect(options.nodes() == 1, "nodes must be 1 with Fishjam");
        if (!is_fishjam_id(options.fishjam_id()))
            throw std::invalid_argument(
                "invalid Fishjam id: expected letters, digits, '-', '_', '.' and '~'");
        options.path_prefix(options.path_prefix() + "/api/v1/connect/" + options.fishjam_id());
    }
    options.metrics_interval(bounded_timeout(options.metrics_interval()))
        .ping_interval(bounded_timeout(options.ping_interval()))
        .socket_idle_timeout(bounded_timeout(options.socket_idle_timeout()))
        .http_idle_timeout(bounded_timeout(options.http_idle_timeout()))
        .webhook_timeout(bounded_timeout(options.webhook_timeout()))
        .graceful_stop_time(bounded_timeout(options.graceful_stop_time()));
    return options;
}

}  // namespace jellyfish::testing::detail
