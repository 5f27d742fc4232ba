#pragma once

#include <jellyfish/error.hpp>

#include "support/tell.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>

namespace jellyfish::test {

/// What an awaited call ended with.
struct outcome {
    error_code code;
    std::string what;
    diagnostics info;

    [[nodiscard]] bool mentions(std::string_view text) const {
        return what.find(text) != std::string::npos;
    }
};

/// Awaits a call, for its failure alone.
template <class Call>
boost::asio::awaitable<outcome> outcome_of(Call call) {
    try {
        co_await call();
        co_return outcome();
    } catch (const error& e) {
        log_text(e.what());
        co_return outcome{e.code(), e.what(), e.info()};
    }
}

}  // namespace jellyfish::test
