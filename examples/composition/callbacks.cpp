// Callbacks: each operation calls a function when it is done, with the error code first.
#include <jellyfish/jellyfish.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>

using boost::system::error_code;

class session {
public:
    session(const boost::asio::any_io_executor& executor, const jellyfish::client_options& options)
        : notifier_(executor, options), rooms_(std::in_place, executor, options) {}

    void start() {
        notifier_.connect([this](error_code code) {
            if (!failed("connect", code)) create();
        });
    }

    [[nodiscard]] bool good() const noexcept { return good_; }

private:
    void create() {
        const auto config = jellyfish::room_config().peerless_purge_timeout(std::chrono::hours(1));
        rooms_->create_room(config, [this](error_code code, const auto& /*created*/) {
            if (!failed("create_room", code)) next();
        });
    }

    void next() {
        notifier_.next([this](error_code code, const auto& notification) {
            if (failed("next", code) || !notification) return;
            std::cout << "Received a notification: " << *notification << '\n';
            rooms_.reset();  // Its connection, which it keeps for a while, ends with it.
            notifier_.close([this](error_code ec) { good_ = !failed("close", ec); });
        });
    }

    static bool failed(const char* what, error_code code) {
        if (code) std::cerr << what << ": " << code.message() << '\n';
        return code.failed();
    }

    jellyfish::notifier notifier_;
    std::optional<jellyfish::room_api> rooms_;
    bool good_ = false;
};

int main() {
    boost::asio::io_context context;
    session one{context.get_executor(), jellyfish::client_options::from_environment()};
    one.start();
    context.run();
    return one.good() ? EXIT_SUCCESS : EXIT_FAILURE;
}
