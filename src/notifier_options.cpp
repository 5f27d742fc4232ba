#include <jellyfish/notifier_options.hpp>

namespace jellyfish {

notifier_options::notifier_options() = default;
notifier_options::notifier_options(const notifier_options&) = default;
notifier_options::notifier_options(notifier_options&&) noexcept = default;
notifier_options& notifier_options::operator=(const notifier_options&) = default;
notifier_options& notifier_options::operator=(notifier_options&&) noexcept = default;
notifier_options::~notifier_options() = default;

}  // namespace jellyfish
