#include "sandbox/server/node.hpp"
#include "sandbox/server/server_impl.hpp"
#include "sandbox/server/unknown_id.hpp"

#include <string>
#include <utility>

namespace jellyfish::testing {

using detail::core;
using detail::stream_role;

namespace {

/// Connects or disconnects a streamer or a viewer; returns its id.
std::string connect(core& c, stream_role role, const std::string& token, bool on) {
    for (const auto& each : c.nodes()) {
        if (auto id = each->streams().connect(role, token, on)) return std::move(*id);
    }
    throw detail::unknown_id(std::string("the test server has no ") +
                             (role == stream_role::streamer ? "streamer" : "viewer") +
                             " with this token");
}

}  // namespace

std::string server::fishjam_url() const {
    return (impl_->options().certificate_file().empty() ? "http://" : "https://") + address();
}

client_options server::options() const {
    client_options out;
    out.server_api_token(impl_->options().server_api_token());
    if (impl_->options().api() == server_api::fishjam)
        return std::move(out.fishjam_id(fishjam_url()));
    const bool secure = !impl_->options().certificate_file().empty();
    return std::move(out.server_address(address()).secure(secure));
}

std::string server::connect_streamer(const std::string& token) {
    return impl_->call([&](core& c) { return connect(c, stream_role::streamer, token, true); });
}

void server::disconnect_streamer(const std::string& token) {
    impl_->call([&](core& c) { connect(c, stream_role::streamer, token, false); });
}

std::string server::connect_viewer(const std::string& token) {
    return impl_->call([&](core& c) { return connect(c, stream_role::viewer, token, true); });
}

void server::disconnect_viewer(const std::string& token) {
    impl_->call([&](core& c) { connect(c, stream_role::viewer, token, false); });
}

void server::set_recording_status(const std::string& recording_id, recording_status status) {
    impl_->call([&](core& c) {
        for (const auto& each : c.nodes()) {
            if (each->recordings().set_status(recording_id, status)) return;
        }
        throw detail::unknown_id("the test server has no recording \"" + recording_id + '"');
    });
}

void server::exceed_quota(bool on) {
    impl_->call([&](core& c) { c.controls().quota_exceeded = on; });
}

}  // namespace jellyfish::testing
