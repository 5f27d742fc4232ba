// Callbacks: each operation calls a function when it is done, with the error code first.
#include <jellyfish/jellyfish.hpp>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>

namespace asio = boost::asio;
using boost::system::error_code;

/// Connects, creates a room, prints what is told of it, and closes.
class session {
public:
    session(const asio::io_context::executor_type& executor,
            const jellyfish::client_options& options)
        : notifier_(executor, options), rooms_(std::in_place, executor, options) {}

    void start() {
        notifier_.connect([this](const error_code& code) {
            if (!failed("connect", code)) create();
        });
    }

    [[nodiscard]] bool good() const noexcept { return good_; }

private:
    using notification = std::optional<jellyfish::notification>;

    void create() {
        rooms_->create_room(jellyfish::room_config(),
                            [this](const error_code& code, const jellyfish::create_room_result&) {
                                if (!failed("create_room", code)) next();
                            });
    }

    void next() {
        notifier_.next([this](const error_code& code, const notification& value) {
            if (failed("next", code) || !value) return;
            std::cout << "Received a notification: " << *value << '\n';
            rooms_.reset();  // Its connection, which it keeps for a while, ends with it.
            notifier_.close([this](const error_code& ec) { good_ = !failed("close", ec); });
        });
    }

    static bool failed(const char* what, const error_code& code) {
        if (code) std::cerr << what << ": " << code.message() << '\n';
        return code.failed();
    }

    jellyfish::notifier notifier_;
    std::optional<jellyfish::room_api> rooms_;
    bool good_ = false;
};

int main() {
    asio::io_context context;
    session one{context.get_executor(), jellyfish::client_options::from_environment()};
    one.start();
    context.run();
    return one.good() ? EXIT_SUCCESS : EXIT_FAILURE;
}
