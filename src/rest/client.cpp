#include <jellyfish/client.hpp>

#include "rest/client_impl.hpp"

#include <utility>

namespace jellyfish::detail {
namespace {

/// Closes a client that has no views left. Pending calls share the client, but not this object.
struct client_owner {
    explicit client_owner(std::shared_ptr<client_impl> owned) : client(std::move(owned)) {}
    client_owner(const client_owner&) = delete;
    client_owner& operator=(const client_owner&) = delete;
    ~client_owner() { client->destroy(); }

    const std::shared_ptr<client_impl> client;
};

}  // namespace

client_view::client_view(asio::any_io_executor executor, const client_options& options) {
    const auto owner =
        std::make_shared<client_owner>(std::make_shared<client_impl>(std::move(executor), options));
    impl_ = {owner, owner->client.get()};
}

void client_view::close() { impl_->close(); }

void client_view::cancel() { impl_->cancel(); }

void client_view::reload_tls() { impl_->reload_tls(); }

}  // namespace jellyfish::detail
