#pragma once

#include <jellyfish/content.hpp>
#include <jellyfish/error.hpp>

#include "protocol/rest_answer.hpp"

#include <utility>

namespace jellyfish::detail {

/// The file in an answer.
/// @throws jellyfish::error with `errc::unexpected_status` for a redirection, which holds none.
[[nodiscard]] inline content content_of(http_answer answer) {
    if (is_redirect(answer)) {
        throw error(errc::unexpected_status,
                    {"", "", "a redirection, which is not followed", answer.status, ""});
    }
    return {std::move(answer.body), std::move(answer.content_type),
            std::move(answer.content_range)};
}

}  // namespace jellyfish::detail
