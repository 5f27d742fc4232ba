#include "rest/pool_io.hpp"

#include "async/bounded_timeout.hpp"
#include "net/connect_failure.hpp"

#include <chrono>
#include <exception>
#include <random>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

namespace jellyfish::detail {
namespace {

class asio_pool_io final : public pool_io {
public:
    using strand = asio::strand<asio::any_io_executor>;

    /// The state needed to connect. Outlives this object while an attempt is pending.
    struct target {
        client_options options;
        server_address address;
        client_tls_ptr tls;
        known_addresses_ptr known = std::make_shared<known_addresses>();
    };

    asio_pool_io(strand executor, target to)
        : executor_(std::move(executor)),
          timer_(executor_),
          target_(std::make_shared<target>(std::move(to))) {}

    [[nodiscard]] time_point now() const override { return std::chrono::steady_clock::now(); }
    [[nodiscard]] std::uint32_t random() override { return static_cast<std::uint32_t>(random_()); }

    void schedule_at(time_point when, std::function<void()> callback) override {
        timer_.expires_at(when);
        timer_.async_wait([callback = std::move(callback)](const error_code& code) {
            if (!code) callback();
        });
    }

    void cancel_schedule() override { timer_.cancel(); }

    void connect(connect_handler handler) override {
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

private:
    static asio::awaitable<std::unique_ptr<stream>> open(std::shared_ptr<target> to) {
        tls_context_ptr tls = to->options.secure() ? to->tls->current() : nullptr;
        co_return co_await detail::connect(to->address, std::move(tls),
                                           bounded_timeout(to->options.connect_timeout()),
                                           std::chrono::milliseconds(0), to->known);
    }

    strand executor_;
    asio::steady_timer timer_;
    std::mt19937 random_{std::random_device()()};
    std::shared_ptr<target> target_;
};

}  // namespace

std::unique_ptr<pool_io> make_pool_io(const asio::strand<asio::any_io_executor>& executor,
                                      const client_options& options, const server_address& address,
                                      client_tls_ptr tls) {
    return std::make_unique<asio_pool_io>(executor,
                                          asio_pool_io::target{options, address, std::move(tls)});
}

}  // namespace jellyfish::detail
