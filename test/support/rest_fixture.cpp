#include "support/rest_fixture.hpp"

#include <stdexcept>

namespace jellyfish::test {

using namespace testing::detail;

rest_fixture::rest_fixture()
    : media(folder),
      api({"development", "0.5.0", "localhost:5002", "", 1, host.now()}, rooms, media, host,
          *this) {}

http_response rest_fixture::call(const std::string& method, const std::string& target,
                                 const std::string& body, const headers& more) {
    http_request request;
    request.method_string(method);
    request.target(target);
    request.set("host", "localhost:5002");
    request.set("authorization", "Bearer development");
    if (!body.empty()) request.set("content-type", "application/json");
    for (const auto& [name, value] : more) {
        request.erase(name);
        if (!value.empty()) request.set(name, value);
    }
    request.body() = body;
    return api.handle(request);
}

std::string rest_fixture::logged(const std::string& method, const std::string& target,
                                 const std::string& body, const headers& more) {
    const http_response response = call(method, target, body, more);
    return std::to_string(response.result_int()) + ' ' + response.body();
}

void rest_fixture::make_room(const std::string& id, const std::string& codec,
                             json_value max_peers) {
    rooms.end_room(id, room_end::deleted);
    room_settings settings;
    settings.room_id = id;
    if (!codec.empty()) settings.video_codec = codec;
    settings.max_peers = std::move(max_peers);
    rooms.create_room(settings);
    host.take();
}

std::string rest_fixture::add_component(const std::string& room_id, const std::string& body) {
    const http_response response = call("POST", "/room/" + room_id + "/component", body);
    const auto value = parse_json(response.body());
    if (response.result_int() != 201 || !value)
        throw std::runtime_error("no component: " + response.body());
    host.take();
    return *value->find("data")->find("id")->string();
}

std::pair<room_registry*, std::string> rest_fixture::place_for_room() {
    return {&rooms, "localhost:5002"};
}

std::string rest_fixture::make_peer_token(const std::string& room_id, const std::string& peer_id) {
    return "token of " + peer_id + " in " + room_id;
}

std::string rest_fixture::new_request_id() { return "request-id"; }

}  // namespace jellyfish::test
