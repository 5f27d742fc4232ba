#pragma once

#include <jellyfish/notifier.hpp>
#include <jellyfish/testing/server.hpp>

#include "data/numbered.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/test/unit_test.hpp>

namespace jellyfish::test {

/// Sends numbered notifications.
class number_source {
public:
    explicit number_source(testing::server& server) : server_(&server) {}

    void send(std::size_t count) {
        for (std::size_t n = 0; n < count; ++n)
            server_->notify(numbered(++last_));
    }

    /// Sends through another server from now on.
    void move_to(testing::server& server) noexcept { server_ = &server; }

    [[nodiscard]] std::uint64_t last() const noexcept { return last_; }

private:
    testing::server* server_;
    std::uint64_t last_ = 0;
};

/// Takes until the last number sent has arrived. After a session is restored, one more is sent,
/// since the last may have been lost.
inline boost::asio::awaitable<void> receive_all(notifier& from, numbered_stream& into,
                                                number_source& source) {
    while (into.last() < source.last()) {
        auto item = co_await from.next();
        if (!item) throw std::runtime_error("the notifier closed early");
        into.take(*item);
        if (!std::holds_alternative<reconnected>(*item)) continue;
        co_await from.wait_ready();
        source.send(1);
    }
}

/// Everything sent has arrived in order and once, or is missing where the stream reports a gap.
inline void check(const numbered_stream& stream, const number_source& source) {
    BOOST_TEST(stream.problem() == "");
    BOOST_TEST(stream.received() + stream.missing() == source.last());
}

}  // namespace jellyfish::test
