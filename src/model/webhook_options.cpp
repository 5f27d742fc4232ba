#include <jellyfish/webhook_options.hpp>

#include <cstdlib>

namespace jellyfish {

webhook_options::webhook_options() = default;
webhook_options::webhook_options(const webhook_options&) = default;
webhook_options::webhook_options(webhook_options&&) noexcept = default;
webhook_options& webhook_options::operator=(const webhook_options&) = default;
webhook_options& webhook_options::operator=(webhook_options&&) noexcept = default;
webhook_options::~webhook_options() = default;

webhook_options webhook_options::from_environment() {
    webhook_options options;
    if (const char* const secret = std::getenv("FISHJAM_WEBHOOK_SECRET"))
        options.signature_secret(secret);
    return options;
}

}  // namespace jellyfish
