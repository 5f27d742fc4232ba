#pragma once

#include <concepts>
#include <utility>

#include <boost/asio/execution_context.hpp>

namespace jellyfish {
namespace detail {

/// An execution context, such as `asio::io_context`.
template <class T>
concept execution_context = std::derived_from<T, boost::asio::execution_context> &&
    requires(T& context) {
    context.get_executor();
};

}  // namespace detail

/// The first argument of the constructors: an executor, or an execution context such as
/// `asio::io_context`, whose executor is used.
template <class Executor>
class executor_source {
public:
    /// Converts an executor.
    template <std::convertible_to<Executor> Other>
    executor_source(const Other& executor) : executor_(executor) {}

    /// Uses the executor of a context.
    template <detail::execution_context Context>
    executor_source(Context& context) : executor_(context.get_executor()) {}

    /// Returns the executor.
    [[nodiscard]] const Executor& get() const noexcept { return executor_; }

private:
    Executor executor_;
};

/// The members common to all classes with asynchronous operations.
///
/// @tparam Class The template of the class.
/// @tparam Base The part of the class that does not depend on the type of its executor.
/// @tparam Executor The type of the executor.
template <template <class> class Class, class Base, class Executor>
class basic_object : protected Base {
public:
    /// The type of the executor.
    using executor_type = Executor;

    /// Rebinds the class to another executor type, such as one with a default token.
    template <class Other>
    struct rebind_executor {
        using other = Class<Other>;  ///< The rebound class.
    };

    /// Moves an object and converts its executor. Only assign to or destroy a moved-from object.
    template <std::convertible_to<executor_type> Other>
    explicit basic_object(Class<Other>&& other) noexcept
        : Base(std::move(static_cast<Base&>(other))), executor_(other.executor_) {}

    /// Returns the executor that was passed to the constructor.
    [[nodiscard]] executor_type get_executor() const noexcept { return executor_; }

protected:
    /// @cond
    template <class... Args>
    explicit basic_object(std::in_place_t, const executor_type& executor, Args&&... args)
        : Base(std::forward<Args>(args)...), executor_(executor) {}
    /// @endcond

private:
    template <template <class> class, class, class>
    friend class basic_object;

    Executor executor_;
};

}  // namespace jellyfish
