#pragma once

#include <jellyfish/detail/config.hpp>

#include "model/names.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>

namespace jellyfish::detail {

/// The result of resolving a name.
struct resolved_name {
    error_code code;
    std::vector<asio::ip::address> addresses;  ///< In the system's order of preference.
};

/// Waits for a lookup. The destructor cancels the wait, not the lookup.
class name_lookup {
public:
    class waiter;

    name_lookup() = default;
    explicit name_lookup(std::shared_ptr<waiter> value) : waiter_(std::move(value)) {}
    name_lookup(name_lookup&&) noexcept = default;
    name_lookup& operator=(name_lookup&& other) noexcept;
    ~name_lookup();

    /// Whether it waits for a thread because too many lookups are pending.
    [[nodiscard]] bool queued() const noexcept;

private:
    std::shared_ptr<waiter> waiter_;
};

/// Resolves names on its own threads. A lookup can hang for a long time and cannot be cancelled, so
/// it delays only other lookups of the same name. Destroying the resolver, or the execution context
/// of a caller, does not wait for it; its thread exits when the lookup returns.
///
/// Thread-safe.
class name_resolver {
public:
    using function = std::function<resolved_name(const std::string& name)>;
    using handler = std::function<void(const resolved_name&)>;

    struct limits {
        std::size_t threads = 32;                 ///< Lookups of more names are queued.
        std::size_t threads_of_a_name = 4;        ///< More lookups of a name share the newest one.
        std::chrono::milliseconds shared{1'000};  ///< The maximum age of a lookup to share.
        std::chrono::milliseconds idle{5'000};    ///< How long an idle thread waits for a lookup.
        std::chrono::milliseconds fork{20};       ///< How long a fork waits for lookups.
    };

    /// @param resolve Called on the threads, possibly after the resolver's destruction.
    explicit name_resolver(function resolve, limits of = default_limits());
    ~name_resolver();
    name_resolver(const name_resolver&) = delete;
    name_resolver& operator=(const name_resolver&) = delete;

    /// Returns the process-wide resolver, which uses `getaddrinfo`. A forked child has its own.
    [[nodiscard]] static name_resolver& shared();

    /// Resolves a name. The handler is called on the executor, never from within this call, and not
    /// after the returned object was destroyed on that executor.
    [[nodiscard]] name_lookup start(const std::string& name, const asio::any_io_executor& executor,
                                    handler then);

    /// Locks the resolver for a fork: no other thread holds its locks or begins a lookup meanwhile.
    /// Waits briefly for lookups that have just begun: most complete quickly, and each may hold a
    /// lock of the C library that would never be released in the child.
    void before_fork();
    /// The process in which `fork()` has returned.
    enum class fork_side { parent, child };
    /// Unlocks the resolver in that process.
    void after_fork(fork_side side);

    /// Returns the number of threads.
    [[nodiscard]] std::size_t threads() const;

private:
    class state;
    struct process_wide;

    static limits default_limits() { return {}; }

    std::shared_ptr<state> state_;
};

}  // namespace jellyfish::detail
