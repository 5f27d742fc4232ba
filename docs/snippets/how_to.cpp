// The code blocks of docs/how_to/ and docs/reliability.md, run against an in-process server.
#include <jellyfish/jellyfish.hpp>
#include <jellyfish/testing/server.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

namespace asio = boost::asio;

namespace {

// Reconnect and resync.

jellyfish::notifier_options patient() {
    return jellyfish::notifier_options().reconnect(jellyfish::reconnect_policy()
                                                       .base_delay(std::chrono::milliseconds(100))
                                                       .max_delay(std::chrono::seconds(5))
                                                       .retry_first_connect(true));
}

asio::awaitable<void> follow(jellyfish::notifier& notifier, jellyfish::room_api& rooms) {
    while (auto notification = co_await notifier.next()) {
        if (auto* lost = std::get_if<jellyfish::disconnected>(&*notification)) {
            std::cout << "Disconnected: " << lost->reason << '\n';
        } else if (std::holds_alternative<jellyfish::reconnected>(*notification)) {
            const auto all = co_await rooms.get_all_rooms();
            std::cout << "Reconnected: " << all.size() << " rooms\n";
        } else {
            std::cout << *notification << '\n';
        }
    }
}

asio::awaitable<void> keep_view(jellyfish::room_tracker& tracker) {
    co_await tracker.start();
    while (auto change = co_await tracker.next()) {
        std::cout << *change << '\n';
        if (change->room) std::cout << "  its peers: " << change->room->peers.size() << '\n';
    }
}

// Webhooks behind a proxy.

jellyfish::webhook_options behind_proxy(std::string secret) {
    return jellyfish::webhook_options().port(8080).secret(std::move(secret));
}

jellyfish::room_config posting_to_proxy(const jellyfish::webhook_options& options) {
    return jellyfish::room_config().webhook_url("https://hooks.example.org" + options.target());
}

jellyfish::webhook_options from_fishjam(std::uint16_t port) {
    return jellyfish::webhook_options::from_environment().address("0.0.0.0").port(port);
}

bool is_from_fishjam(const std::string& body, std::string_view signature) {
    return jellyfish::verify_webhook_signature({"s3cret"}, body, signature);
}

// TLS.

jellyfish::client_options over_tls() {
    return jellyfish::client_options()
        .server_address("media.example.org:443")
        .secure(true)
        .tls(jellyfish::tls_options()
                 .ca_file("/etc/my_service/ca.pem")
                 .client_certificate("/etc/my_service/client.pem", "/etc/my_service/client.key"));
}

asio::awaitable<void> connect_or_explain(jellyfish::notifier& notifier) {
    try {
        co_await notifier.connect();
    } catch (const jellyfish::error& failure) {
        if (failure.code() == jellyfish::condition::certificate)
            std::cerr << "Certificate verification failed. ";
        std::cerr << failure.what() << '\n';
        throw;
    }
}

void on_renewal(jellyfish::notifier& notifier, jellyfish::webhook_receiver& receiver) {
    try {
        notifier.reload_tls();
        receiver.reload_tls();
    } catch (const jellyfish::error& failure) {
        std::cerr << "Still using the old certificates. " << failure.what() << '\n';
    }
}

// Cluster.

jellyfish::notifier_options any_node() {
    return jellyfish::notifier_options().other_addresses(
        {"node2.example.org:5002", "node3.example.org:5002"});
}

asio::awaitable<void> use_cluster(jellyfish::room_api& rooms) {
    const auto created = co_await rooms.create_room();
    // Sent to the node that hosts the room.
    co_await rooms.add_peer(created.room.id);

    // Another process needs the id and the address.
    auto node = rooms.for_server(created.server_address);
    std::cout << co_await node.get_room(created.room.id) << '\n';
}

// Test your service.

void fail_peers(jellyfish::testing::server& server) {
    server.fail_requests(jellyfish::testing::request_failure(503)
                             .method("POST")
                             .path("/room/*/peer")
                             .text("Reached peer limit in room a-room")
                             .times(2));
}

void check(bool holds, const char* what) {
    if (!holds) throw std::runtime_error(what);
}

void try_reconnect() {
    jellyfish::testing::server server;
    const auto options = jellyfish::client_options().server_address(server.address());
    asio::thread_pool pool{1};
    jellyfish::notifier notifier{pool.get_executor(), options, patient()};
    jellyfish::room_api rooms{pool.get_executor(), options};
    asio::co_spawn(pool, connect_or_explain(notifier), asio::use_future).get();
    auto following = asio::co_spawn(pool, follow(notifier, rooms), asio::use_future);
    server.drop_connections();
    check(server.wait_for([&] { return server.requests() == 1; }),
          "no snapshot was fetched after the loss");
    notifier.close(asio::use_future).get();
    following.get();
    check(notifier.stats().reconnects == 1, "the session was not restored");
}

void try_view() {
    jellyfish::testing::server server;
    const auto options = jellyfish::client_options().server_address(server.address());
    asio::thread_pool pool{1};
    jellyfish::room_tracker tracker{pool.get_executor(), options};
    jellyfish::room_api rooms{pool.get_executor(), options};
    auto viewing = asio::co_spawn(pool, keep_view(tracker), asio::use_future);
    rooms.create_room(jellyfish::room_config(), asio::use_future).get();
    check(server.wait_for([&] { return tracker.rooms().size() == 1; }),
          "the room is not in the view");
    tracker.close(asio::use_future).get();
    viewing.get();
}

jellyfish::client_options from_outside() {
    return jellyfish::client_options()
        .server_address("media.example.org:5002")
        .map_room_address([](const std::string& announced) {
            const bool known = announced == "node2:5002";
            return std::string(known ? "media.example.org:5012" : "");
        });
}

void try_cluster() {
    const auto mapped = from_outside().map_room_address();
    check(mapped("node2:5002") == "media.example.org:5012", "a known node is not mapped");
    check(mapped("node3:5002").empty(), "an unknown node is mapped");
    jellyfish::testing::server server{jellyfish::testing::server_options().nodes(2)};
    const auto options = jellyfish::client_options().server_address(server.address());
    asio::thread_pool pool{1};
    jellyfish::room_api rooms{pool.get_executor(), options};
    for (int room = 0; room < 2; ++room)
        asio::co_spawn(pool, use_cluster(rooms), asio::use_future).get();
    check(server.rooms().size() == 2, "a room is missing");
}

void try_renewal() {
    asio::thread_pool pool{1};
    jellyfish::notifier notifier{pool.get_executor(), over_tls()};
    jellyfish::webhook_receiver receiver{pool.get_executor()};
    on_renewal(notifier, receiver);  // The files do not exist: logs the error and continues.
}

void try_options() {
    const auto options = behind_proxy("s3cret");
    check(posting_to_proxy(options).webhook_url() == "https://hooks.example.org/webhook/s3cret",
          "the URL does not contain the secret");
    check(from_fishjam(8080).port() == 8080, "another port");
    const std::string hex = "63d7d468988fe3de60e994cf90f219719ea4b63df0ee7521079ed251fa76e83d";
    check(is_from_fishjam("body", "sha256=" + hex), "the signature does not match");
    check(!is_from_fishjam("another body", "sha256=" + hex), "any signature matches");
    check(over_tls().secure(), "no TLS");
    check(any_node().other_addresses().size() == 2, "no other addresses");
}

// Processes that fork.

void try_fork() {
    asio::io_context context;
    auto notifier = std::make_unique<jellyfish::notifier>(context.get_executor());
    context.notify_fork(boost::asio::io_context::fork_prepare);
    if (const pid_t child = ::fork(); child == 0) {
        context.notify_fork(boost::asio::io_context::fork_child);
        notifier.reset();  // Nothing is sent.
        ::_exit(0);        // Or continue, or execute a program.
    }
    context.notify_fork(boost::asio::io_context::fork_parent);
    int status = -1;
    ::wait(&status);
    check(status == 0, "the child failed");
}

}  // namespace

void try_failures() {
    jellyfish::testing::server server;
    fail_peers(server);
    asio::thread_pool pool{1};
    jellyfish::room_api rooms{pool.get_executor(),
                              jellyfish::client_options().server_address(server.address())};
    try {
        asio::co_spawn(pool, rooms.add_peer("a-room"), asio::use_future).get();
        check(false, "the call succeeds");
    } catch (const jellyfish::api_error& error) {
        check(error.server_message() == "Reached peer limit in room a-room", "the text is lost");
    }
}

int main() {
    try {
        try_failures();
        try_options();
        try_renewal();
        try_reconnect();
        try_view();
        try_cluster();
        try_fork();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
