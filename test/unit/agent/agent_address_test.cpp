#include "agent/agent_address.hpp"

#include <jellyfish/error.hpp>

#include "model/server_address.hpp"

#include <ostream>
#include <string>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace data = boost::unit_test::data;
using namespace jellyfish;

struct row {
    const char* url;
    bool secure;           ///< In the options.
    const char* expected;  ///< The URL of the agent's socket.
};

std::ostream& operator<<(std::ostream& out, const row& value) { return out << value.url; }

const row rows[] = {
    {"wss://fishjam.io/api/v1/connect/id/socket/peer/websocket", false,
     "wss://fishjam.io:443/api/v1/connect/id/socket/agent/websocket"},
    {"https://media.example:8443/socket/peer/websocket", false,
     "wss://media.example:8443/socket/agent/websocket"},
    {"ws://localhost:4000/a/b/socket/peer/websocket", true,
     "ws://localhost:4000/a/b/socket/agent/websocket"},
    {"HTTP://[::1]/socket/agent/websocket", true, "ws://[::1]:80/socket/agent/websocket"},
    {"media.example/x/socket/peer/websocket", true,
     "wss://media.example:443/x/socket/agent/websocket"},
    {"localhost:5002/socket/peer/websocket", false, "ws://localhost:5002/socket/agent/websocket"},
    {"https://media.example/base", false, "wss://media.example:443/base/socket/agent/websocket"},
    {"", false, "ws://other:1234/socket/agent/websocket"},
    {"", true, "wss://other:1234/socket/agent/websocket"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(agent_address)

BOOST_DATA_TEST_CASE(the_socket_of_an_agent_is_next_to_that_of_its_peer, data::make(rows), each) {
    const auto options = detail::at_peer_websocket_url(
        client_options().server_address("other:1234").secure(each.secure), each.url);
    const auto address = detail::parse_server_address(options.server_address());
    BOOST_TEST(address.url(options.secure() ? "wss" : "ws", "/socket/agent/websocket") ==
               each.expected);
}

BOOST_DATA_TEST_CASE(an_invalid_url_is_an_invalid_address,
                     data::make({"ftp://host/socket/peer/websocket", "ws://", "ws:///x",
                                 "wss://user@host/", "wss://host/?query"}),
                     url) {
    const auto options = detail::at_peer_websocket_url(client_options(), url);
    BOOST_CHECK_EXCEPTION((void)detail::parse_server_address(options.server_address()), error,
                          [](const error& e) { return e.code() == errc::invalid_address; });
}

BOOST_AUTO_TEST_SUITE_END()
