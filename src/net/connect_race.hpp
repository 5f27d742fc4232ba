#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace jellyfish::detail {

/// Schedules the attempts to connect to a server's addresses (RFC 8305, sections 4 and 5), without
/// I/O. An address that does not respond delays the next one only briefly; one that refuses the
/// connection does not delay it. Pending attempts continue until one succeeds.
class connect_race {
public:
    using address = boost::asio::ip::address;
    using endpoint = boost::asio::ip::tcp::endpoint;
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::milliseconds attempt_delay{250};

    /// @param addresses In the system's order of preference.
    /// @param best The address that worked last, if any; tried first if it is in `addresses`.
    /// @param deadline With many addresses, the delay is reduced so that all are tried before it.
    connect_race(const std::vector<address>& addresses, std::uint16_t port,
                 const std::optional<address>& best, time_point now, time_point deadline);

    /// Returns the attempt to begin now, or nothing if none is due.
    [[nodiscard]] std::optional<std::size_t> begin(time_point now);

    /// Returns when the next attempt is due; the maximum time if none is left.
    [[nodiscard]] time_point due() const noexcept;

    /// Records that an attempt failed. The next one is due immediately.
    void fail(std::size_t attempt, std::string why);

    /// Whether all attempts have failed.
    [[nodiscard]] bool lost() const noexcept { return failed_ == attempts_.size(); }

    [[nodiscard]] std::size_t size() const noexcept { return attempts_.size(); }
    [[nodiscard]] const endpoint& at(std::size_t attempt) const { return attempts_[attempt].to; }

    /// Returns the result of each attempt begun so far.
    [[nodiscard]] std::string report() const;

private:
    struct tried_address {
        endpoint to;
        std::string failure;  // Empty while the attempt is pending.
    };

    std::vector<tried_address> attempts_;
    std::size_t begun_ = 0;
    std::size_t failed_ = 0;
    time_point due_;
    std::chrono::steady_clock::duration delay_;
};

/// Returns the addresses with alternating families, beginning with that of the first address, and
/// without duplicates.
[[nodiscard]] std::vector<boost::asio::ip::address> interleaved(
    const std::vector<boost::asio::ip::address>& addresses);

}  // namespace jellyfish::detail
