#include "agent/agent_impl.hpp"

#include "agent/agent_feed.hpp"

#include <optional>

namespace jellyfish::detail {
namespace {

/// Returns the session options that agents and notifiers share.
notifier_options session_options(const fishjam::agent_options& options) {
    return notifier_options()
        .reconnect(options.reconnect())
        .queue_limit(options.queue_limit())
        .overflow(options.overflow())
        .idle_timeout(options.idle_timeout())
        .authentication_timeout(options.authentication_timeout())
        .close_timeout(options.close_timeout())
        .max_message_size(options.max_message_size());
}

/// Returns the first problem with the other options, as `problem_of` does.
std::optional<std::string> problem_of_agent(const client_options& client,
                                            const fishjam::agent_options& options) {
    if (client.server_api_token().empty()) return "the peer token must not be empty";
    if (options.send_limit() < 1) return "send_limit must be at least 1, not 0";
    if (options.capture_timeout() <= std::chrono::milliseconds(0))
        return "capture_timeout must be greater than 0, not " +
               std::to_string(options.capture_timeout().count()) + " ms";
    return std::nullopt;
}

session_context_ptr make_context(client_options client, const fishjam::agent_options& options,
                                 std::shared_ptr<agent_stream> to) {
    client_tls_ptr tls = client.secure() ? make_client_tls(client, "agent") : nullptr;
    auto problem = problem_of_agent(client, options);
    return std::make_shared<const session_context>(
        session_context{std::move(client),
                        session_options(options),
                        std::move(tls),
                        std::move(to),
                        std::make_shared<traffic>(),
                        {"agent", "events", " (call next(), or use drop_oldest)"},
                        std::move(problem)});
}

}  // namespace

agent_impl::agent_impl(const asio::any_io_executor& executor, client_options client,
                       const fishjam::agent_options& options)
    : stream_(std::make_shared<agent_stream>(executor, options)),
      sessions_(executor, make_context(std::move(client), options, stream_)) {}

void agent_impl::connect(operation_handler<> handler) {
    sessions_.connect(std::move(handler), [this](generation id) {
        return [to = stream_, id](const session_parameters& settings) {
            return std::make_unique<agent_feed>(settings, to, id);
        };
    });
}

fishjam::agent_stats agent_impl::stats() const {
    fishjam::agent_stats stats;
    stream_->count_into(stats);
    sessions_.count_into(stats);
    return stats;
}

}  // namespace jellyfish::detail
