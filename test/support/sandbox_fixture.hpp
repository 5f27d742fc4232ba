#pragma once

#include <jellyfish/testing/server.hpp>

#include "support/plain_client.hpp"
#include "support/tell.hpp"
#include "support/wire.hpp"

#include <chrono>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace jellyfish::test {

/// Notes log lines, from any thread.
class log_lines {
public:
    [[nodiscard]] logger log() {
        return [this](log_level level, std::string_view text) {
            std::string line = '[' + std::string(name_of(level)) + "] " + std::string(text);
            log_text(line);
            const std::lock_guard lock(mutex_);
            lines_.push_back(std::move(line));
        };
    }

    [[nodiscard]] std::vector<std::string> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

    [[nodiscard]] std::size_t count(std::string_view line) const {
        std::size_t found = 0;
        for (const std::string& each : lines())
            found += each == line ? 1 : 0;
        return found;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

/// What a JSON text says for a key, wherever in it; the text is from the test server.
inline std::string json_text(const std::string& json, const std::string& key) {
    const std::string begin = '"' + key + "\":\"";
    const std::size_t at = json.find(begin);
    if (at == json.npos) return {};
    const std::size_t from = at + begin.size();
    return json.substr(from, json.find('"', from) - from);
}

/// What a peer's own socket says.
inline std::string peer_auth_bytes(const std::string& token) {
    return bytes_field(2, bytes_field(1, token));
}
inline std::string peer_authenticated_bytes() { return bytes_field(1, ""); }

/// A fixture: a test server, and plain clients of it.
struct sandbox_fixture {
    explicit sandbox_fixture(testing::server_options options = testing::server_options())
        : server(options.log(log.log())) {}

    std::uint16_t port() const { return server.port(); }

    void make_room(const std::string& id, const std::string& more = {}) {
        const client_response response =
            call(port(), "POST", "/room", R"({"roomId":")" + id + '"' + more + '}');
        BOOST_REQUIRE_EQUAL(response.status, 201);
    }

    struct added_peer {
        std::string id;
        std::string token;
    };

    added_peer add_peer(const std::string& room) {
        const client_response response =
            call(port(), "POST", "/room/" + room + "/peer", R"({"type":"webrtc"})");
        BOOST_REQUIRE_EQUAL(response.status, 201);
        return {json_text(response.body, "id"), json_text(response.body, "token")};
    }

    websocket_client connect_peer(const added_peer& peer) {
        websocket_client socket(port(), "/socket/peer/websocket");
        socket.send_binary(peer_auth_bytes(peer.token));
        BOOST_REQUIRE(socket.receive().payload == peer_authenticated_bytes());
        return socket;
    }

    std::string add_component(const std::string& room, const std::string& body) {
        const client_response response = call(port(), "POST", "/room/" + room + "/component", body);
        BOOST_REQUIRE_EQUAL(response.status, 201);
        return json_text(response.body, "id");
    }

    /// These notifications come, in this order.
    static void expect(websocket_client& socket, std::initializer_list<notification> expected) {
        for (const notification& each : expected) {
            const client_websocket_frame frame = socket.receive();
            BOOST_TEST((frame.what == client_websocket_frame::kind::binary));
            BOOST_TEST(to_hex(frame.payload) == to_hex(notification_bytes(each)),
                       "no " << each << " but " << frame.payload);
        }
    }

    /// The socket is closed with this code and reason, and TCP ends.
    static void expect_close(websocket_client& socket, int code, const std::string& reason) {
        const client_websocket_frame frame = socket.receive();
        BOOST_TEST((frame.what == client_websocket_frame::kind::close));
        BOOST_TEST(frame.code == code);
        BOOST_TEST(frame.payload == reason);
        BOOST_TEST((socket.receive().what == client_websocket_frame::kind::end));
    }

    log_lines log;
    testing::server server;
};

}  // namespace jellyfish::test
