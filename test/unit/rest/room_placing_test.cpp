#include "rest/room_placing.hpp"

#include <jellyfish/client_options.hpp>

#include "fakes/scripted_pool.hpp"
#include "rest/client_impl.hpp"
#include "rest/rest_json.hpp"
#include "rest/rest_request.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// Which server a call about a room is sent to, and what happens when it is unreachable.
namespace {

namespace asio = boost::asio;
namespace detail = jellyfish::detail;
using jellyfish::client_options;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::test::http_ok;
using jellyfish::test::scripted_pool;

client_options at(const std::string& address) { return client_options().server_address(address); }

std::string place_of(const client_options& options, const std::string& announced) {
    detail::room_placing placing(options);
    return placing.of_room(announced);
}

std::string upper(std::string value) {
    std::ranges::transform(value, value.begin(), [](char c) { return c == 'm' ? 'M' : c; });
    return value;
}

struct result {
    bool done = false;
    error_code code;
    std::string body;
    std::string address;
    std::string detail;
};

/// A room API with a scripted pool for each server that it calls.
struct fixture {
    asio::io_context context;
    std::map<std::string, std::shared_ptr<scripted_pool>> drivers;
    std::vector<std::string> log;
    std::function<void()> on_log = [] {};
    std::shared_ptr<detail::client_impl> api;

    explicit fixture(client_options options = at("media:80")) {
        options.logger([this](jellyfish::log_level, std::string_view text) {
            log.emplace_back(text);
            on_log();
        });
        api = std::make_shared<detail::client_impl>(
            context.get_executor(), options,
            [this](const auto& strand, const auto&, const detail::server_address& address,
                   const auto&) {
                auto& driver = drivers[address.authority()];
                driver = std::make_shared<scripted_pool>(context);
                return driver->make_pool_io(strand);
            });
    }

    ~fixture() {
        api->close();
        settle();
    }

    void settle() {
        context.restart();
        context.poll();
    }

    scripted_pool& server(const std::string& address) { return *drivers.at(address); }

    void get(result& into, detail::http::method method = detail::http::method::get) {
        get(into, method, context);
    }

    /// Calls the handler in a context.
    void get(result& into, detail::http::method method, asio::io_context& handlers) {
        api->call(
            "r",
            detail::operation_handler<std::string>(asio::bind_executor(
                handlers,
                [&into](error_code code, const detail::diagnostics_ptr& info, std::string body) {
                    into = {true, code, std::move(body), info ? info->address : std::string(),
                            info ? info->detail : std::string()};
                })),
            [&] {
                detail::http::request request;
                request.method = method;
                request.target = "/room/r";
                return request;
            },
            [](detail::http::response response) { return std::tuple(std::move(response.body)); });
        settle();
    }

    void respond(const std::string& address, const std::string& bytes, std::size_t link = 0) {
        server(address).link(link).feed(bytes);
        settle();
    }

    [[nodiscard]] std::size_t logged(const std::string& text) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            log, [&](const std::string& line) { return line.find(text) != line.npos; }));
    }
};

/// A room on another server that is unreachable.
struct unreachable : fixture {
    unreachable() {
        api->remember("r", "other:8080");
        server("other:8080").state().connect_at_once = false;
    }

    void reject(errc code = errc::connect_failed) { server("other:8080").refuse_one(code); }
};

const std::string not_found = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(room_placing)

BOOST_AUTO_TEST_CASE(local_host_names_are_recognized) {
    for (const char* each : {"localhost", "LocalHost", "localhost.", "a.localhost", "127.0.0.1",
                             "127.1.2.3", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::"})
        BOOST_TEST(detail::is_loopback(each), each);
    for (const char* each : {"", "host", "localhost.example", "mylocalhost", "128.0.0.1",
                             "10.0.0.1", "::2", "fe80::1", "local"})
        BOOST_TEST(!detail::is_loopback(each), each);
}

BOOST_AUTO_TEST_CASE(an_announced_address_is_followed) {
    BOOST_TEST(place_of(at("media:80"), "node-2:8080") == "node-2:8080");
    BOOST_TEST(place_of(at("localhost:5002"), "127.0.0.1:5003") == "127.0.0.1:5003");
    BOOST_TEST(place_of(at("127.0.0.1:5002"), "localhost:8080/p") == "localhost:8080/p");
    BOOST_TEST(place_of(at("localhost:5002"), "node-2:8080") == "node-2:8080");
}

BOOST_AUTO_TEST_CASE(an_announced_loopback_address_of_another_machine_is_ignored) {
    for (const char* each : {"localhost:8080", "127.0.0.1:8080", "[::1]:8080/p", "a.localhost"})
        BOOST_TEST(place_of(at("media:80"), each) == "", each);
    BOOST_TEST(place_of(at("media:80").follow_rooms(true), "localhost:8080") == "localhost:8080");
}

BOOST_AUTO_TEST_CASE(announced_addresses_can_be_ignored) {
    BOOST_TEST(place_of(at("media:80").follow_rooms(false), "node-2:8080") == "");
    BOOST_TEST(
        place_of(at("media:80").follow_rooms(false).map_room_address(upper), "node-2:8080") == "");
}

BOOST_AUTO_TEST_CASE(a_function_maps_an_address) {
    const auto options = at("media:80").map_room_address(upper);
    BOOST_TEST(place_of(options, "media-2:8080") == "Media-2:8080");
    const auto fixed = at("media:80").map_room_address([](const std::string& from) {
        return from == "localhost:8080" ? "media:30080" : "";
    });
    BOOST_TEST(place_of(fixed, "localhost:8080") == "media:30080");
    BOOST_TEST(place_of(fixed, "node-2:8080") == "");
    const auto here =
        at("media:80").map_room_address([](const std::string&) { return "localhost:1"; });
    BOOST_TEST(place_of(here, "node-2:8080") == "localhost:1");
}

BOOST_AUTO_TEST_CASE(an_exception_from_the_function_is_logged_and_the_configured_address_used) {
    for (const bool standard : {true, false}) {
        fixture f(at("media:80").map_room_address([standard](const std::string&) -> std::string {
            if (standard) throw std::runtime_error("no map");
            throw 7;
        }));
        f.api->remember("r", "node-2:8080");
        BOOST_TEST((f.api->node_of("r") == f.api->home()));
        BOOST_TEST(f.logged("map_room_address threw an exception") == 1U);
        BOOST_TEST(f.logged("(no map)") == (standard ? 1U : 0U));
    }
}

BOOST_AUTO_TEST_CASE(an_invalid_result_of_the_function_is_logged_and_the_configured_address_used) {
    fixture f(at("media:80").map_room_address([](const std::string&) { return "x:y"; }));
    f.api->remember("r", "node-2:8080");
    BOOST_TEST((f.api->node_of("r") == f.api->home()));
    BOOST_TEST(f.logged("ignored an announced node address") == 1U);
}

BOOST_AUTO_TEST_CASE(an_ignored_loopback_address_is_logged_once) {
    fixture f;
    for (const char* room : {"a", "b", "c"}) {
        f.api->remember(room, "localhost:8080");
        BOOST_TEST((f.api->node_of(room) == f.api->home()));
    }
    BOOST_TEST(f.drivers.size() == 1U);
    BOOST_TEST(f.logged("the server announced its rooms at localhost:8080") == 1U);
}

BOOST_AUTO_TEST_CASE(a_redirect_is_placed_like_a_room) {
    fixture f;
    BOOST_TEST((f.api->node_of_redirection("localhost:8080", false) == f.api->home()));
    BOOST_TEST((f.api->node_of_redirection("node-2:8080", false) != f.api->home()));
    BOOST_TEST(f.drivers.contains("node-2:8080"));
    fixture mapping(
        at("media:80").map_room_address([](const std::string&) { return "media:30080"; }));
    (void)mapping.api->node_of_redirection("localhost:8080", true);
    BOOST_TEST(mapping.drivers.contains("media:30080"));
}

// ---- unreachable servers

BOOST_FIXTURE_TEST_CASE(a_call_that_was_not_sent_is_retried_at_the_configured_address,
                        unreachable) {
    for (const auto method : {detail::http::method::get, detail::http::method::post}) {
        for (const errc each :
             {errc::connect_failed, errc::resolve_failed, errc::connect_timeout}) {
            api->remember("r", "other:8080");
            server("other:8080").state().connect_at_once = false;
            result out;
            get(out, method);
            reject(each);
            settle();
            BOOST_TEST(!out.done);
            respond("media:80", http_ok("here"));
            BOOST_TEST(out.code == error_code());
            BOOST_TEST(out.body == "here");
        }
    }
    BOOST_TEST(logged("the server announced for room r cannot be reached") == 6U);
}

BOOST_FIXTURE_TEST_CASE(a_room_found_at_the_configured_address_is_used_there_from_then_on,
                        unreachable) {
    result out;
    get(out);
    reject();
    settle();
    respond("media:80", http_ok("here"));
    get(out);
    BOOST_TEST(server("other:8080").state().attempts_made == 1);
    respond("media:80", http_ok("again"));
    BOOST_TEST(out.body == "again");
}

BOOST_FIXTURE_TEST_CASE(a_call_that_was_ended_meanwhile_is_not_retried_at_the_configured_address,
                        unreachable) {
    struct row {
        void (detail::client_impl::*end)();
        const char* detail;
    };
    for (const row& each : {row{&detail::client_impl::cancel, "all calls were cancelled"},
                            row{&detail::client_impl::close, "the object was closed"}}) {
        result out;
        asio::io_context handlers;
        get(out, detail::http::method::get, handlers);
        reject();  // The call fails, but its handler was not called yet.
        ((*api).*each.end)();
        handlers.run();
        BOOST_TEST(out.code == error_code(asio::error::operation_aborted));
        BOOST_TEST(out.detail == each.detail);
    }
    BOOST_TEST(logged("using server_address instead") == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_room_missing_at_both_addresses_is_unreachable_and_not_deleted,
                        unreachable) {
    result out;
    get(out);
    reject();
    settle();
    respond("media:80", not_found);
    BOOST_TEST(out.code == error_code(errc::connect_failed));
    BOOST_TEST(out.address == "http://other:8080");
    BOOST_TEST((api->node_of("r") != api->home()));
}

BOOST_FIXTURE_TEST_CASE(other_failures_at_the_configured_address_are_reported, unreachable) {
    server("media:80").state().connect_at_once = false;
    result out;
    get(out);
    reject();
    settle();
    server("media:80").refuse_one(errc::connect_timeout);
    settle();
    BOOST_TEST(out.code == error_code(errc::connect_timeout));
    BOOST_TEST(out.address == "http://media:80");
}

BOOST_FIXTURE_TEST_CASE(a_call_that_may_have_arrived_is_not_retried_elsewhere, unreachable) {
    server("other:8080").state().connect_at_once = true;
    result out;
    get(out);
    server("other:8080").link(0).end();
    settle();
    BOOST_TEST(out.code == error_code(errc::connection_lost));
    BOOST_TEST(server("media:80").links() == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_call_cancelled_before_it_is_repeated_elsewhere_is_not_repeated,
                        unreachable) {
    result out;
    get(out);
    on_log = [this] { api->cancel(); };  // The failure is logged before the call is repeated.
    reject();
    BOOST_TEST(out.code == error_code(asio::error::operation_aborted));
    BOOST_TEST(server("media:80").state().attempts_made == 0);
}

BOOST_FIXTURE_TEST_CASE(a_closed_client_makes_no_call_elsewhere, unreachable) {
    result out;
    get(out);
    api->close();
    settle();
    BOOST_TEST(out.done);
    BOOST_TEST(server("media:80").state().attempts_made == 0);
}

BOOST_AUTO_TEST_SUITE_END()
