// Callbacks: each operation calls a function on completion, with the error code first.
#include <jellyfish/jellyfish.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>

using boost::system::error_code;

struct session {
    boost::asio::io_context context{};
    jellyfish::client_options options = jellyfish::client_options::from_environment();
    jellyfish::notifier notifier{context.get_executor(), options};
    std::optional<jellyfish::room_api> rooms{std::in_place, context.get_executor(), options};
    bool good = true;

    void start() {
        notifier.connect([this](error_code code) {
            if (!failed("connect", code)) create();
        });
    }

    void create() {
        const auto config = jellyfish::room_config().peerless_purge_timeout(std::chrono::hours(1));
        rooms->create_room(config, [this](error_code code, const auto& /*created*/) {
            failed("create_room", code) ? close() : next();
        });
    }

    void next() {
        notifier.next([this](error_code code, const auto& notification) {
            if (!failed("next", code) && notification)
                std::cout << "Received a notification: " << *notification << '\n';
            close();
        });
    }

    void close() {  // Also after a failure: open connections would keep the context running.
        rooms.reset();
        notifier.close([this](error_code code) { failed("close", code); });
    }

    bool failed(const char* what, error_code code) {
        if (code) std::cerr << what << ": " << code.message() << '\n';
        good = good && !code;
        return code.failed();
    }
};

int main() {
    session one;
    one.start();
    one.context.run();
    return one.good ? EXIT_SUCCESS : EXIT_FAILURE;
}
