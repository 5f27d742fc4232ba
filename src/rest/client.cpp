#include <jellyfish/client.hpp>

#include "async/owned.hpp"
#include "rest/client_impl.hpp"

#include <utility>

namespace jellyfish::detail {

client_view::client_view(asio::any_io_executor executor, const client_options& options)
    : impl_(make_owned<client_impl>(std::move(executor), options)) {}

void client_view::close() { impl_->close(); }

void client_view::cancel() { impl_->cancel(); }

void client_view::reload_tls() { impl_->reload_tls(); }

}  // namespace jellyfish::detail
