#pragma once

#include <jellyfish/track.hpp>

#include "sandbox/sockets/sockets.hpp"

#include <string>
#include <string_view>

namespace jellyfish::testing::detail {

/// An agent on `/socket/agent/websocket`.
class agent_socket final : public room_socket {
public:
    using room_socket::room_socket;

    /// Sends audio of a peer.
    void send_track_data(const std::string& peer_id, const track& value, std::string_view data);

    void on_message(bool is_text, std::string_view payload) override;

private:
    [[nodiscard]] bool is_for(peer_type type) const override {
        return type == peer_type::agent || type == peer_type::unspecified;
    }
};

}  // namespace jellyfish::testing::detail
