#include <jellyfish/error.hpp>
#include <jellyfish/health_api.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/recording_api.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/version.hpp>

#include "fakes/scripted_peer.hpp"
#include "fakes/wire.hpp"
#include "fixtures/log.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"
#include "fixtures/session_harness.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/test/unit_test.hpp>

// The headers of requests as a server receives them.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;

const std::string own_agent = "User-Agent: jellyfish-server-sdk-cpp/" JELLYFISH_VERSION;

/// A server without rooms that keeps the headers of requests.
class header_recorder {
public:
    explicit header_recorder(asio::io_context& context)
        : peer_(context.get_executor(),
                [this](scripted_connection& connection) { return serve(connection); }) {}

    [[nodiscard]] client_options options() const {
        return logged_options().server_address(peer_.address());
    }

    [[nodiscard]] const std::vector<std::string>& headers() const noexcept { return headers_; }

    [[nodiscard]] std::ptrdiff_t with_line(const std::string& line) const {
        return std::ranges::count_if(headers_, [&](const std::string& header) {
            return header.find("\r\n" + line + "\r\n") != std::string::npos;
        });
    }

private:
    asio::awaitable<void> serve(scripted_connection& connection) {
        for (;;) {
            const std::string header = co_await connection.read_header();
            headers_.push_back(header);
            if (header.find("\r\nUpgrade: websocket\r\n") != std::string::npos) break;
            co_await connection.write("HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"data\":[]}");
        }
        co_await connection.write(upgrade_response(headers_.back()));
        co_await connection.read_frame();
        co_await connection.write(frame(op_binary, authenticated_bytes()));
        co_await connection.read_frame();
        co_await connection.write(frame(op_binary, subscribe_response_bytes(1)));
        co_await connection.read_frame();  // Its close frame.
    }

    std::vector<std::string> headers_;
    scripted_peer peer_;
};

/// Every object that makes requests makes one.
asio::awaitable<void> use_all(client_options options) {
    const auto executor = co_await asio::this_coro::executor;
    room_api rooms(executor, options);
    co_await rooms.get_all_rooms();
    recording_api recordings(executor, options);
    co_await recordings.get_list();
    health_api health(executor, options);
    co_await outcome_of([&] { return health.check(); });
    notifier session(executor, options);
    co_await session.connect();
    co_await session.close();
    room_tracker tracker(executor, options);
    co_await tracker.start();
    co_await tracker.close();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(request_headers)

BOOST_AUTO_TEST_CASE(every_request_names_the_library_and_its_version) {
    asio::io_context context;
    const header_recorder server(context);
    run(context, use_all(server.options()));
    BOOST_TEST(server.headers().size() == 6U);  // Three calls, two upgrades, and a snapshot.
    BOOST_TEST(server.with_line(own_agent) == 6);
}

BOOST_AUTO_TEST_CASE(every_request_names_the_users_product) {
    asio::io_context context;
    const header_recorder server(context);
    run(context, use_all(server.options().user_agent("my-service/1.4 (a comment)")));
    BOOST_TEST(server.with_line(own_agent + " my-service/1.4 (a comment)") == 6);
}

BOOST_AUTO_TEST_CASE(a_user_agent_that_is_not_printable_ascii_is_rejected_everywhere) {
    asio::io_context context;
    const header_recorder server(context);
    for (const char* wrong : {"a\r\nX: y", "a\tb", "\x7f", "caf\xc3\xa9"}) {
        const client_options options = server.options().user_agent(wrong);
        room_api rooms(context.get_executor(), options);
        notifier session(context.get_executor(), options);
        room_tracker tracker(context.get_executor(), options);
        for (const outcome& ended :
             {run(context, outcome_of([&] { return rooms.get_all_rooms(); })),
              run(context, outcome_of([&] { return session.connect(); })),
              run(context, outcome_of([&] { return tracker.start(); }))}) {
            BOOST_TEST((ended.code == errc::invalid_option));
            BOOST_TEST(ended.info.detail.starts_with("user_agent must be printable ASCII"));
        }
    }
    BOOST_TEST(server.headers().empty());
}

// ---- headers of responses

BOOST_AUTO_TEST_CASE(an_upgrade_may_follow_early_hints_and_use_folded_headers) {
    asio::io_context context;
    const scripted_peer::script response_text =
        [](scripted_connection& c) -> asio::awaitable<void> {
        const std::string header = co_await c.read_header();
        std::string response = upgrade_response(header);
        response.insert(response.find("connection:"), "connection: keep-alive\r\n");
        co_await c.write("HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n" + response);
        co_await c.read_frame();
        co_await c.write(frame(op_binary, authenticated_bytes()));
        co_await c.read_frame();
        co_await c.write(frame(op_binary, subscribe_response_bytes(1)));
        co_await c.read_frame();
    };
    const scripted_peer server(context.get_executor(), response_text);
    notifier session(context.get_executor(), logged_options().server_address(server.address()));
    run(context, session.connect());
    run(context, session.close());
    BOOST_TEST(server.accepted() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
