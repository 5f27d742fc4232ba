#include "rest/asio_pool_io.hpp"

#include "async/bounded_timeout.hpp"
#include "net/connect_failure.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

namespace jellyfish::detail {

asio_pool_io::asio_pool_io(strand executor, const client_options& options, server_address address,
                           client_tls_ptr tls)
    : executor_(std::move(executor)),
      timer_(executor_),
      target_(std::make_shared<target>(target{options, std::move(address), std::move(tls),
                                              std::make_shared<known_addresses>()})) {}

void asio_pool_io::schedule_at(time_point when, std::function<void()> callback) {
    timer_.expires_at(when);
    timer_.async_wait([callback = std::move(callback)](const error_code& code) {
        if (!code) callback();
    });
}

void asio_pool_io::cancel_schedule() { timer_.cancel(); }

asio::awaitable<std::unique_ptr<stream>> asio_pool_io::open(std::shared_ptr<target> to) {
    tls_context_ptr tls = to->options.secure() ? to->tls->current() : nullptr;
    co_return co_await detail::connect(to->address, std::move(tls),
                                       bounded_timeout(to->options.connect_timeout()),
                                       std::chrono::milliseconds(0), to->known);
}

void asio_pool_io::connect(connect_handler handler) {
    const auto slot = asio::get_associated_cancellation_slot(handler);
    asio::co_spawn(
        executor_, open(target_),
        asio::bind_cancellation_slot(
            slot, [handler = std::move(handler)](const std::exception_ptr& failure,
                                                 std::unique_ptr<stream> connection) mutable {
                diagnostics info;
                error_code code;
                if (failure) code = code_of_failure(failure, info);
                std::move(handler)(code, std::move(info), std::move(connection));
            }));
}

}  // namespace jellyfish::detail
