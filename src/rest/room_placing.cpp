#include "rest/room_placing.hpp"

#include <jellyfish/error.hpp>

#include "async/log.hpp"
#include "model/names.hpp"
#include "model/server_address.hpp"
#include "text/characters.hpp"

#include <algorithm>
#include <exception>

#include <boost/asio/ip/address.hpp>

namespace jellyfish::detail {
namespace {

constexpr std::string_view localhost = "localhost";

bool ends_with_localhost(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host.size() < localhost.size()) return false;
    const std::string_view end = host.substr(host.size() - localhost.size());
    const bool same = std::ranges::equal(end, localhost, {}, in_lower_case);
    return same && (end.size() == host.size() || host[host.size() - end.size() - 1] == '.');
}

bool is_own(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return is_own(asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()));
    // Connecting to the unspecified address connects to this machine.
    return address.is_loopback() || address.is_unspecified();
}

/// Returns false for an invalid address.
bool is_at_loopback(const std::string& address) {
    try {
        return is_loopback(parse_server_address(address).host);
    } catch (const error&) {
        return false;
    }
}

}  // namespace

bool is_loopback(std::string_view host) {
    error_code code;
    const auto address = asio::ip::make_address(host, code);
    return code ? ends_with_localhost(host) : is_own(address);
}

room_placing::room_placing(const client_options& options)
    : options_(options), at_loopback_(is_at_loopback(options.server_address())) {}

std::string room_placing::of_room(const std::string& announced) {
    return options_.follow_rooms() == false ? std::string() : of_redirection(announced);
}

std::string room_placing::of_redirection(const std::string& announced) {
    if (options_.map_room_address()) return mapped(announced).value_or("");
    return is_elsewhere(announced) ? std::string() : announced;
}

/// Calls the user's function. Returns nothing if it throws.
std::optional<std::string> room_placing::mapped(const std::string& announced) const {
    try {
        return options_.map_room_address()(announced);
    } catch (const std::exception& e) {
        log("client_options::map_room_address threw an exception (" + std::string(e.what()) +
            "): using server_address for " + announced);
    } catch (...) {
        log("client_options::map_room_address threw an exception: using server_address for " +
            announced);
    }
    return std::nullopt;
}

/// Whether an address is a loopback address of the server's machine, and that is another machine.
bool room_placing::is_elsewhere(const std::string& announced) {
    if (options_.follow_rooms() == true || at_loopback_ || !is_at_loopback(announced)) return false;
    if (!logged_.exchange(true)) {
        log("the server announced its rooms at " + announced +
            ", which is not reachable from another machine: using server_address (see "
            "client_options::follow_rooms and map_room_address)");
    }
    return true;
}

void room_placing::log(const std::string& text) const {
    write_log(options_.logger(), log_level::warning, "REST", text);
}

}  // namespace jellyfish::detail
