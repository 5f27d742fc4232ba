#include <jellyfish/notifier_options.hpp>

#include <algorithm>

namespace jellyfish {

notifier_options::notifier_options() = default;
notifier_options::notifier_options(const notifier_options&) = default;
notifier_options::notifier_options(notifier_options&&) noexcept = default;
notifier_options& notifier_options::operator=(const notifier_options&) = default;
notifier_options& notifier_options::operator=(notifier_options&&) noexcept = default;
notifier_options::~notifier_options() = default;

notifier_options& notifier_options::add_event(event_type value) {
    if (std::ranges::find(events_, value) == events_.end()) events_.push_back(value);
    return *this;
}

}  // namespace jellyfish
