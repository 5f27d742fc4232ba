#include "network/network.hpp"

#include <iostream>
#include <stdexcept>
#include <string_view>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/system_error.hpp>

namespace jellyfish::test {
namespace {

testing::server_options options_at(const std::string& address, std::uint16_t port) {
    return testing::server_options().address(address).port(port);
}

std::string filter_commands(const std::string& interface, const std::string& statement) {
    // Created and deleted, so that none needs to exist.
    std::string commands = "nft 'add table inet faults; delete table inet faults'";
    if (statement.empty()) return commands;
    return commands +
           " && nft 'table inet faults { chain c { type filter hook input priority 0; "
           "iifname " +
           interface + ' ' + statement + "; }; }'";
}

std::uint64_t packets_in(const std::string& rules) {
    constexpr std::string_view label = "counter packets ";
    const std::size_t at = rules.find(label);
    return at == rules.npos ? 0 : std::stoull(rules.substr(at + label.size()));
}

/// The first packets over a new cable may get lost.
void await_reachable(const std::string& address) {
    using boost::asio::ip::tcp;
    constexpr std::uint16_t unused_port = 1;
    boost::system::error_code code = boost::asio::error::host_unreachable;
    while (code == boost::asio::error::host_unreachable) {
        boost::asio::io_context context;
        tcp::socket socket(context);
        socket.connect({boost::asio::ip::make_address(address), unused_port}, code);
    }
    if (code != boost::asio::error::connection_refused)
        throw boost::system::system_error(code, "the far machine cannot be reached");
}

}  // namespace

network::network() {
    shell("ip link add near type veth peer name far netns " + far_.network_name());
    shell("ip address add 10.77.0.1/24 dev near && ip link set near up");
    far_.shell("ip link set lo up && ip link set far up");
    add_far_address();
    far_.shell(std::string("ip address add ") + other_far_address + "/32 dev far");
    await_reachable(far_address);
    far_.run([this] { server_.emplace(options_at(far_address, 0)); });
}

network::~network() {
    server_.reset();
    shell("nft flush ruleset; ip link delete near");  // The far end is deleted with it.
}

void network::lose_far_address() {
    far_.shell(std::string("ip address delete ") + far_address + "/24 dev far");
}

void network::add_far_address() {
    far_.shell(std::string("ip address add ") + far_address + "/24 dev far");
}

void network::start_far_machine_again() {
    const std::uint16_t port = server_->port();
    server_->drop_connections(true);  // Sends no close_notify when it can send again.
    server_.reset();
    add_far_address();
    far_.run([&] { server_.emplace(options_at(far_address, port)); });
}

void network::unplug() { far_.shell("ip link set far down"); }

void network::plug_in() { far_.shell("ip link set far up"); }

void network::filter(const std::string& at_far, const std::string& at_near) {
    far_.shell(filter_commands("far", at_far));
    shell(filter_commands("near", at_near));
}

std::uint64_t network::counted() {
    const std::string list = "nft list ruleset";
    return packets_in(far_.shell(list)) + packets_in(shell(list));
}

void network::resend_quickly() {
    const std::string change = "ip route change 10.77.0.0/24 proto kernel scope link rto_min 5ms ";
    shell(change + "src 10.77.0.1 dev near");
    far_.shell(change + "src " + far_address + " dev far");
}

void network::shape(const std::string& discipline) {
    far_.shell("tc qdisc add dev far root " + discipline);
}

boost::test_tools::assertion_result can_shape::operator()(boost::unit_test::test_unit_id) const {
    const std::string change = " dev lo root ";
    try {
        shell("tc qdisc add" + change + discipline + " && tc qdisc delete" + change);
        return true;
    } catch (const std::runtime_error& failure) {
        const std::string_view text = failure.what();
        boost::test_tools::assertion_result missing(false);
        for (const std::string_view reason : {"not found", "kind is unknown", "not supported"}) {
            if (text.find(reason) == text.npos) continue;
            missing.message() << text;
            std::cout << "one test is skipped: " << text;
            return missing;
        }
        throw;
    }
}

std::string network::client_port() const {
    const std::string found =
        shell("ss -tnH state established dport = :" + std::to_string(server_->port()));
    constexpr std::string_view address = "10.77.0.1:";
    const std::size_t at = found.find(address);
    if (at == found.npos || found.find(address, at + 1) != found.npos)
        throw std::runtime_error("there is not one connection to the server: " + found);
    const std::size_t begin = at + address.size();
    return found.substr(begin, found.find(' ', begin) - begin);
}

}  // namespace jellyfish::test
