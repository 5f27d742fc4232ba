#pragma once

#include "network/private_namespaces.hpp"

#include <cerrno>
#include <future>
#include <sched.h>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <unistd.h>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace jellyfish::test {

/// A thread with its own network, like another machine. Threads, sockets and commands started there
/// belong to that network.
class far_machine {
public:
    far_machine() {
        run([] {
            if (unshare(CLONE_NEWNET) != 0)
                throw std::system_error(errno, std::system_category(), "unshare");
        });
    }

    ~far_machine() {
        work_.reset();
        thread_.join();
    }

    far_machine(const far_machine&) = delete;
    far_machine& operator=(const far_machine&) = delete;

    /// Runs a function there, and returns or throws its result.
    template <class Function>
    std::invoke_result_t<Function> run(Function function) {
        std::packaged_task<std::invoke_result_t<Function>()> task(std::move(function));
        auto result = task.get_future();
        boost::asio::post(io_, [task = std::move(task)]() mutable { task(); });
        return result.get();
    }

    std::string shell(const std::string& command) {
        return run([&] { return test::shell(command); });
    }

    /// The argument of `ip` for its network.
    [[nodiscard]] std::string network_name() {
        return run([] { return std::to_string(gettid()); });
    }

private:
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    std::thread thread_{[this] { io_.run(); }};
};

}  // namespace jellyfish::test
