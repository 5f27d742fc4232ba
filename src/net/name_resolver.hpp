#pragma once

#include <jellyfish/detail/config.hpp>

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

/// What a name stands for.
struct resolved_name {
    error_code code;
    std::vector<asio::ip::address> addresses;  ///< In the system's order of preference.
};

/// One that waits for a look-up. Destroying it ends the wait, not the look-up.
class name_lookup {
public:
    class waiter;

    name_lookup() = default;
    explicit name_lookup(std::shared_ptr<waiter> value) : waiter_(std::move(value)) {}
    name_lookup(name_lookup&&) noexcept = default;
    name_lookup& operator=(name_lookup&& other) noexcept;
    ~name_lookup();

    /// Whether it waits for a thread, since too many look-ups hang.
    [[nodiscard]] bool queued() const noexcept;

private:
    std::shared_ptr<waiter> waiter_;
};

/// Resolves names in threads of its own. A look-up can hang for long, and nothing can stop it: so
/// it holds up nothing but those who ask for the same name. Nobody waits for it either when the
/// resolver, or the context of one who asked, is destroyed: its thread ends with it.
///
/// Any thread may use it.
class name_resolver {
public:
    using function = std::function<resolved_name(const std::string& name)>;
    using handler = std::function<void(const resolved_name&)>;

    struct limits {
        std::size_t threads = 32;           ///< Further names wait for one.
        std::size_t threads_of_a_name = 4;  ///< Further look-ups of a name share the last one.
        std::chrono::milliseconds shared{1'000};  ///< So old may the one be that is shared.
        std::chrono::milliseconds idle{5'000};    ///< How long a thread waits for another name.
        std::chrono::milliseconds fork{20};       ///< How long a fork waits for look-ups.
    };

    /// @param resolve Is called in the threads, also after the resolver's end.
    explicit name_resolver(function resolve, limits of = default_limits());
    ~name_resolver();
    name_resolver(const name_resolver&) = delete;
    name_resolver& operator=(const name_resolver&) = delete;

    /// The process's, by the system's `getaddrinfo`. A forked child has one of its own.
    [[nodiscard]] static name_resolver& shared();

    /// Resolves a name. The handler is called on the executor, never from within this call, and
    /// not any more once what is returned was destroyed there.
    [[nodiscard]] name_lookup start(const std::string& name, const asio::any_io_executor& executor,
                                    handler then);

    /// Locks it for a fork: no thread of it holds a lock of its own meanwhile, or begins a look-up.
    /// Waits a little for look-ups that have just begun, since most take little, and may hold a
    /// lock of the C library, which would never be released in the child.
    void before_fork();
    /// In the parent and in the child.
    void after_fork();

    /// How many threads there are.
    [[nodiscard]] std::size_t threads() const;

private:
    class state;
    struct process_wide;

    static limits default_limits() { return {}; }

    std::shared_ptr<state> state_;
};

}  // namespace jellyfish::detail
