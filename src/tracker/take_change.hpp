#pragma once

#include <jellyfish/room_change.hpp>

#include "tracker/change_inbox.hpp"

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/associator.hpp>

namespace jellyfish::detail {

[[nodiscard]] inline std::optional<room_change> to_room_change(std::optional<view_change> taken) {
    if (!taken) return std::nullopt;
    return room_change{std::move(taken->event),
                       taken->room ? std::optional(taken->room->to_room()) : std::nullopt,
                       taken->synthesized};
}

/// Takes a change for a handler. Runs on the handler's executor, so that nothing can happen between
/// taking the change and calling the handler.
struct take_change {
    using handler_type = operation_handler<std::optional<room_change>>;

    std::shared_ptr<change_inbox> from;
    std::optional<change_inbox::time_point> deadline;
    handler_type handler;

    void operator()(error_code code, diagnostics_ptr info) {
        std::optional<view_change> taken;
        if (!code) {
            const take_result result = from->try_take(taken, code, info);
            if (result == take_result::empty) {  // Another consumer took it first.
                const auto box = from;
                const auto limit = deadline;
                box->wait_pop(operation_handler<>(std::move(*this)), limit);
                return;
            }
        }
        std::move(handler)(code, std::move(info), to_room_change(std::move(taken)));
    }
};

}  // namespace jellyfish::detail

namespace boost::asio {

template <template <typename, typename> class Associator, typename Default>
struct associator<Associator, jellyfish::detail::take_change, Default>
    : Associator<jellyfish::detail::take_change::handler_type, Default> {
    using handler_type = jellyfish::detail::take_change::handler_type;

    static auto get(const jellyfish::detail::take_change& op) noexcept {
        return Associator<handler_type, Default>::get(op.handler);
    }

    static auto get(const jellyfish::detail::take_change& op, const Default& otherwise) noexcept {
        return Associator<handler_type, Default>::get(op.handler, otherwise);
    }
};

}  // namespace boost::asio
