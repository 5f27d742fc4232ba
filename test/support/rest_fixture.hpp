#pragma once

#include "support/temporary_folder.hpp"
#include "support/world_recorder.hpp"
#include "testing/media_store.hpp"
#include "testing/rest_api.hpp"
#include "testing/world.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace jellyfish::test {

/// A fixture: the test server's REST API without a socket, and a resource folder.
class rest_fixture : private testing::detail::rest_host {
public:
    rest_fixture();

    using headers = std::map<std::string, std::string>;

    /// A call with the token; with a body, as JSON. What `more` has counts more; an empty value
    /// takes a header away.
    testing::detail::http_response call(const std::string& method, const std::string& target,
                                        const std::string& body = {}, const headers& more = {});

    /// The status and the body of that.
    std::string logged(const std::string& method, const std::string& target,
                       const std::string& body = {}, const headers& more = {});

    /// Makes a room. @param codec Empty: none.
    void make_room(const std::string& id, const std::string& codec = {},
                   testing::detail::json_value max_peers = {});
    /// Adds a component and gives its id.
    std::string add_component(const std::string& room_id, const std::string& body);

    void write_file(const std::string& name, const std::string& content) {
        temporary.write(name, content);
    }

    registry_recorder host;
    testing::detail::room_registry rooms{host};
    temporary_folder temporary;
    std::filesystem::path folder = temporary.path();
    testing::detail::media_store media;
    testing::detail::rest_api api;

private:
    std::pair<testing::detail::room_registry*, std::string> place_for_room() override;
    std::string make_peer_token(const std::string& room_id, const std::string& peer_id) override;
    std::string new_request_id() override;
};

}  // namespace jellyfish::test
