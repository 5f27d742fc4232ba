// The code blocks of docs/how_to/errors.md, run against an in-process server.
#include <jellyfish/jellyfish.hpp>
#include <jellyfish/testing/server.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace asio = boost::asio;

namespace {

// Exceptions.

asio::awaitable<std::optional<jellyfish::room>> find_room(jellyfish::room_api& rooms,
                                                          std::string id) {
    try {
        co_return co_await rooms.get_room(id);
    } catch (const jellyfish::error& failure) {
        if (failure.code() == jellyfish::condition::not_found) co_return std::nullopt;
        throw;
    }
}

// Codes.

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

asio::awaitable<bool> delete_room(jellyfish::room_api& rooms, std::string id) {
    jellyfish::diagnostics info;
    const auto result = co_await rooms.delete_room(id, info, as_tuple);
    const auto code = std::get<0>(result);
    if (!code || code == jellyfish::condition::not_found) co_return true;
    std::cerr << code.message() << "; " << info << '\n';
    co_return false;
}

// Outcome.

asio::awaitable<jellyfish::room> create_once(jellyfish::room_api& rooms, std::string id) {
    const auto config = jellyfish::room_config().room_id(id);
    jellyfish::diagnostics info;
    const auto result = co_await rooms.create_room(config, info, as_tuple);
    const auto code = std::get<0>(result);
    if (!code) co_return std::get<1>(result).room;
    if (code != jellyfish::errc::outcome_unknown) throw jellyfish::error(code, info);
    co_return co_await rooms.get_room(id);  // Throws not_found if it was not created.
}

// Time limit.

asio::awaitable<bool> wait_for_peer(jellyfish::notifier& notifier, std::chrono::seconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    for (;;) {
        jellyfish::diagnostics info;
        const auto left = deadline - std::chrono::steady_clock::now();
        const auto result = co_await notifier.next_for(left, info, as_tuple);
        const auto code = std::get<0>(result);
        if (code == jellyfish::errc::timeout) co_return false;
        if (code) throw jellyfish::error(code, info);
        const auto& notification = std::get<1>(result);
        if (!notification) co_return false;  // Closed.
        if (std::holds_alternative<jellyfish::peer_connected>(*notification)) co_return true;
    }
}

void check(bool holds, const char* what) {
    if (!holds) throw std::runtime_error(what);
}

asio::awaitable<void> run(jellyfish::testing::server& server) {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options().server_address(server.address());
    jellyfish::room_api rooms{executor, options};

    const auto missing = co_await find_room(rooms, "missing");
    check(!missing, "a room that does not exist was found");
    const auto made = co_await create_once(rooms, "a");
    check(made.id == "a", "the room was not created");
    const auto found = co_await find_room(rooms, "a");
    check(found.has_value(), "the room was not found");

    server.fail_requests(jellyfish::testing::request_failure(401).times(1));
    const bool failed = co_await delete_room(rooms, "a");
    check(!failed, "a failure was not reported");
    for (int i = 0; i < 2; ++i) {
        const bool deleted = co_await delete_room(rooms, "a");
        check(deleted, "the room was not deleted");
    }

    jellyfish::notifier notifier{executor, options};
    co_await notifier.connect();
    const bool early = co_await wait_for_peer(notifier, std::chrono::seconds(0));
    check(!early, "a peer was reported that does not exist");
    server.notify(jellyfish::room_created{"b"});
    server.notify(jellyfish::peer_connected{"b", "p"});
    const bool connected = co_await wait_for_peer(notifier, std::chrono::seconds(60));
    check(connected, "the peer was not reported");
}

}  // namespace

int main() {
    try {
        jellyfish::testing::server server;
        asio::io_context context;
        auto ended = asio::co_spawn(context, run(server), asio::use_future);
        context.run_for(std::chrono::seconds(60));
        check(ended.wait_for(std::chrono::seconds(0)) == std::future_status::ready,
              "it does not end");
        ended.get();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
