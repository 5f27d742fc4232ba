#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace jellyfish::detail {

/// Constructs the implementation of a public object. Destroying the last copy of the returned
/// pointer calls `Impl::destroy()`, which completes the pending operations. Operations may share
/// the implementation with `shared_from_this()`.
template <class Impl, class... Args>
[[nodiscard]] std::shared_ptr<Impl> make_owned(Args&&... args) {
    const auto impl = std::make_shared<Impl>(std::forward<Args>(args)...);
    const std::shared_ptr<void> owner(nullptr, [impl](std::nullptr_t) { impl->destroy(); });
    return {owner, impl.get()};
}

}  // namespace jellyfish::detail
