#pragma once

#include <jellyfish/error.hpp>

#include "model/names.hpp"

#include <exception>

namespace jellyfish::detail {

/// Returns the error code of a failed connect operation, and sets `info` to its diagnostics.
[[nodiscard]] inline error_code code_of_failure(const std::exception_ptr& failure,
                                                diagnostics& info) {
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        info = e.info();
        return e.code();
    } catch (const boost::system::system_error& e) {
        return e.code();
    } catch (const std::exception& e) {
        info.detail = e.what();
        return errc::connect_failed;
    }
}

}  // namespace jellyfish::detail
