#pragma once

#include <jellyfish/basic_client_view.hpp>
#include <jellyfish/client_options.hpp>
#include <jellyfish/detail/client_view.hpp>
#include <jellyfish/health_api.hpp>
#include <jellyfish/recording_api.hpp>
#include <jellyfish/room_api.hpp>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish {

/// The connections to a server, or to the nodes of a cluster, for all REST calls (protocol:
/// "REST").
///
/// The calls are members of its views: `rooms()`, `recordings()` and `health()` return objects that
/// share the connections. Views may be copied, kept and destroyed at any time. A `room_api`,
/// `recording_api` or `health_api` that is constructed with options creates a client and is a view
/// of it.
///
/// @threads All functions may be called from several threads at once, and while calls are pending.
/// @lifetime The object may be destroyed at any time. The destructor of the last object that shares
///     the client, which may be a view, closes it.
template <class Executor = boost::asio::any_io_executor>
class basic_client : public basic_client_view<basic_client, detail::client_view, Executor> {
public:
    using basic_client_view<basic_client, detail::client_view, Executor>::basic_client_view;

    /// Returns a view with the calls about rooms, peers and components.
    [[nodiscard]] basic_room_api<Executor> rooms() const { return basic_room_api<Executor>(*this); }

    /// Returns a view with the calls about recordings.
    [[nodiscard]] basic_recording_api<Executor> recordings() const {
        return basic_recording_api<Executor>(*this);
    }

    /// Returns a view with the calls about the server's health.
    [[nodiscard]] basic_health_api<Executor> health() const {
        return basic_health_api<Executor>(*this);
    }
};

/// A `basic_client` for any executor, whose operations return awaitables by default.
using client = basic_client<>;

}  // namespace jellyfish
