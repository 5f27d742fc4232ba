#pragma once

#include <jellyfish/detail/initiate.hpp>

#include <memory>
#include <utility>

namespace jellyfish::detail {

/// Returns an operation that calls a member function of an implementation and shares its ownership.
template <class Impl, class... Results>
[[nodiscard]] operation<Results...> member_operation(
    const std::shared_ptr<Impl>& impl, void (Impl::*start)(operation_handler<Results...>)) {
    return [impl = impl->shared_from_this(), start](operation_handler<Results...> handler) {
        ((*impl).*start)(std::move(handler));
    };
}

}  // namespace jellyfish::detail
