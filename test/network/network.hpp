#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/testing/server.hpp>

#include "network/far_machine.hpp"
#include "network/private_namespaces.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include <boost/test/unit_test.hpp>

namespace jellyfish::test {

/// A cable between this thread's machine and a machine with a server.
class network {
public:
    static constexpr const char* far_address = "10.77.0.2";
    static constexpr const char* other_far_address = "10.77.0.3";

    network();
    ~network();
    network(const network&) = delete;
    network& operator=(const network&) = delete;

    [[nodiscard]] far_machine& far() noexcept { return far_; }
    [[nodiscard]] testing::server& server() noexcept { return *server_; }
    [[nodiscard]] std::string server_address() const { return server_->address(); }

    void unplug();
    void plug_in();

    /// Removes the far machine's address: it can neither send nor receive.
    void lose_far_address();
    /// Restores its address. The machine does not know its connections, and runs another server on
    /// the same port.
    void start_far_machine_again();

    /// What the far machine and this one do with packets from the cable, as a statement of
    /// nftables; if empty, they accept them. Replaces the previous statements.
    void filter(const std::string& at_far, const std::string& at_near);
    /// Drops packets in both directions.
    void black_hole() { filter("drop", "drop"); }
    void restore() { filter("", ""); }
    /// How many packets the `counter` statements of both filters have counted.
    [[nodiscard]] std::uint64_t counted();

    /// Makes TCP resend lost packets after a few milliseconds instead of 200.
    void resend_quickly();
    /// The far machine sends according to this queueing discipline of `tc`.
    void shape(const std::string& discipline);

    /// The port of the single connection from here to the server.
    [[nodiscard]] std::string client_port() const;

private:
    void add_far_address();

    far_machine far_;
    std::optional<testing::server> server_;
};

/// The precondition of a test that uses `network::shape`: not every kernel has every discipline.
struct can_shape {
    std::string discipline;
    boost::test_tools::assertion_result operator()(boost::unit_test::test_unit_id) const;
};

}  // namespace jellyfish::test
