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

/// A cable between this thread's machine and one on which a server runs.
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

    /// The far machine has no address any more: it can neither send nor receive.
    void lose_far_address();
    /// It has its address again, knows nothing of its connections, and runs another server on the
    /// same port.
    void start_far_machine_again();

    /// What the far machine, and this one, does to packets that come over the cable, as a statement
    /// of nftables; empty: it lets them pass. Replaces what was set before.
    void filter(const std::string& at_far, const std::string& at_near);
    /// Packets that go either way vanish.
    void black_hole() { filter("drop", "drop"); }
    void restore() { filter("", ""); }
    /// How many packets the statements `counter` in both filters have counted.
    [[nodiscard]] std::uint64_t counted();

    /// TCP sends lost packets again after some milliseconds, instead of 200.
    void resend_quickly();
    /// The far machine sends as this queueing discipline of `tc` lets it.
    void shape(const std::string& discipline);

    /// The port of the one connection that there is from here to the server.
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
