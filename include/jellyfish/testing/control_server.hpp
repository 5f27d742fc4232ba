#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/testing/server.hpp>

#include <memory>
#include <string>

namespace jellyfish::testing {

/// The controls of a `server` as an HTTP interface, for tests in any language.
///
/// `GET /control` returns the controls and their parameters. `POST /control/NAME` with a JSON
/// object executes one, and responds with status 200 and a JSON object. An error has status 400, or
/// 404 for a control, room, peer or node that does not exist, and the body `{"error":"…"}`.
///
/// It runs on its own thread, executes one control at a time, and requires no token: anyone who can
/// reach its port controls the server. It rejects requests from web pages, which have an `Origin`
/// header.
class JELLYFISH_DECL control_server {
public:
    /// Constructs the object and starts listening.
    /// @param controlled The server, which must outlive this object.
    /// @param address `ADDRESS:PORT` with an IP address; port 0 selects any free port.
    /// @throws std::invalid_argument if the address is invalid.
    /// @throws boost::system::system_error if listening fails.
    explicit control_server(server& controlled, const std::string& address = "127.0.0.1:0");

    /// Waits for the control that is being executed, then closes all connections.
    ~control_server();

    control_server(const control_server&) = delete;
    control_server& operator=(const control_server&) = delete;

    /// Returns `ADDRESS:PORT` with the port that was chosen.
    [[nodiscard]] const std::string& address() const noexcept;

private:
    class impl;

    std::unique_ptr<impl> impl_;
};

}  // namespace jellyfish::testing
