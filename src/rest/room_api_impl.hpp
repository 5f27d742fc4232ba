#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/content.hpp>
#include <jellyfish/detail/initiate.hpp>

#include "protocol/server_address.hpp"
#include "rest/rest_client.hpp"
#include "rest/room_directory.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace jellyfish::detail {

/// What is behind a `room_api`: a client of the server that was named, and clients of the nodes
/// that were told to have a room. Any thread may call any member.
class room_api_impl : public std::enable_shared_from_this<room_api_impl> {
public:
    using node_ptr = std::shared_ptr<rest_client>;

    /// How many rooms are remembered to be on other nodes.
    static constexpr std::size_t directory_limit = 65'536;

    room_api_impl(asio::any_io_executor executor, client_options options);

    [[nodiscard]] const asio::any_io_executor& executor() const noexcept {
        return home_->executor();
    }
    [[nodiscard]] const client_options& options() const noexcept { return options_; }
    [[nodiscard]] const node_ptr& home() const noexcept { return home_; }

    /// The client of the node that has a room, as far as is known.
    [[nodiscard]] node_ptr node_of(const std::string& room_id);

    /// A client of a server, kept as long as it is used.
    /// @param secure Whether it speaks TLS.
    /// @throws jellyfish::error with `errc::invalid_address`.
    [[nodiscard]] node_ptr node_at(const std::string& address, bool secure);

    /// A room was made on a server. An address that is none is logged and not remembered.
    void remember(const std::string& room_id, const std::string& address);
    void forget(const std::string& room_id) { directory_.forget(room_id); }

    /// Makes a call about a room, on its node; the node lives until the call is over.
    template <class MakeRequest, class Decode, class... Results>
    void call(const std::string& room_id, operation_handler<Results...> handler,
              const MakeRequest& make_request, Decode decode) {
        const node_ptr node = node_of(room_id);
        node->call(std::move(handler), make_request,
                   [node, decode = std::move(decode)](http_answer answer) {
                       return decode(std::move(answer));
                   });
    }

    /// The API object is going away: completes all calls with `operation_aborted`.
    void destroy();

private:
    using address_key = std::pair<std::string, bool>;  // And whether it speaks TLS.

    const client_options options_;
    const node_ptr home_;
    room_directory<rest_client> directory_{directory_limit};

    std::mutex mutex_;
    bool destroyed_ = false;
    std::map<address_key, std::weak_ptr<rest_client>> nodes_;
};

/// Gets a file of a room's HLS stream, following a redirection if that was asked for.
void get_hls_content(operation_handler<content> handler, const std::shared_ptr<room_api_impl>& api,
                     const std::string& room_id, const std::string& filename,
                     const hls_content_options& options);

}  // namespace jellyfish::detail
