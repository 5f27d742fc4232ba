#include <jellyfish/fishjam/agent_event.hpp>

#include "text/quoted.hpp"

#include <iterator>
#include <ostream>

namespace jellyfish::fishjam {

using jellyfish::detail::quoted;

std::string_view name_of(const agent_event& value) noexcept {
    constexpr std::string_view names[] = {"track_data", "track_image", "disconnected",
                                          "reconnected", "dropped"};
    static_assert(std::size(names) == std::variant_size_v<agent_event>);
    return names[value.index()];
}

std::ostream& operator<<(std::ostream& out, const track_data& value) {
    return out << "track_data{peer_id: " << quoted{value.peer_id} << ", track: " << value.track
               << ", data: " << value.data.size() << " bytes}";
}

std::ostream& operator<<(std::ostream& out, const track_image& value) {
    return out << "track_image{track_id: " << quoted{value.track_id}
               << ", content_type: " << quoted{value.content_type}
               << ", data: " << value.data.size() << " bytes}";
}

std::ostream& operator<<(std::ostream& out, const agent_event& value) {
    return std::visit([&out](const auto& each) -> std::ostream& { return out << each; }, value);
}

}  // namespace jellyfish::fishjam
