#include "delivery/notification_queue.hpp"

namespace jellyfish::detail {
namespace {

/// Texts of up to this many bytes are copied rather than moved.
constexpr std::size_t short_text = 256;

template <class T>
bool is_short(const T& value) noexcept {
    if constexpr (requires { value.metadata; }) {
        return value.metadata.size() <= short_text;
    } else if constexpr (requires { value.track; }) {
        return value.track.metadata.size() <= short_text;
    } else if constexpr (requires { value.reason; }) {
        return value.reason.size() <= short_text;
    } else {
        return requires { value.room_id; };
    }
}

}  // namespace

template <>
void item_queue<notification>::copy_or_move(notification& from, std::optional<notification>& to) {
    std::visit(
        [&to]<class T>(T& value) {
            if (is_short(value)) {
                to.emplace(std::in_place_type<T>, value);
            } else {
                to.emplace(std::in_place_type<T>, std::move(value));
            }
        },
        from);
}

}  // namespace jellyfish::detail
