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

/// Which address of a server is tried when (RFC 8305, sections 4 and 5), without any I/O: an
/// address that does not answer holds up the next one for a moment only, one that refuses not at
/// all. What was begun goes on until one has succeeded.
class connect_race {
public:
    using address = boost::asio::ip::address;
    using endpoint = boost::asio::ip::tcp::endpoint;
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::milliseconds attempt_delay{250};

    /// @param addresses In the system's order of preference.
    /// @param best The address that worked last, if there was one: the first if it is among them.
    /// @param deadline With many addresses, each is tried in time before this.
    connect_race(const std::vector<address>& addresses, std::uint16_t port,
                 const std::optional<address>& best, time_point now, time_point deadline);

    /// The attempt to begin now; nothing when none is due.
    [[nodiscard]] std::optional<std::size_t> begin(time_point now);

    /// When the next attempt is to begin; the greatest time when none is left.
    [[nodiscard]] time_point due() const noexcept;

    /// An attempt has failed: the next is due at once.
    void fail(std::size_t attempt, std::string why);

    /// Whether all attempts have failed.
    [[nodiscard]] bool lost() const noexcept { return failed_ == attempts_.size(); }

    [[nodiscard]] std::size_t size() const noexcept { return attempts_.size(); }
    [[nodiscard]] const endpoint& at(std::size_t attempt) const { return attempts_[attempt].to; }

    /// What has become of each attempt that was begun.
    [[nodiscard]] std::string report() const;

private:
    struct tried_address {
        endpoint to;
        std::string failure;  // Empty while it is under way.
    };

    std::vector<tried_address> attempts_;
    std::size_t begun_ = 0;
    std::size_t failed_ = 0;
    time_point due_;
    std::chrono::steady_clock::duration delay_;
};

/// Addresses with the families in turn, beginning with that of the first; each address once.
[[nodiscard]] std::vector<boost::asio::ip::address> interleaved(
    const std::vector<boost::asio::ip::address>& addresses);

}  // namespace jellyfish::detail
