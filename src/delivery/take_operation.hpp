#pragma once

#include "delivery/inbox.hpp"

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/associator.hpp>

namespace jellyfish::detail {

/// Takes a notification for a handler. Runs on the handler's executor, so that nothing can happen
/// between taking the notification and calling the handler.
struct take_operation {
    std::shared_ptr<inbox> from;
    std::optional<inbox::time_point> deadline;
    operation_handler<std::optional<notification>> handler;

    void operator()(error_code code, diagnostics_ptr info) {
        std::optional<notification> taken;
        if (!code) {
            const take_result result = from->try_take(taken, code, info);
            if (result == take_result::empty) {  // Another consumer took it first.
                const auto box = from;
                const auto limit = deadline;
                box->wait_pop(operation_handler<>(std::move(*this)), limit);
                return;
            }
        }
        std::move(handler)(code, std::move(info), std::move(taken));
    }
};

}  // namespace jellyfish::detail

namespace boost::asio {

template <template <typename, typename> class Associator, typename Default>
struct associator<Associator, jellyfish::detail::take_operation, Default>
    : Associator<jellyfish::detail::operation_handler<std::optional<jellyfish::notification>>,
                 Default> {
    using handler_type =
        jellyfish::detail::operation_handler<std::optional<jellyfish::notification>>;

    static auto get(const jellyfish::detail::take_operation& op) noexcept {
        return Associator<handler_type, Default>::get(op.handler);
    }

    static auto get(const jellyfish::detail::take_operation& op,
                    const Default& otherwise) noexcept {
        return Associator<handler_type, Default>::get(op.handler, otherwise);
    }
};

}  // namespace boost::asio
