#pragma once

#include <jellyfish/testing/server.hpp>

#include "sandbox/server/checked_options.hpp"
#include "sandbox/server/core.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace jellyfish::testing {

/// The server's thread and what runs on it.
class server::impl {
public:
    explicit impl(const server_options& options) : options_(detail::checked(options)) {
        ports_.assign(options_.nodes(), 0);
        ports_.front() = options_.port();
        start();
    }

    ~impl() { stop(); }

    impl(const impl&) = delete;
    impl& operator=(const impl&) = delete;

    [[nodiscard]] const server_options& options() const noexcept { return options_; }
    [[nodiscard]] const std::vector<std::string>& addresses() const noexcept { return addresses_; }
    [[nodiscard]] const std::vector<std::uint16_t>& ports() const noexcept { return ports_; }
    [[nodiscard]] detail::change_signal& signal() noexcept { return signal_; }

    void stop() {
        const std::lock_guard lock(mutex_);
        stop_locked();
    }

    void restart() {
        const std::lock_guard lock(mutex_);
        stop_locked();
        start();
    }

    /// Runs a function on the server's thread, waits for it, and returns its result.
    template <class Function>
    auto call(Function function) {
        const std::lock_guard lock(mutex_);
        // Not a promise: the server's thread must release an exception before the caller receives
        // it.
        std::packaged_task<decltype(function(*core_))()> task([&] { return function(*core_); });
        auto result = task.get_future();
        if (thread_.joinable()) {
            boost::asio::post(*io_, [&task] { task(); });
        } else {
            task();  // No other thread uses a stopped server.
        }
        return result.get();
    }

private:
    static constexpr std::chrono::seconds end_limit{1};

    void start() {
        auto io = std::make_unique<boost::asio::io_context>(1);
        auto fresh = std::make_unique<detail::core>(*io, options_, ports_, signal_);
        // Both stay the same across restarts, so that they can be read without a lock.
        for (std::size_t i = addresses_.size(); i < ports_.size(); ++i) {
            ports_[i] = fresh->nodes()[i]->port();
            addresses_.push_back(fresh->nodes()[i]->address());
        }
        core_ = std::move(fresh);
        io_ = std::move(io);
        work_.emplace(io_->get_executor());
        core_->start();
        thread_ = std::thread([this] {
            io_->run();
            io_->restart();
            io_->run_for(end_limit);  // Completes aborted operations.
        });
    }

    void stop_locked() {
        if (!thread_.joinable()) return;
        boost::asio::post(*io_, [this] {
            core_->shut_down();
            work_.reset();
            io_->stop();
        });
        thread_.join();
        signal_.raise();
    }

    const server_options options_;
    std::vector<std::uint16_t> ports_;
    std::vector<std::string> addresses_;
    detail::change_signal signal_;
    std::mutex mutex_;
    std::unique_ptr<boost::asio::io_context> io_;
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
    std::unique_ptr<detail::core> core_;
    std::thread thread_;
};

}  // namespace jellyfish::testing
