#pragma once

#include <jellyfish/content.hpp>
#include <jellyfish/error.hpp>

#include "rest/response_status.hpp"

#include <utility>

namespace jellyfish::detail {

/// Returns the file in a response.
/// @throws jellyfish::error with `errc::unexpected_status` for a redirection.
[[nodiscard]] inline content content_of(http::response response) {
    if (is_redirect(response)) {
        throw error(
            errc::unexpected_status,
            {"", "", "the response is a redirection, which is not followed", response.status, ""});
    }
    return {std::move(response.body), std::move(response.content_type),
            std::move(response.content_range)};
}

}  // namespace jellyfish::detail
