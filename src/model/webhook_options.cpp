#include <jellyfish/webhook_options.hpp>

namespace jellyfish {

webhook_options::webhook_options() = default;
webhook_options::webhook_options(const webhook_options&) = default;
webhook_options::webhook_options(webhook_options&&) noexcept = default;
webhook_options& webhook_options::operator=(const webhook_options&) = default;
webhook_options& webhook_options::operator=(webhook_options&&) noexcept = default;
webhook_options::~webhook_options() = default;

}  // namespace jellyfish
