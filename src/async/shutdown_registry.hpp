#pragma once

#include <jellyfish/detail/config.hpp>

#include "model/names.hpp"

#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

/// An object that stores completion handlers of users.
class handler_owner {
public:
    /// Destroys the handlers without calling them: their execution context is being destroyed.
    virtual void destroy_handlers() = 0;

protected:
    ~handler_owner() = default;
};

/// The handler owners of one execution context, whose handlers are destroyed with the context.
/// Otherwise a coroutine that owns the object on which it waits would keep itself alive.
class shutdown_registry {
public:
    /// Returns the registry of an executor's context.
    [[nodiscard]] static std::shared_ptr<shutdown_registry> of(
        const asio::any_io_executor& executor);

    void add(const std::shared_ptr<handler_owner>& object) {
        const std::lock_guard lock(mutex_);
        objects_.emplace(object.get(), object);
    }

    /// Must be called by the object's destructor.
    void remove(const handler_owner* object) {
        const std::lock_guard lock(mutex_);
        objects_.erase(object);
    }

private:
    class service;

    void destroy_all_handlers() {
        std::vector<std::shared_ptr<handler_owner>> alive;
        {
            const std::lock_guard lock(mutex_);
            for (const auto& [key, object] : objects_) {
                if (auto each = object.lock()) alive.push_back(std::move(each));
            }
        }
        for (const auto& object : alive)
            object->destroy_handlers();
    }

    std::mutex mutex_;
    std::unordered_map<const handler_owner*, std::weak_ptr<handler_owner>> objects_;
};

class shutdown_registry::service : public asio::execution_context::service {
public:
    using key_type = service;

    static inline asio::execution_context::id id;

    explicit service(asio::execution_context& context)
        : asio::execution_context::service(context),
          registry_(std::make_shared<shutdown_registry>()) {}

    [[nodiscard]] const std::shared_ptr<shutdown_registry>& registry() const noexcept {
        return registry_;
    }

private:
    void shutdown() override { registry_->destroy_all_handlers(); }

    std::shared_ptr<shutdown_registry> registry_;
};

inline std::shared_ptr<shutdown_registry> shutdown_registry::of(
    const asio::any_io_executor& executor) {
    auto& context = asio::query(executor, asio::execution::context);
    // Services shut down in the reverse order of their creation. That of strands destroys handlers
    // that own objects, so it must follow this one, while no operation waits any more.
    (void)asio::strand<asio::any_io_executor>(executor);
    return asio::use_service<service>(context).registry();
}

}  // namespace jellyfish::detail
